// SPDX-License-Identifier: Apache-2.0

// Package docs checks the documentation against what it documents: fields and
// reasons against the API, manifests against the schemas, links against the
// files. In: markdown and generated definitions; out: what differs. It imports
// nothing of ours.
package docs

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const root = "../.."

// update rewrites the tables of fields: go test ./test/docs -update
var update = flag.Bool("update", false, "rewrite the tables of fields")

// pages are where each kind is documented.
func pages() map[string]string {
	return map[string]string{
		"Backend": "docs/backend.md", "ClusterBackend": "docs/backend.md",
		"Host": "docs/host.md", "Service": "docs/service.md", "Binding": "docs/binding.md",
		"Credential": "docs/credential.md",
	}
}

// markdown is every document by its path.
func markdown(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/decisions/*.md"} {
		matches, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range matches {
			name, err := filepath.Rel(root, path)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = readFile(t, name)
		}
	}
	if len(files) < len(pages()) {
		t.Fatalf("only %d documents are found", len(files))
	}
	return files
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestTheTablesOfFieldsSayWhatTheSchemasSay(t *testing.T) {
	for kind, page := range pages() {
		for _, part := range []string{"spec", "status"} {
			t.Run(kind+"."+part, func(t *testing.T) {
				before, got, after := cutTable(t, page, kind+"."+part)
				want := fieldTable(schemaOf(t, kind).Properties[part])
				if *update {
					writeFile(t, page, before+want+after)
				} else if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("run go test ./test/docs -update (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// cutTable cuts a page at a table between its marks, which stay in what is
// before and after.
func cutTable(t *testing.T, page, name string) (before, table, after string) {
	t.Helper()
	begin, end := "<!-- fields of "+name+" -->\n", "<!-- end -->"
	before, rest, found := strings.Cut(readFile(t, page), begin)
	table, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s lacks a table between %q and %q", page, begin, end)
	}
	return before + begin, table, end + after
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestEveryReasonIsExplainedOnThePageOfAKindAndEveryExplainedReasonExists(t *testing.T) {
	reasons := constants(t, "api/v1alpha1/reasons.go")
	explained := map[string]bool{}
	row := regexp.MustCompile("(?m)^\\| `([A-Z][A-Za-z]+)` \\|")
	for _, page := range []string{"docs/backend.md", "docs/host.md", "docs/service.md", "docs/binding.md", "docs/credential.md"} {
		_, section, found := strings.Cut(readFile(t, page), "\n## Reasons\n")
		if !found {
			t.Errorf("%s has no section Reasons", page)
		}
		section, _, _ = strings.Cut(section, "\n## ")
		for _, match := range row.FindAllStringSubmatch(section, -1) {
			explained[match[1]] = true
			if !slices.Contains(reasons, match[1]) {
				t.Errorf("%s explains %s, which is no reason", page, match[1])
			}
		}
	}
	for _, reason := range reasons {
		if !explained[reason] {
			t.Errorf("no page explains %s", reason)
		}
	}
}

func TestEveryConditionAndAnnotationIsExplained(t *testing.T) {
	var all strings.Builder
	for _, page := range []string{"docs/backend.md", "docs/host.md", "docs/service.md", "docs/binding.md", "docs/credential.md"} {
		all.WriteString(readFile(t, page))
	}
	names := append(constants(t, "api/v1alpha1/conditions.go"), constants(t, "api/v1alpha1/annotations.go")...)
	for _, name := range names {
		if !strings.Contains(all.String(), name) {
			t.Errorf("no page explains %s", name)
		}
	}
}

func TestLinksLeadToWhatIsThere(t *testing.T) {
	link, followed := regexp.MustCompile(`\]\(([^)\s]+)\)`), 0
	for page, text := range markdown(t) {
		for _, match := range link.FindAllStringSubmatch(text, -1) {
			target, fragment, _ := strings.Cut(match[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			followed++
			path := page
			if target != "" {
				path = filepath.Join(filepath.Dir(page), target)
			}
			if _, err := os.Stat(filepath.Join(root, path)); err != nil {
				t.Errorf("%s: %s leads nowhere", page, match[1])
				continue
			}
			if fragment != "" && !slices.Contains(anchors(readFile(t, path)), fragment) {
				t.Errorf("%s: %s has no heading #%s", page, path, fragment)
			}
		}
	}
	if followed == 0 {
		t.Error("no link is found")
	}
}

func TestEveryPageIsLinkedFromAnIndex(t *testing.T) {
	for page := range markdown(t) {
		index := filepath.Join(filepath.Dir(page), "README.md")
		if filepath.Base(page) == "README.md" {
			index = filepath.Join(filepath.Dir(filepath.Dir(page)), "README.md")
		}
		link, err := filepath.Rel(filepath.Dir(index), page)
		if err != nil {
			t.Fatal(err)
		}
		if page != index && !strings.Contains(readFile(t, index), "]("+link+")") {
			t.Errorf("%s does not link %s", index, page)
		}
	}
}

// anchors are the fragments that GitHub gives to headings.
func anchors(text string) []string {
	var found []string
	drop := regexp.MustCompile("[^a-z0-9 _-]")
	for _, line := range strings.Split(text, "\n") {
		if heading := strings.TrimLeft(line, "#"); heading != line && strings.HasPrefix(heading, " ") {
			heading = drop.ReplaceAllString(strings.ToLower(strings.TrimSpace(heading)), "")
			found = append(found, strings.ReplaceAll(heading, " ", "-"))
		}
	}
	return found
}

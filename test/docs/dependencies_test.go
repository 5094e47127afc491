// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestEachDependencyHasAReason(t *testing.T) {
	var modules []string
	for _, match := range regexp.MustCompile("`([a-z0-9_./-]+)`").FindAllStringSubmatch(readFile(t, "docs/decisions/dependencies.md"), -1) {
		modules = append(modules, match[1])
	}
	seen := map[string]bool{}
	for _, path := range goFiles(t) {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if seen[imported] || isOurs(imported) {
				continue
			}
			seen[imported] = true
			if !isIn(imported, modules) {
				t.Errorf("%s imports %s, which docs/decisions/dependencies.md has no reason for", path, imported)
			}
		}
	}
	for _, module := range modules {
		isUsed := slices.ContainsFunc(slices.Collect(maps.Keys(seen)), func(imported string) bool { return isIn(imported, []string{module}) })
		if strings.Contains(module, "/") && !isOurs(module) && !isUsed {
			t.Errorf("docs/decisions/dependencies.md has a reason for %s, which nothing imports", module)
		}
	}
}

// goFiles are those of the main module.
func goFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		skipped := filepath.Join(root, "hack", "controlplane")
		if entry.IsDir() && path != root && (path == skipped || strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) == ".go" {
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// isOurs is true for the standard library too, which has no dots.
func isOurs(imported string) bool {
	host, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(host, ".") || strings.HasPrefix(imported, "github.com/scanopy-operator/")
}

func isIn(imported string, modules []string) bool {
	for _, module := range modules {
		if imported == module || strings.HasPrefix(imported, module+"/") {
			return true
		}
	}
	return false
}

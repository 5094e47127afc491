// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"regexp"
	"slices"
	"testing"
)

func TestEveryFlagOfTheManagerIsDocumentedAndNoOther(t *testing.T) {
	flags := submatches(`flags\.\w+Var\(&o\.\w+, "([a-z-]+)"`, readFile(t, "internal/operator/options.go"))
	rows := submatches("(?m)^\\| `--([a-z-]+)` \\|", readFile(t, "docs/manager.md"))
	if len(flags) == 0 || !slices.Equal(flags, rows) {
		t.Errorf("the manager has the flags %q, docs/manager.md has rows for %q", flags, rows)
	}
}

// submatches are what the group of a pattern matches, sorted.
func submatches(pattern, text string) []string {
	var found []string
	for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	slices.Sort(found)
	return found
}

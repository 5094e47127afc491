// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestEveryEventIsDocumented(t *testing.T) {
	_, section, found := strings.Cut(readFile(t, "docs/how-it-decides.md"), "\n## Events\n")
	if !found {
		t.Fatal("docs/how-it-decides.md has no section Events")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	// The reasons of conditions, which events repeat, have tables of their own.
	event := regexp.MustCompile(`\bEvent\{[^}]*?Reason:\s+(?:string\((?:core\.)?Reason(\w+)\)|"(\w+)")`)
	told := 0
	for _, path := range goFiles(t) {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range event.FindAllStringSubmatch(string(text), -1) {
			told++
			if reason := match[1] + match[2]; !strings.Contains(section, "| `"+reason+"`") {
				t.Errorf("%s tells of %s, which the section Events lacks", path, reason)
			}
		}
	}
	if told == 0 {
		t.Error("no event is found")
	}
}

// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// documentedReasons reads from the API's comments which reasons a condition has when it is true and when it is false.
func documentedReasons(t testing.TB) map[core.ConditionType]map[bool][]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../api/v1alpha1/conditions.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`Reasons when (true|false): ([^.]*)\.`)
	word := regexp.MustCompile(`[A-Z]\w+`)
	out := map[core.ConditionType]map[bool][]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		name := core.ConditionType(strings.TrimPrefix(spec.Names[0].Name, "Condition"))
		for _, m := range list.FindAllStringSubmatch(strings.ReplaceAll(spec.Doc.Text(), "\n", " "), -1) {
			if out[name] == nil {
				out[name] = map[bool][]string{}
			}
			out[name][m[1] == "true"] = word.FindAllString(m[2], -1)
		}
		return true
	})
	if len(out) != 3 {
		t.Fatalf("reasons are documented for %d conditions", len(out))
	}
	return out
}

func TestEveryReasonIsToldByTheConditionThatDocumentsIt(t *testing.T) {
	documented := documentedReasons(t)
	rapid.Check(t, func(t *rapid.T) {
		in, _ := drawWorld(t)
		if rapid.IntRange(0, 3).Draw(t, "leaves") == 0 {
			in.Host.Deleting = true
		}
		j := core.Judge(in)
		for _, f := range j.Findings {
			if !slices.Contains(documented[f.Condition][f.Status], string(f.Reason)) {
				t.Fatalf("%s=%v says %s of %v", f.Condition, f.Status, f.Reason, f.Item)
			}
		}
		p := core.ComputePlan(in, j, core.Policy{})
		for _, m := range core.Status(in, j, p, core.Result{Waiting: "tokens"}) {
			for k, c := range m.Conditions[1:4] {
				refused := !m.Conditions[1].True || !m.Conditions[2].True
				if k == 2 && !c.True && refused && (c.Reason == m.Conditions[1].Reason || c.Reason == m.Conditions[2].Reason) {
					continue // it says why nothing is written
				}
				if !slices.Contains(documented[core.ConditionType(c.Type)][c.True], c.Reason) {
					t.Fatalf("%v: %s=%v says %s", m.Ref, c.Type, c.True, c.Reason)
				}
			}
		}
	})
}

// SPDX-License-Identifier: Apache-2.0

package report

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// reasonsOf reads the constants Reason… of a file.
func reasonsOf(t *testing.T, file string) map[string]string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if value, ok := spec.Values[0].(*ast.BasicLit); ok && strings.HasPrefix(spec.Names[0].Name, "Reason") {
			out[spec.Names[0].Name] = value.Value
		}
		return true
	})
	return out
}

func TestCoreAndTheAPISpeakOfTheSameReasonsAndBounds(t *testing.T) {
	if diff := cmp.Diff(reasonsOf(t, "../../api/v1alpha1/reasons.go"), reasonsOf(t, "../core/reason.go")); diff != "" {
		t.Error(diff)
	}
	if core.MaxMessage != v1alpha1.MaxMessageLength || core.OriginCreated != v1alpha1.OriginCreated {
		t.Error("bounds or origins differ")
	}
	for _, c := range []struct{ core, api string }{
		{string(core.Ready), v1alpha1.ConditionReady}, {string(core.Accepted), v1alpha1.ConditionAccepted},
		{string(core.ResolvedRefs), v1alpha1.ConditionResolvedRefs}, {string(core.Synced), v1alpha1.ConditionSynced},
		{string(core.Reconciling), v1alpha1.ConditionReconciling}, {string(core.Stalled), v1alpha1.ConditionStalled},
		{string(core.KindScanopy), string(v1alpha1.ReferentScanopy)}, {string(core.OutcomeEffective), string(v1alpha1.OutcomeEffective)},
		{string(core.OutcomeDuplicate), string(v1alpha1.OutcomeDuplicate)}, {string(core.OutcomePending), string(v1alpha1.OutcomePending)},
		{string(core.OutcomeSuperseded), string(v1alpha1.OutcomeSuperseded)}, {string(core.OutcomeRejected), string(v1alpha1.OutcomeRejected)},
	} {
		if c.core != c.api {
			t.Errorf("%q is %q in the API", c.core, c.api)
		}
	}
}

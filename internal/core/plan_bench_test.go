// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// BenchmarkPlan is the plan's part of BenchmarkJudgeAndPlan, and an edit of each service and binding at once.
func BenchmarkPlan(b *testing.B) {
	edited := writtenInput(b)
	for i := range edited.Services {
		edited.Services[i].Name += "-x"
	}
	for i := range edited.Bindings {
		edited.Bindings[i].Spec.Interface = ""
	}
	for name, in := range map[string]core.Input{"new": largeInput(), "converged": writtenInput(b), "edited": edited} {
		b.Run(name, func(b *testing.B) {
			j := core.Judge(in)
			b.ReportAllocs()
			for b.Loop() {
				core.ComputePlan(in, j, core.Policy{})
			}
		})
	}
}

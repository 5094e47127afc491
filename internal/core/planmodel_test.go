// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// TestAPlanWithoutItsStepsStillWaitsForAListAfterALostCreation: as in a namespace that is being deleted, where a Host may
// not go before it is known what was made for it.
func TestAPlanWithoutItsStepsStillWaitsForAListAfterALostCreation(t *testing.T) {
	in := group(creating, host(func(h *core.HostDecl) { h.Deleting, h.NamespaceDeleting = true, true }), func(in *core.Input) { in.Observed.Settled = false })
	p := core.ComputePlan(in, core.Judge(in), core.Policy{})
	if !p.NeedList || p.Blocked == "" {
		t.Fatalf("it waits for nothing: %+v", p)
	}
	if d := cmp.Diff(p, p.WithoutSteps()); d != "" {
		t.Error(d)
	}
	created := group()
	if p := core.ComputePlan(created, core.Judge(created), core.Policy{}).WithoutSteps(); len(p.Steps)+len(p.Notes) > 0 || p.Creates {
		t.Errorf("it sends %+v", p)
	}
}

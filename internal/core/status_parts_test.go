// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func TestAHostThatCannotBeMergedIsNotToldWhereTheOtherIs(t *testing.T) {
	own := core.Pin{OrganizationID: "org", NetworkID: "another"}
	for name, c := range map[string]struct {
		pinned core.Pin
		edit   func(*core.HostDecl)
		want   core.HostStatus
	}{
		"one of another backend that was synced there stays so": {
			pinned: own, edit: func(h *core.HostDecl) { h.Mismatch = true }, want: core.HostStatus{Pin: own},
		},
		"one of another backend that never was is pinned to nothing": {
			edit: func(h *core.HostDecl) { h.Mismatch = true },
		},
		"one that is only observed is at its own host": {
			edit: func(h *core.HostDecl) { h.Observes = true },
			want: core.HostStatus{
				BackendKind: "Backend", BackendName: "default", Pin: core.Pin{OrganizationID: "organization", NetworkID: testNetwork},
				URL: "https://scanopy.example/?modal=host-editor&id=",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := pair(t, machine("web", 0, 1, "edge p80@*"), machine("old", 1, 2))
			in := f.see()
			part := &in.Consolidated[0]
			part.Pinned = c.pinned
			c.edit(part)
			in.Backend.Found, in.Backend.Kind, in.Backend.Name, in.Backend.URL = true, "Backend", "default", "https://scanopy.example/"
			j := core.Judge(in)
			p := core.ComputePlan(in, j, core.Policy{})
			for _, m := range core.Status(in, j, p, core.Result{Ran: true}) {
				if m.Ref != part.Ref {
					continue
				}
				if c.want.URL != "" {
					c.want.URL += f.ids[part.Ref]
				}
				got := core.HostStatus{BackendKind: m.Host.BackendKind, BackendName: m.Host.BackendName, Pin: m.Host.Pin, URL: m.Host.URL}
				if diff := cmp.Diff(c.want, got); diff != "" || m.ID != f.ids[part.Ref] {
					t.Errorf("id %q\n%s", m.ID, diff)
				}
			}
		})
	}
}

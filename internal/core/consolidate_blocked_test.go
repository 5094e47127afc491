// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// What is not given up, a row of fate Keep beside one that was found, holds up the merge until somebody acts: the server
// would break it off half-way. What objects call a service is not told.
func TestAMergeWaitsForAPortThatNeitherSideMayGiveUp(t *testing.T) {
	web := machine("web", 0, 1)
	web.Ports = []core.PortDecl{{Name: "p80", Number: 80, Protocol: core.TCP}}
	f := pair(t, web, machine("old", 1, 2))
	ref := core.Ref{Kind: core.KindService, Namespace: "lab", Name: "secret"}
	owner, h := core.Owner(testNetwork, ref), &f.server.Hosts[0]
	f.in.Services = []core.ServiceDecl{{Meta: coretest.MetaOf(core.KindService, ref.Name, 2), Host: rootRef, Permitted: true, Name: "secret",
		Definition: "Caddy", Bindings: []core.BindingSpec{coretest.Spec("p80@*")}}}
	f.in.Services[0].Paused = true
	h.Services = append(h.Services, core.ObservedService{ID: core.ChildID(testInstance, owner, core.RowService), Name: "secret", Definition: "Caddy",
		Bindings: []core.ObservedBinding{{ID: core.ChildID(testInstance, owner, core.RowBinding, "p80"), Type: core.BindPort, PortID: h.Ports[0].ID}}})
	f.find(1, "Apache", "80@*")
	_, p, _ := f.round(1000)
	want := `hosts in Scanopy can't be merged yet: service "Apache" and one of ours claim one port, and neither is given up`
	if len(p.Steps) > 0 || p.Blocked != core.ReasonDependencyNotReady || p.BlockedMessage != want {
		t.Errorf("%s: %s\n%s", p.Blocked, p.BlockedMessage, describe(p))
	}
	f.in.Services[0].Paused = false
	f.finish(t)
	if d := cmp.Diff([]string{"Apache 80@*", "secret"}, f.services()); d != "" || len(f.server.Hosts) != 1 {
		t.Errorf("%d hosts\n%s", len(f.server.Hosts), d)
	}
}

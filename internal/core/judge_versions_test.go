// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func server(version string) edit {
	return func(in *core.Input) { in.Backend.ServerVersion = version }
}

func vm(kind, needs string) edit {
	return host(func(h *core.HostDecl) {
		h.Virtualization = &core.HostVirtualization{Type: kind, VMName: "web", Needs: needs}
	})
}

func container(kind, needs string) func(*core.ServiceDecl) {
	return func(s *core.ServiceDecl) { s.Virtualization = &core.ServiceVirtualization{Type: kind, Needs: needs} }
}

func TestWhatTheServersVersionLacksIsUnsupportedAndNamesTheVersionNeeded(t *testing.T) {
	checkRules(t, map[string]rule{
		"a virtualization of the Host: the whole group is Keep": {
			edits: []edit{server("0.14.13"), vm("VCenter", "0.17.0"), service("edge", 1, "http@*")},
			want: []string{
				"Host web: Accepted=false Unsupported: virtualization.type VCenter needs Scanopy 0.17.0 or later, and Backend lab/default has 0.14.13",
				"Service edge: Synced=false DependencyNotReady: Host web uses what the server's version lacks",
			},
			fates: []string{"Service edge bindings[0]: Effective Keep", "Service edge: Keep"},
		},
		"a virtualization of a Service: that Service is Keep": {
			edits: []edit{server("0.16.0"), service("edge", 1, "http@*"), last(container("Podman", "0.17.0")), service("other", 2, "https@*")},
			want:  []string{"Service edge: Accepted=false Unsupported: virtualization.type Podman needs Scanopy 0.17.0 or later, and Backend lab/default has 0.16.0"},
			fates: []string{"Service edge bindings[0]: Pending Keep", "Service edge: Keep"},
		},
		"what the version knows is fine": {
			edits: []edit{server("0.17.22"), vm("VCenter", ""), service("edge", 1, "http@*"), last(container("Podman", ""))},
		},
	})
}

func TestAMACThatWasOnlyDiscoveredIsChangedInPlaceWhereTheServerLetsThat(t *testing.T) {
	for name, tc := range map[string]struct {
		weak    bool
		finding bool
	}{
		"weak: written":        {weak: true},
		"not weak: left, told": {finding: true},
	} {
		t.Run(name, func(t *testing.T) {
			in := group(inBackend, seen(func(h *core.ObservedHost) {
				i := &h.Interfaces[0]
				i.ID, i.MAC, i.MACWeak = "found", "02:00:00:00:00:0A", tc.weak
			}), host(func(h *core.HostDecl) { h.Interfaces[0].MAC = "02:00:00:00:00:0B" }))
			j := core.Judge(in)
			p := core.ComputePlan(in, j, core.Policy{})
			if told := len(j.Findings) > 0; told != tc.finding || (len(p.Steps) == 1) == tc.finding {
				t.Fatalf("findings %v, steps %v", j.Findings, p.Steps)
			}
			if tc.finding {
				return
			}
			e := p.Steps[0].Edit
			if e == nil || len(e.PutInterfaces) != 1 || e.PutInterfaces[0].ID != "found" || e.PutInterfaces[0].MAC != "02:00:00:00:00:0B" || len(e.DropInterfaces) > 0 {
				t.Errorf("edit %+v", e)
			}
		})
	}
}

func TestAWeakMACThatIsDeclaredIsNoDifference(t *testing.T) {
	in := group(host(func(h *core.HostDecl) { h.Interfaces[0].MAC = "02:00:00:00:00:0A" }), inBackend,
		seen(func(h *core.ObservedHost) { h.Interfaces[0].MACWeak = true }))
	if p := core.ComputePlan(in, core.Judge(in), core.Policy{}); len(p.Steps) > 0 {
		t.Errorf("steps %+v", p.Steps)
	}
	sent := core.HostWrite{Interfaces: []core.ObservedInterface{{ID: "a", MAC: "02:00:00:00:00:0A"}}}
	got := core.ObservedHost{Interfaces: []core.ObservedInterface{{ID: "a", MAC: "02:00:00:00:00:0A", MACWeak: true}}}
	if out := core.Compare(sent, got); len(out) > 0 {
		t.Errorf("differs: %v", out)
	}
}

func TestAVirtualizationWithoutItsServiceIsWrittenWhereItCanBeStored(t *testing.T) {
	for name, bare := range map[string]bool{"it can": true, "it cannot": false} {
		t.Run(name, func(t *testing.T) {
			in := group(inBackend, vm("Proxmox", ""), func(in *core.Input) { in.Backend.BareVirtualization = bare })
			p := core.ComputePlan(in, core.Judge(in), core.Policy{})
			if (len(p.Steps) == 1) != bare {
				t.Errorf("steps %+v", p.Steps)
			}
		})
	}
}

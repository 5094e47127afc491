// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func TestWhatAMergeDropsIsReadOnlyByTheHostThatItIsOf(t *testing.T) {
	want := []core.Remembered{
		{From: "h2", Service: "s1", Binding: core.ObservedBinding{ID: "b1", Type: core.BindPort, PortID: "p1"}},
		{From: "h2", Service: "s1", Binding: core.ObservedBinding{ID: "b2", Type: core.BindPort, PortID: "p1", InterfaceID: "i1"}},
		{From: "h3", Service: "s2", Binding: core.ObservedBinding{ID: "b3", Type: core.BindInterface, InterfaceID: "i1"}},
	}
	if diff := cmp.Diff(want, core.ParseMerging(core.FormatMerging(want, "me"), "me")); diff != "" {
		t.Error(diff)
	}
	if got := core.FormatMerging(nil, "me"); got != "" {
		t.Errorf("nothing is written as %q", got)
	}
	for _, value := range []string{core.FormatMerging(want, "other"), "", "me", "me nonsense", " h2/s1/b1/p1/"} {
		if got := core.ParseMerging(value, "me"); got != nil {
			t.Errorf("%q is read as %v", value, got)
		}
	}
	if got := core.ParseMerging(core.FormatMerging(want, ""), ""); got != nil {
		t.Errorf("without a uid %v is read", got)
	}
}

// dropped is a pair that was merged by a process which ended before it made again what the merge dropped.
func dropped(t *testing.T, web, old *core.HostDecl, service string, bindings ...string) *family {
	t.Helper()
	f := pair(t, web, old)
	f.find(1, service, bindings...)
	_, _, p, ran := f.send(1)
	if p.Steps[0].Kind != core.StepConsolidate || ran.Done != 1 || len(f.merging) == 0 {
		t.Fatalf("%+v of %s", ran, describe(p))
	}
	return f
}

func TestWhatAMergeDropsIsMadeAgainByWhoeverGoesOn(t *testing.T) {
	shared := func(f *family) { f.in.Consolidated[0].Services[0].Bindings = nil }
	for name, c := range map[string]struct {
		meanwhile func(*family)
		want      []string
	}{
		"with what is declared": {want: []string{"edge 80@* 81@* 82@*"}},
		"also if the other does not want anything of it any more": {
			meanwhile: shared, want: []string{"edge 80@* 82@*"},
		},
		"also if the other is not part of it any more": {
			meanwhile: func(f *family) { f.in.Consolidated = nil }, want: []string{"edge 80@* 82@*"},
		},
		"but not if somebody took its place": {
			meanwhile: func(f *family) { f.find(0, "Nginx", "82@*") }, want: []string{"Nginx 82@*", "edge 80@* 81@*"},
		},
		"but not if it is on another service by now": {
			meanwhile: func(f *family) {
				f.find(0, "Nginx")
				s := &f.server.Hosts[0].Services[len(f.server.Hosts[0].Services)-1]
				s.Bindings = append(s.Bindings, f.merging[0].Binding)
			},
			want: []string{"Nginx 82@*", "edge 80@* 81@*"},
		},
		"but not while the host is there that it was on": {
			meanwhile: func(f *family) {
				f.server.Hosts = append(f.server.Hosts, core.ObservedHost{ID: f.merging[0].From, NetworkID: testNetwork})
			},
			want: []string{"edge 80@* 81@*"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := dropped(t, machine("web", 0, 1, "edge p80@*"), machine("old", 1, 2, "edge p81@*"), "edge", "82@*")
			if c.meanwhile != nil {
				c.meanwhile(f)
			}
			f.ids[f.in.Root] = f.server.Hosts[0].ID
			f.finish(t)
			if diff := cmp.Diff(c.want, f.services()); diff != "" {
				t.Error(diff)
			}
			if f.merging != nil {
				t.Errorf("%v is still noted", f.merging)
			}
		})
	}
}

func TestWhatAMergeDroppedGoesOnClaimingUntilItIsThereAgain(t *testing.T) {
	f := pair(t, machine("web", 0, 1, "edge p80@*", "graphs p82@*"), machine("old", 1, 2, "edge p81@*"))
	f.find(1, "edge", "82@*")
	f.send(1)
	if j := core.Judge(f.see()); len(f.server.Hosts) != 1 || len(j.Withdraw) != 1 || len(f.merging) != 1 {
		t.Fatalf("%d hosts, %v, %v", len(f.server.Hosts), j.Withdraw, f.merging)
	}
	f.finish(t)
	if diff := cmp.Diff([]string{"edge 80@* 81@* 82@*", "graphs"}, f.services()); diff != "" {
		t.Error(diff)
	}
}

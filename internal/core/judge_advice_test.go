// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"strings"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func TestALoserIsToldWhatWouldChangeIt(t *testing.T) {
	binds := core.Ref{Kind: core.KindBinding, Namespace: "lab", Name: "b"}
	a := core.Ref{Kind: core.KindService, Namespace: "lab", Name: "a"}
	for name, c := range map[string]struct {
		edits []edit
		loser core.Ref
		want  string
	}{
		"an Interface binding beside a port on all interfaces": {
			edits: []edit{service("a", 1, "http@*"), binding("b", 2, "a", "eth1")}, loser: binds,
			want: "Interface eth1 conflicts with bindings[0] of Service a (port http (80/TCP) on all interfaces), declared earlier; " +
				"bind that port to eth0, or delete this Binding",
		},
		"an Interface binding beside a port there": {
			edits: []edit{service("a", 1, "http@eth1"), binding("b", 2, "a", "eth1")}, loser: binds,
			want: "; bind that port to eth0, or delete this Binding",
		},
		"an Interface binding beside several ports": {
			edits: []edit{service("a", 1, "http@eth1", "https@*"), binding("b", 2, "a", "eth1")}, loser: binds,
			want: "; bind those ports to eth0, or delete this Binding",
		},
		"an Interface binding where the other interface is another service's": {
			edits: []edit{service("x", 0, "http@eth0"), service("a", 1, "http@eth1"), binding("b", 2, "a", "eth1")}, loser: binds,
			want: "; remove one of them or bind another interface",
		},
		"a port on all interfaces beside an Interface binding": {
			edits: []edit{service("a", 1, "eth0"), binding("b", 2, "a", "http@*")}, loser: binds, want: "; bind it to eth1, or delete this Binding",
		},
		"a port on an interface beside an Interface binding, in one Service": {
			edits: []edit{service("a", 1, "eth0", "http@eth0")}, loser: a, want: "; bind it to eth1, or remove one of them",
		},
		"of many interfaces at most four are named": {
			edits: []edit{iface("eth2", "10.20.0.12"), iface("eth3", "10.20.0.13"), iface("eth4", "10.20.0.14"), iface("eth5", "10.20.0.15"),
				service("a", 1, "eth0"), binding("b", 2, "a", "http@*")}, loser: binds,
			want: "; bind it to eth1 or eth2 or eth3 or eth4, or delete this Binding",
		},
		"beside what discovery found": {
			edits: []edit{inBackend, discovered("Caddy", ""), service("Caddy", 1), binding("b", 2, "Caddy", "eth1")}, loser: binds,
			want: "; remove one of them or bind another interface",
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := group(c.edits...)
			j := core.Judge(in)
			for _, m := range core.Status(in, j, core.Plan{}, core.Result{}) {
				if got := m.Conditions[0].Message; m.Ref == c.loser && !strings.HasSuffix(got, c.want) {
					t.Errorf("got %q, want %q", got, c.want)
				}
			}
		})
	}
}

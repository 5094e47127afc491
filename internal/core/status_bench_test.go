// SPDX-License-Identifier: Apache-2.0

package core

import (
	"fmt"
	"testing"
)

// BenchmarkStatus tells of a group of 100 Services and 300 Bindings that waits for tokens.
func BenchmarkStatus(b *testing.B) {
	in := rack()
	in.Services, in.Bindings = nil, nil
	for i := range 100 {
		ref := Ref{KindService, "lab", fmt.Sprintf("s%03d", i)}
		in.Services = append(in.Services, ServiceDecl{
			Meta: statusMeta(ref, i%60), Host: hostRef(), Permitted: true, Name: ref.Name, Definition: "Caddy",
		})
		for k := range 3 {
			in.Bindings = append(in.Bindings, BindingDecl{
				Meta: statusMeta(bindRef(fmt.Sprintf("b%03d-%d", i, k)), i%60), Service: ref,
				Spec: BindingSpec{Type: BindInterface, Interface: []string{"eth0", "eth1", "nowhere"}[k]},
			})
		}
	}
	j := Judge(in)
	p := ComputePlan(in, j, Policy{})
	b.ReportAllocs()
	for b.Loop() {
		if got := Status(in, j, p, Result{Waiting: "tokens"}); len(got) != 401 {
			b.Fatal(len(got))
		}
	}
}

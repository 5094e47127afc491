// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"net/netip"
	"runtime"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// largeInput is a host with 100 Services and 300 bindings, a third of them written in the Services.
func largeInput() core.Input {
	in := coretest.EmptyInput("large")
	for i := range 4 {
		in.Host.Interfaces = append(in.Host.Interfaces, core.InterfaceDecl{
			Name: fmt.Sprintf("eth%d", i), IP: netip.AddrFrom4([4]byte{10, 20, 0, byte(10 + i)}), MAC: fmt.Sprintf("02:00:00:00:00:%02X", i),
		})
	}
	for i := range 150 {
		in.Host.Ports = append(in.Host.Ports, core.PortDecl{Name: fmt.Sprintf("port-%d", i), Number: 1000 + i, Protocol: core.TCP})
	}
	for i := range 100 {
		name := fmt.Sprintf("service-%d", i)
		s := core.ServiceDecl{Meta: coretest.MetaOf(core.KindService, name, i%7), Host: in.Root, Permitted: true, Name: name, Definition: "Caddy"}
		for k := range 3 {
			b := core.BindingSpec{Type: core.BindPort, Port: fmt.Sprintf("port-%d", (3*i+k)/2), Interface: fmt.Sprintf("eth%d", (i+k)%4)}
			if k == 0 {
				s.Bindings = append(s.Bindings, b)
				continue
			}
			in.Bindings = append(in.Bindings, core.BindingDecl{
				Meta: coretest.MetaOf(core.KindBinding, fmt.Sprintf("%s-%d", name, k), (i+k)%5), Service: s.Ref, Spec: b,
			})
		}
		in.Services = append(in.Services, s)
	}
	return in
}

// writtenInput is the same once it is all in the backend.
func writtenInput(tb testing.TB) core.Input {
	in := largeInput()
	s := newServer()
	s.Run(core.ComputePlan(in, core.Judge(in), core.Policy{}), 10)
	if len(s.Hosts) != 1 {
		tb.Fatalf("%d hosts were made", len(s.Hosts))
	}
	in.Host.PriorID, in.Host.Pinned, in.Host.Origin = s.Hosts[0].ID, in.Backend.Pin, core.OriginCreated
	in.Observed.Hosts = s.Hosts
	return in
}

func BenchmarkJudge(b *testing.B) {
	for name, in := range map[string]core.Input{"new": largeInput(), "converged": writtenInput(b)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				core.Judge(in)
			}
		})
	}
}

func BenchmarkJudgeAndPlan(b *testing.B) {
	for name, in := range map[string]core.Input{"new": largeInput(), "converged": writtenInput(b)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				core.ComputePlan(in, core.Judge(in), core.Policy{})
			}
		})
	}
}

// The bound: a host with 100 services and 300 bindings is judged and planned with less than 1 MB allocated.
func TestALargeHostIsJudgedAndPlannedWithinAMegabyte(t *testing.T) {
	for name, in := range map[string]core.Input{"new": largeInput(), "converged": writtenInput(t)} {
		const runs = 10
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range runs {
			core.ComputePlan(in, core.Judge(in), core.Policy{})
		}
		runtime.ReadMemStats(&after)
		if bytes := (after.TotalAlloc - before.TotalAlloc) / runs; bytes > 1<<20 {
			t.Errorf("%s: %d bytes", name, bytes)
		}
	}
}

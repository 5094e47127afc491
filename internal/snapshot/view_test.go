// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

const lan = "11111111-0000-4000-8000-000000000001"

// host is a host with one row of each kind, made by an owner.
func host(n int, instance core.Instance, o core.OwnerHash) core.ObservedHost {
	port := core.ChildID(instance, o, core.RowPort, "http", fmt.Sprint(n))
	return core.ObservedHost{
		ID: uuid.NewSHA1(uuid.Nil, fmt.Append(nil, n)).String(), NetworkID: "net", Name: fmt.Sprintf("h%d", n), Source: "Manual",
		CreatedAt: time.Unix(int64(n), 0),
		Interfaces: []core.ObservedInterface{{
			ID: core.ChildID(instance, o, core.RowInterface, "eth0", fmt.Sprint(n)), SubnetID: lan,
			IP: netip.AddrFrom4([4]byte{10, 0, byte(n >> 8), byte(n)}), MAC: fmt.Sprintf("02:00:00:00:%02X:%02X", n>>8, n&255), Name: "eth0",
		}},
		Ports: []core.ObservedPort{{ID: port, Number: 80, Protocol: core.TCP}},
		Services: []core.ObservedService{{
			ID: core.ChildID(instance, o, core.RowService, fmt.Sprint(n)), Name: "web", Definition: "Caddy",
			Bindings: []core.ObservedBinding{{ID: core.ChildID(instance, o, core.RowBinding, fmt.Sprint(n)), Type: core.BindPort, PortID: port}},
		}},
	}
}

func newView(t testing.TB, hosts ...core.ObservedHost) (*Store, Key, View) {
	t.Helper()
	s, key := New(t.Context(), Options{}), Key{Network: "net"}
	for _, h := range hosts {
		s.Put(key, h)
	}
	s.locked(key, func(e *entry) { e.known = true })
	v, _ := s.View(key)
	return s, key, v
}

func TestTheHostOfABindingIsFoundByItsID(t *testing.T) {
	first, second := host(1, 42, 7), host(2, 42, 7)
	_, _, v := newView(t, first, second)
	for id, want := range map[string]string{
		first.Services[0].Bindings[0].ID: first.ID, second.Services[0].Bindings[0].ID: second.ID, first.Services[0].ID: "", "": "",
	} {
		if got := v.HostOfBinding(id); got != want {
			t.Errorf("%q is on %q, not %q", id, got, want)
		}
	}
}

func TestHostsAreFoundByWhatIsOnThem(t *testing.T) {
	mine := core.OwnerHash(7)
	old, young, foreign := host(1, 42, mine), host(2, 42, mine), host(3, 43, mine)
	young.Interfaces[0].MAC, young.Interfaces[0].IP = old.Interfaces[0].MAC, old.Interfaces[0].IP
	_, _, v := newView(t, young, foreign, old)
	both := []string{old.ID, young.ID}
	for what, got := range map[string][]string{
		"owner":   v.HostsByOwner(42, mine),
		"MAC":     v.HostsByMAC(old.Interfaces[0].MAC),
		"address": v.HostsByAddress(lan, old.Interfaces[0].IP),
	} {
		if !slices.Equal(got, both) {
			t.Errorf("by %s: %v, not the oldest first %v", what, got, both)
		}
	}
	if !slices.Equal(v.HostsByOwner(43, mine), []string{foreign.ID}) || len(v.HostsByOwner(43, mine+1)) > 0 || !v.Lacks("") {
		t.Error("something is found that is not there")
	}
}

func TestWhatAHostNoLongerHasFindsItNoMore(t *testing.T) {
	before := host(1, 42, 7)
	s, key, v := newView(t, before)
	after := before
	after.Interfaces, after.Ports, after.Services, after.Name = nil, nil, nil, "bare"
	s.Put(key, after)
	if v.HostsByOwner(42, 7) != nil && len(v.HostsByOwner(42, 7)) > 0 || len(v.HostsByMAC(before.Interfaces[0].MAC)) > 0 {
		t.Error("it is still found by what it had")
	}
	s.Delete(key, after.ID)
	if v.Total() != 0 || len(v.ChildlessByName("bare", time.Time{})) > 0 {
		t.Error("it is still there")
	}
}

func TestARowThatMovedStaysWithItsNewHost(t *testing.T) {
	from, to := host(1, 42, 7), host(2, 42, 8)
	row := from.Ports[0].ID
	s, key, v := newView(t, from)
	to.Ports[0].ID = row
	s.Put(key, to)
	s.Delete(key, from.ID)
	if got := v.HostsByOwner(42, 7); !slices.Equal(got, []string{to.ID}) {
		t.Errorf("the row is on %v", got)
	}
}

func TestHalfMadeHostsAreManualChildlessOfThatNameAndNewer(t *testing.T) {
	bare := func(n int, edit func(*core.ObservedHost)) core.ObservedHost {
		h := host(n, 42, 7)
		h.Name, h.Interfaces, h.Ports, h.Services = "web", nil, nil, nil
		edit(&h)
		return h
	}
	want := bare(6, func(*core.ObservedHost) {})
	_, _, v := newView(t, want,
		bare(7, func(h *core.ObservedHost) { h.Source = "Discovery" }),
		bare(8, func(h *core.ObservedHost) { h.Name = "Web" }),
		bare(5, func(*core.ObservedHost) {}),
		host(9, 42, 7))
	if got := v.ChildlessByName("web", time.Unix(5, 0)); !slices.Equal(got, []string{want.ID}) {
		t.Errorf("half-made: %v", got)
	}
}

func TestObserveSortsPortsAndReadsAddressesWithoutZone(t *testing.T) {
	mac := "02:00:00:00:00:01"
	got := Observe(scanopy.Host{
		ID: "h", Interfaces: []scanopy.Interface{{ID: "i", IPAddress: "fe80::1%eth0", MACAddress: &mac}, {ID: "j", IPAddress: "nonsense"}},
		Ports: []scanopy.Port{{ID: "b", Number: 443, Protocol: scanopy.TCP}, {ID: "c", Number: 53, Protocol: scanopy.UDP}, {ID: "a", Number: 53, Protocol: scanopy.TCP}},
	})
	if ids := []string{got.Ports[0].ID, got.Ports[1].ID, got.Ports[2].ID}; !slices.Equal(ids, []string{"a", "c", "b"}) {
		t.Errorf("ports %v", ids)
	}
	if got.Interfaces[0].IP.String() != "fe80::1" || got.Interfaces[0].MAC != mac || got.Interfaces[1].IP.IsValid() {
		t.Errorf("interfaces %+v", got.Interfaces)
	}
}

func TestAViewIsReadWhileItChanges(t *testing.T) {
	s, key, v := newView(t)
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for n := range 200 {
				h := host(n, 42, core.OwnerHash(worker))
				s.Wrote(key, h)
				v.HostsByOwner(42, core.OwnerHash(worker))
				v.HostIDs()
				s.Change(key, h.ID, DropPort(h.Ports[0].ID))
				s.Delete(key, h.ID)
			}
		})
	}
	all.Wait()
	if v.Total() != 0 || len(v.e.owners)+len(v.e.macs)+len(v.e.addresses)+len(v.e.childless) != 0 {
		t.Errorf("%d hosts are left, or what they are found by", v.Total())
	}
}

// BenchmarkPutTenThousand shows what a host costs in time and memory.
func BenchmarkPutTenThousand(b *testing.B) {
	for b.Loop() {
		s, key, _ := newView(b)
		for n := range 10000 {
			s.Put(key, host(n, 42, core.OwnerHash(n)))
		}
	}
}

// TestRowsThatBindingsOfAnotherHostHangOnAreFound: as a merge that broke off leaves them, however much of it was read.
func TestRowsThatBindingsOfAnotherHostHangOnAreFound(t *testing.T) {
	all := func(string) bool { return true }
	left, took := host(1, 42, 7), host(2, 42, 8)
	binding, port := left.Services[0].Bindings[0].ID, left.Ports[0]
	s, key, v := newView(t, left, took)
	if got := v.Carried(all); len(got) > 0 {
		t.Errorf("before: %v", got)
	}
	took.Ports = append(slices.Clone(took.Ports), port)
	s.Put(key, took)
	check := func(when string) {
		t.Helper()
		if got := v.Carried(all); !slices.Equal(got, []string{port.ID}) {
			t.Errorf("%s: %v", when, got)
		}
	}
	check("when the other host was read")
	left.Ports = nil
	s.Put(key, left)
	check("when both were")
	if got := v.Carried(func(id string) bool { return id != binding }); len(got) > 0 {
		t.Errorf("though it does not count: %v", got)
	}
	took.Services, left.Services = append(slices.Clone(took.Services), left.Services...), nil
	s.Put(key, took)
	if got := v.Carried(all); len(got) > 0 {
		t.Errorf("when the service was seen to have moved too: %v", got)
	}
	s.Put(key, left)
	if got := v.Carried(all); len(got) > 0 {
		t.Errorf("when the merge was seen to be whole: %v", got)
	}
}

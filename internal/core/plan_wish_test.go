// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// A wish is a desired host in few words; judgeByHand makes of it what Judge would, written down independently and only
// as far as plans need it.
type wish struct {
	name       string
	hostname   *string
	tags       *[]string
	interfaces []wishInterface
	ports      []wishPort
	services   []wishService
}

type wishInterface struct {
	name string
	ip   int
	mac  string
}

type wishPort struct {
	name   string
	number int
}

type wishService struct {
	object   string // the Service object that declares it
	name     string
	tags     *[]string
	keep     bool
	bindings []wishBinding
}

// wishBinding names a port or "" and an interface or "".
type wishBinding struct{ port, iface string }

const (
	testInstance core.Instance = 7
	testNetwork                = "net"
	testSubnet                 = "lan"
)

var rootRef = core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "web"}

func serviceRef(object string) core.Ref {
	return core.Ref{Kind: core.KindService, Namespace: "lab", Name: object}
}

func addr(last int) netip.Addr { return netip.MustParseAddr(fmt.Sprintf("10.0.0.%d", last)) }

func isOurs(id string) bool {
	instance, _, _, ok := core.ParseID(id)
	return ok && instance == testInstance
}

// inputFor is the input of a quiet group whose target, if there is one, is the server's first host.
func inputFor(s *coretest.Server) core.Input {
	in := core.Input{Root: rootRef, Instance: testInstance, Quiet: true, MayDelete: true, Settled: true}
	in.Host = &core.HostDecl{Meta: core.Meta{Ref: rootRef, Generation: 1, PriorObservedGeneration: -1}}
	in.Backend = core.BackendFacts{Found: true, Client: true, Held: true, Pin: core.Pin{NetworkID: testNetwork}, Tags: s.Tags}
	in.Observed.Known, in.Observed.Settled, in.Observed.MarkFresh = true, true, true
	for _, h := range s.Hosts {
		in.Observed.Hosts = append(in.Observed.Hosts, coretest.Copy(h))
	}
	return in
}

// handJudge gathers a judgement.
type handJudge struct {
	w      wish
	base   *core.ObservedHost
	j      core.Judgement
	ifaces map[string]string // declared name -> row id
	ports  map[string]string
	used   map[string]bool // rows that some item has
	fixed  bool
}

func judgeByHand(s *coretest.Server, w wish) core.Judgement {
	h := &handJudge{w: w, base: &core.ObservedHost{}, ifaces: map[string]string{}, ports: map[string]string{},
		used: map[string]bool{}, fixed: s.MACFixed}
	h.j.Fate, h.j.Target.Index = core.Write, -1
	if len(s.Hosts) > 0 {
		copied := coretest.Copy(s.Hosts[0])
		h.base, h.j.Target = &copied, core.Target{HostID: s.Hosts[0].ID, Index: 0}
	}
	h.j.Host = core.Desired{Item: core.Item{Object: rootRef}, Fate: core.Write, Name: w.name, Hostname: w.hostname, Tags: w.tags}
	h.judgeInterfaces()
	h.judgePorts()
	h.judgeServices()
	h.withdraw()
	return h.j
}

// freshID derives an id that no row of the host has for another item.
func (h *handJudge) freshID(owner core.Ref, kind core.RowKind, key ...string) string {
	for {
		id := core.ChildID(testInstance, core.Owner(testNetwork, owner), kind, key...)
		if !h.used[id] && !h.carriesForeign(id) {
			return id
		}
		key = append(key, "again")
	}
}

func (h *handJudge) judgeInterfaces() {
	match := make([]int, len(h.w.interfaces))
	for i, w := range h.w.interfaces {
		match[i] = slices.IndexFunc(h.base.Interfaces, func(o core.ObservedInterface) bool { return o.SubnetID == testSubnet && o.IP == addr(w.ip) })
		if match[i] >= 0 {
			h.used[h.base.Interfaces[match[i]].ID] = true
		}
	}
	for i, w := range h.w.interfaces {
		d := core.DesiredInterface{Item: core.Item{Object: rootRef, Part: core.PartInterface, Index: i}, Fate: core.Write, Row: match[i],
			SubnetID: testSubnet, Observed: core.ObservedInterface{SubnetID: testSubnet, IP: addr(w.ip), MAC: w.mac, Name: w.name}}
		if d.Row >= 0 {
			d.ID = h.base.Interfaces[d.Row].ID
		} else {
			d.ID = h.freshID(rootRef, core.RowInterface, w.name, w.mac)
		}
		if d.Row >= 0 && h.fixed && w.mac != "" && h.base.Interfaces[d.Row].MAC != "" && h.base.Interfaces[d.Row].MAC != w.mac {
			if isOurs(d.ID) {
				d.Replaces, d.Row = d.ID, -1
				d.ID = h.freshID(rootRef, core.RowInterface, w.name, w.mac)
			} else {
				d.Fate = core.Keep
			}
		}
		d.Observed.ID = d.ID
		h.ifaces[w.name], h.used[d.ID] = d.ID, true
		h.j.Host.Interfaces = append(h.j.Host.Interfaces, d)
	}
}

func (h *handJudge) judgePorts() {
	match := make([]int, len(h.w.ports))
	for i, w := range h.w.ports {
		match[i] = slices.IndexFunc(h.base.Ports, func(o core.ObservedPort) bool { return o.Number == w.number })
		if match[i] >= 0 {
			h.used[h.base.Ports[match[i]].ID] = true
		}
	}
	for i, w := range h.w.ports {
		d := core.DesiredPort{Item: core.Item{Object: rootRef, Part: core.PartPort, Index: i}, Fate: core.Write, Row: match[i],
			Name: w.name, Number: w.number, Protocol: core.TCP}
		if d.Row >= 0 {
			d.ID = h.base.Ports[d.Row].ID
		} else {
			d.ID = h.freshID(rootRef, core.RowPort, w.name)
		}
		h.ports[w.name], h.used[d.ID] = d.ID, true
		h.j.Host.Ports = append(h.j.Host.Ports, d)
	}
}

// carriesForeign says that a foreign binding hangs on an interface, port or service of the host.
func (h *handJudge) carriesForeign(id string) bool {
	return slices.ContainsFunc(h.base.Services, func(s core.ObservedService) bool {
		return slices.ContainsFunc(s.Bindings, func(b core.ObservedBinding) bool {
			return !isOurs(b.ID) && (b.InterfaceID == id || b.PortID == id || s.ID == id)
		})
	})
}

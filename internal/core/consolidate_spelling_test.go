// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// spellers are the Hosts of a family in the order in which their spelling counts: the root, then by precedence, those
// that may be written before those that may not.
func spellers(in core.Input) (all []core.HostDecl, writers int) {
	parts := slices.Clone(in.Consolidated)
	slices.SortFunc(parts, func(a, b core.HostDecl) int {
		if core.Precedes(&a.Meta, &b.Meta) {
			return -1
		}
		return 1
	})
	var rest []core.HostDecl
	for _, h := range append([]core.HostDecl{*in.Host}, parts...) {
		if h.Paused || (h.Ref == in.Root && namesNoTag(h.TagsManaged, h.Tags)) {
			rest = append(rest, h)
		} else {
			all = append(all, h)
		}
	}
	return append(all, rest...), len(all)
}

func namesNoTag(managed bool, tags []string) bool { return managed && slices.Contains(tags, "gone") }

// wantedPort is the port as the first of the Hosts spells it.
func wantedPort(hosts []core.HostDecl, number int) (core.Item, string) {
	for _, h := range hosts {
		for i, p := range h.Ports {
			if p.Number == number {
				return core.Item{Object: h.Ref, Part: core.PartPort, Index: i}, p.Name
			}
		}
	}
	return core.Item{}, ""
}

// wantedInterface is the interface as the first of the Hosts spells it; its MAC is the first that one of those says who
// may write, or else the first one's.
func wantedInterface(hosts []core.HostDecl, writers int, row core.DesiredInterface) (item core.Item, name, mac string) {
	for k, h := range hosts {
		for i, d := range h.Interfaces {
			if d.IP != row.Observed.IP || d.Subnet == "gone" {
				continue
			}
			if name == "" {
				item, name, mac = core.Item{Object: h.Ref, Part: core.PartInterface, Index: i}, d.Name, d.MAC
			} else if mac == "" && k < writers {
				mac = d.MAC
			}
		}
	}
	return item, name, mac
}

func TestTheSpellingOfTheRootWinsThenPrecedence(t *testing.T) {
	shared := 0
	rapid.Check(t, func(t *rapid.T) {
		in := drawFamily(t)
		d := core.Judge(in).Host
		if d.Item.Object != in.Root || d.Name != in.Host.Name {
			t.Fatalf("the host goes by %s of %v", d.Name, d.Item.Object)
		}
		hosts, writers := spellers(in)
		for _, row := range d.Ports {
			shared += len(row.Others)
			if item, name := wantedPort(hosts, row.Number); row.Item != item || row.Name != name {
				t.Fatalf("port %d goes by %s of %v, not by %s of %v", row.Number, row.Name, row.Item, name, item)
			}
		}
		for _, row := range d.Interfaces {
			if row.SubnetID == "" {
				continue // there is no subnet of that name
			}
			item, name, mac := wantedInterface(hosts, writers, row)
			if row.Item != item || row.Observed.Name != name || row.Observed.MAC != mac {
				t.Fatalf("interface %s goes by %s, %s of %v, not by %s, %s of %v", row.Observed.IP, row.Observed.Name,
					row.Observed.MAC, row.Item, name, mac, item)
			}
		}
	})
	if shared == 0 {
		t.Error("nothing was declared by two Hosts")
	}
}

// spelled is a service that a family declares.
type spelled struct {
	core.Meta
	item core.Item
	// host is the Host that it is on; isWritable says that nothing keeps the service itself from being written.
	host       core.Ref
	isWritable bool
	tags       *[]string
}

// spelledAs lists what is declared as a service of a name and definition, in order of precedence.
func spelledAs(in core.Input, name, definition string) []spelled {
	var out []spelled
	for _, h := range append([]core.HostDecl{*in.Host}, in.Consolidated...) {
		for i, s := range h.Services {
			if s.Name == name && s.Definition == definition {
				out = append(out, spelled{Meta: h.Meta, item: core.Item{Object: h.Ref, Part: core.PartService, Index: i}, host: h.Ref,
					isWritable: !namesNoTag(s.TagsManaged, s.Tags), tags: tagIDs(s.TagsManaged, s.Tags)})
			}
		}
	}
	for _, s := range in.Services {
		if s.Name == name && s.Definition == definition && !s.Deleting && s.Permitted {
			out = append(out, spelled{Meta: s.Meta, item: core.Item{Object: s.Ref}, host: s.Host,
				isWritable: !s.Paused && !namesNoTag(s.TagsManaged, s.Tags), tags: tagIDs(s.TagsManaged, s.Tags)})
		}
	}
	slices.SortStableFunc(out, func(a, b spelled) int {
		switch {
		case core.Precedes(&a.Meta, &b.Meta):
			return -1
		case core.Precedes(&b.Meta, &a.Meta):
			return 1
		}
		return 0
	})
	return out
}

func tagIDs(managed bool, tags []string) *[]string {
	if !managed {
		return nil
	}
	ids := []string{}
	for _, t := range tags {
		ids = append(ids, map[string]string{"red": "t1", "blue": "t2", "t1": "t1"}[t])
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return &ids
}

func TestTheFieldsOfAServiceOnTheRootWinThenPrecedence(t *testing.T) {
	compared := 0
	rapid.Check(t, func(t *rapid.T) {
		in := drawFamily(t)
		hosts, writers := spellers(in)
		if writers < len(hosts) {
			return
		}
		for _, row := range core.Judge(in).Host.Services {
			all := spelledAs(in, row.Name, row.Definition)
			all = slices.DeleteFunc(all, func(s spelled) bool { return !s.isWritable })
			if len(all) == 0 || !slices.Contains(row.Items, all[0].item) {
				continue
			}
			want := all[0]
			if k := slices.IndexFunc(all, func(s spelled) bool { return s.host == in.Root }); k >= 0 {
				want = all[k]
			}
			compared += len(all) - 1
			if diff := cmp.Diff(want.tags, row.Tags); row.Item != want.item || diff != "" {
				t.Fatalf("service %s is that of %v, not of %v: %s", row.Name, row.Item, want.item, diff)
			}
		}
	})
	if compared == 0 {
		t.Error("nothing was declared by two Hosts")
	}
}

func TestARowThatTheRootMayNotWriteIsMadeAsTheNextSpellsIt(t *testing.T) {
	f := pair(t, machine("web", 0, 1), machine("old", 1, 2))
	root, old := f.in.Host, &f.in.Consolidated[0]
	root.TagsManaged, root.Tags = true, []string{"gone"}
	root.Interfaces = append(root.Interfaces, core.InterfaceDecl{Name: "eth1", IP: addr(3), MAC: "02:00:00:00:00:01"})
	old.Interfaces = append(old.Interfaces, core.InterfaceDecl{Name: "lan", IP: addr(3), MAC: "02:00:00:00:00:02"})
	f.finish(t)
	at := slices.IndexFunc(f.server.Hosts[0].Interfaces, func(o core.ObservedInterface) bool { return o.IP == addr(3) })
	if at < 0 {
		t.Fatal("it is not made")
	}
	if got := f.server.Hosts[0].Interfaces[at]; got.Name != "lan" || got.MAC != "02:00:00:00:00:02" {
		t.Errorf("it is %s, %s", got.Name, got.MAC)
	}
}

// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// changeKind says what a change does to a host.
type changeKind uint8

const (
	alterHost changeKind = iota
	alterTags
	putInterface
	dropInterface
	makePort
	dropPort
	makeService
	alterService
	dropService
	makeBinding
	dropBinding
)

// change is one difference between the target and the desired host, small enough to be sent or held by itself.
type change struct {
	kind  changeKind
	items []Item
	// id is the row that a drop removes, or the service of a binding or of tags; "" for the host's tags.
	id string
	// host holds scalars for alterHost, service those for alterService and everything for makeService.
	host    *Edit
	service *ServiceEdit
	tags    tagChange
	iface   ObservedInterface
	// replaces is the row that makes way for iface.
	replaces string
	port     ObservedPort
	binding  ObservedBinding
	// withdrawal marks a row of ours that goes because nobody declares it; yields a foreign one that gives way;
	// remakes a binding that is made again on an interface that was replaced.
	withdrawal, yields, remakes bool
	// whole marks what only a GET, merge and PUT can do.
	whole bool
	notes []Note
}

// tagChange is what becomes of the tags of the host or of a service.
type tagChange struct{ have, want []string }

// differ collects the differences between the target and what a judgement wants.
type differ struct {
	base    *ObservedHost
	want    *Desired
	words   *vocabulary
	out     []change
	gone    map[string]bool   // rows that go, in whatever way
	replace map[string]string // interface that makes way -> the new one
	// inPlace are rows that an item gives another content under the id that it derives: they don't go.
	inPlace map[string]bool
	// bare: a virtualization without its service can be stored.
	bare bool
}

// computeChanges lists what must change on the target so that it is as the judgement wants it: what is made and
// altered in the order of the manifest, then what goes in the order of the judgement.
func computeChanges(in Input, j Judgement, base *ObservedHost) []change {
	d := &differ{base: base, want: &j.Host, words: newVocabulary(in, &j.Host, base), bare: in.Backend.BareVirtualization}
	if d.want.Fate == Write {
		d.diffHost()
	}
	d.diffInterfaces()
	d.diffPorts()
	for i := range d.want.Services {
		d.diffService(&d.want.Services[i])
	}
	d.dropRows(j)
	d.remakeBindings(j.Yielded)
	d.yieldBindings(j.Yielded)
	return d.out
}

func (d *differ) diffInterfaces() {
	for i := range d.want.Interfaces {
		w := &d.want.Interfaces[i]
		if w.Fate != Write || w.NewSubnet != "" {
			continue
		}
		row := w.Row
		if row < 0 && w.Replaces == "" {
			row = slices.IndexFunc(d.base.Interfaces, func(o ObservedInterface) bool { return o.ID == w.ID })
			d.keep(row, w.ID)
		}
		if row < 0 {
			d.makeInterface(w)
			continue
		}
		old := d.base.Interfaces[row]
		if now := alteredInterface(old, w); now != old {
			d.out = append(d.out, change{kind: putInterface, items: []Item{w.Item}, iface: now, whole: true,
				notes: d.words.interfaceAltered(w.Item, old, now)})
		}
	}
}

func (d *differ) makeInterface(w *DesiredInterface) {
	c := change{kind: putInterface, items: []Item{w.Item}, iface: newInterface(w)}
	c.notes = d.words.note(w.Item, "interface "+c.iface.Name+": created", "interfaces["+c.iface.Name+"]")
	if w.Replaces != "" && hasInterface(d.base, w.Replaces) {
		c.replaces, c.whole = w.Replaces, true
		c.notes = d.words.note(w.Item, "interface "+c.iface.Name+": replaced, because its MAC changes", "interfaces["+c.iface.Name+"].macAddress")
		if d.replace == nil {
			d.replace = map[string]string{}
		}
		d.replace[w.Replaces] = c.iface.ID
	}
	d.out = append(d.out, c)
}

// newInterface is the row for an interface that has none.
func newInterface(w *DesiredInterface) ObservedInterface {
	out := w.Observed
	out.ID, out.SubnetID = w.ID, w.SubnetID
	return out
}

// alteredInterface is a row as it should be; a MAC that nobody declares stays.
func alteredInterface(old ObservedInterface, w *DesiredInterface) ObservedInterface {
	out := newInterface(w)
	out.ID = old.ID
	if out.MAC == "" {
		out.MAC = old.MAC
	}
	out.MACWeak = old.MACWeak && out.MAC == old.MAC
	return out
}

func (d *differ) diffPorts() {
	for i := range d.want.Ports {
		w := &d.want.Ports[i]
		if w.Fate != Write || w.Row >= 0 {
			continue
		}
		port := ObservedPort{ID: w.ID, Number: w.Number, Protocol: w.Protocol}
		c := change{kind: makePort, items: []Item{w.Item}, port: port}
		row := slices.IndexFunc(d.base.Ports, func(o ObservedPort) bool { return o.ID == w.ID })
		d.keep(row, w.ID)
		switch {
		case row < 0:
			c.notes = d.words.note(w.Item, portText(port)+": created", "ports["+w.Name+"]")
		case d.base.Ports[row] == port:
			continue
		default:
			c.whole = true
			c.notes = []Note{d.words.field(w.Item, "ports["+w.Name+"]", portText(d.base.Ports[row]), portText(port))}
		}
		d.out = append(d.out, c)
	}
}

// keep notes that the row with that id is altered in place, if there is one.
func (d *differ) keep(row int, id string) {
	if row < 0 {
		return
	}
	if d.inPlace == nil {
		d.inPlace = map[string]bool{}
	}
	d.inPlace[id] = true
}

func hasInterface(h *ObservedHost, id string) bool {
	return slices.ContainsFunc(h.Interfaces, func(o ObservedInterface) bool { return o.ID == id })
}

func hasPort(h *ObservedHost, id string) bool {
	return slices.ContainsFunc(h.Ports, func(o ObservedPort) bool { return o.ID == id })
}

func findService(h *ObservedHost, id string) *ObservedService {
	i := slices.IndexFunc(h.Services, func(o ObservedService) bool { return o.ID == id })
	if i < 0 {
		return nil
	}
	return &h.Services[i]
}

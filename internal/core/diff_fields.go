// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// diffHost compares the host's own fields; what nobody declares is left alone.
func (d *differ) diffHost() {
	w, base, item := d.want, d.base, d.want.Item
	edit, notes := Edit{}, []Note(nil)
	if w.Name != base.Name {
		edit.Name = &w.Name
		notes = append(notes, d.words.field(item, "name", base.Name, w.Name))
	}
	if textDiffers(w.Hostname, base.Hostname) {
		edit.Hostname = w.Hostname
		notes = append(notes, d.words.field(item, "hostname", textOf(base.Hostname), *w.Hostname))
	}
	if textDiffers(w.Description, base.Description) {
		edit.Description = w.Description
		notes = append(notes, d.words.field(item, "description", textOf(base.Description), *w.Description))
	}
	if w.Hidden != nil && *w.Hidden != base.Hidden {
		edit.Hidden = w.Hidden
		notes = append(notes, d.words.flag(item, "hidden", *w.Hidden))
	}
	if v, differs := d.wantedVirtualization(w.Virtualization, base.Virtualization); differs {
		edit.Virtualization = v
		notes = append(notes, d.words.changed(item, "virtualization"))
	}
	if len(notes) > 0 {
		d.out = append(d.out, change{kind: alterHost, items: []Item{item}, host: &edit, whole: true, notes: notes})
	}
	d.diffTags([]Item{item}, "", w.Tags, base.Tags)
}

// diffTags compares tags as sets. Taking tags off needs no PUT: each goes by its own request.
func (d *differ) diffTags(items []Item, service string, want *[]string, have []string) {
	if want == nil {
		return
	}
	wanted, shown := distinctSorted(*want), distinctSorted(have)
	if slices.Equal(wanted, shown) {
		return
	}
	added := slices.ContainsFunc(wanted, func(t string) bool { return !slices.Contains(shown, t) })
	d.out = append(d.out, change{kind: alterTags, items: items, id: service, tags: tagChange{have: shown, want: wanted},
		whole: added, notes: []Note{d.words.tags(items[0], service, shown, wanted)}})
}

// diffService compares a service with its row, or makes it.
func (d *differ) diffService(w *DesiredService) {
	var row *ObservedService
	if w.Row >= 0 {
		row = &d.base.Services[w.Row]
	} else {
		row = findService(d.base, w.ID)
	}
	if row == nil {
		if w.Fate == Write {
			d.makeService(w)
		}
		return
	}
	if w.Fate == Write {
		if w.Row < 0 {
			d.keep(0, row.ID)
		}
		d.alterService(w, row)
	}
	for i := range w.Bindings {
		if b := &w.Bindings[i]; b.isWritten() && b.Row < 0 {
			d.makeBinding(row, b)
		}
	}
}

func (d *differ) makeBinding(s *ObservedService, b *DesiredBinding) {
	c := change{kind: makeBinding, items: []Item{b.Item}, id: s.ID, binding: bindingRow(b)}
	row := slices.IndexFunc(s.Bindings, b.isRow)
	d.keep(row, s.ID+b.ID)
	if row >= 0 {
		if s.Bindings[row] == c.binding {
			return
		}
		c.whole = true
	}
	c.notes = d.words.bindingMade(b.Item, s.ID, c.binding)
	d.out = append(d.out, c)
}

func (d *differ) makeService(w *DesiredService) {
	e := serviceEdit(w)
	items := appendServiceItems(nil, w)
	d.out = append(d.out, change{kind: makeService, items: items, id: w.ID, service: &e, whole: true,
		notes: d.words.note(w.Item, "service "+w.Name+": created", "services["+w.Name+"]")})
}

func (d *differ) alterService(w *DesiredService, row *ObservedService) {
	e, notes := ServiceEdit{ID: row.ID}, []Note(nil)
	if w.Name != row.Name {
		e.Name = &w.Name
		notes = append(notes, d.words.field(w.Item, "services["+w.Name+"].name", row.Name, w.Name))
	}
	if w.Definition != row.Definition {
		e.Definition = &w.Definition
		notes = append(notes, d.words.field(w.Item, "services["+w.Name+"].definition", row.Definition, w.Definition))
	}
	if v, differs := d.wantedVirtualization(w.Virtualization, row.Virtualization); differs {
		e.Virtualization = v
		notes = append(notes, d.words.changed(w.Item, "services["+w.Name+"].virtualization"))
	}
	if len(notes) > 0 {
		d.out = append(d.out, change{kind: alterService, items: w.itemList(), id: row.ID, service: &e, whole: true, notes: notes})
	}
	d.diffTags(w.itemList(), row.ID, w.Tags, row.Tags)
}

func (w *DesiredService) itemList() []Item {
	if len(w.Items) > 0 {
		return w.Items
	}
	return []Item{w.Item}
}

// isWritten says that the binding is to have a row of its own.
func (b *DesiredBinding) isWritten() bool { return b.Fate == Write && b.Outcome == OutcomeEffective }

func (b *DesiredBinding) isRow(o ObservedBinding) bool { return o.ID == b.ID }

func bindingRow(b *DesiredBinding) ObservedBinding {
	out := ObservedBinding{ID: b.ID, Type: b.Spec.Type, InterfaceID: b.InterfaceID}
	if b.Spec.Type == BindPort {
		out.PortID = b.PortID
	}
	return out
}

// serviceEdit is the whole of a service that is to be made.
func serviceEdit(w *DesiredService) ServiceEdit {
	e := ServiceEdit{ID: w.ID, New: true, Name: &w.Name, Definition: &w.Definition, Virtualization: w.Virtualization}
	if w.Tags != nil {
		tags := distinctSorted(*w.Tags)
		e.Tags = &tags
	}
	for i := range w.Bindings {
		if w.Bindings[i].isWritten() {
			e.PutBindings = append(e.PutBindings, bindingRow(&w.Bindings[i]))
		}
	}
	return e
}

// textDiffers compares a declared text with what the server shows: null and "" are both cleared.
func textDiffers(want, have *string) bool { return want != nil && *want != textOf(have) }

func textOf(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// wantedVirtualization fills what a declaration leaves open with what the server shows, and tells whether that differs.
// Where one without its service cannot be stored, it alone is no difference.
func (d *differ) wantedVirtualization(want, have *ObservedVirtualization) (*ObservedVirtualization, bool) {
	if want == nil || (have == nil && want.ServiceID == "" && !d.bare) {
		return nil, false
	}
	if have == nil || have.Type != want.Type {
		return want, true
	}
	out := *want
	for _, f := range []struct {
		to   *string
		from string
	}{
		{&out.VMName, have.VMName}, {&out.VMID, have.VMID}, {&out.ContainerName, have.ContainerName},
		{&out.ContainerID, have.ContainerID}, {&out.ComposeProject, have.ComposeProject}, {&out.ServiceID, have.ServiceID},
	} {
		if *f.to == "" {
			*f.to = f.from
		}
	}
	return &out, out != *have
}

// distinctSorted is a set of ids as a list. The argument is left as it is.
func distinctSorted(ids []string) []string {
	for i := 1; i < len(ids); i++ {
		if ids[i-1] >= ids[i] {
			out := slices.Clone(ids)
			slices.Sort(out)
			return slices.Compact(out)
		}
	}
	return ids
}

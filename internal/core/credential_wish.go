// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strconv"
	"strings"
)

// want says what is wanted of a row, and in what the row differs.
func (j *credentialJudge) want(v *CredentialVerdict) {
	if v.Deletion != nil || v.Fate != Write {
		return
	}
	c := j.decl(v)
	v.Wish = CredentialWish{
		ID: v.ID, OrganizationID: j.organization(c), Name: strings.TrimSpace(c.Name), Description: c.Description, Type: c.Type,
		Fields: c.Fields, TagsManaged: c.TagsManaged,
	}
	if c.ReadsDaemon() {
		v.Wish.DaemonOS = c.DaemonOS
	}
	if c.TagsManaged {
		v.Wish.Tags, v.NewTags, _ = j.tags.resolve(c.Tags)
	}
	j.wantNetworks(v)
	j.wantHosts(v)
	if !j.in.MayDelete {
		v.Wish.DropNetworks, v.Wish.DropHosts = nil, nil
	}
	v.Rest, v.Sum = j.sum(v)
	if !j.in.Known {
		return
	}
	hasSecrets := len(c.Secrets) > 0
	row := j.row(v)
	if row != nil {
		v.Differs = v.Wish.Differs(row)
		v.Due = hasSecrets && (c.WrittenGeneration != c.Generation || !slices.Equal(c.Written, c.Secrets))
		if c.TagsManaged && len(v.Wish.Tags)+len(v.NewTags) == 0 {
			v.ClearTags = row.Tags
		}
	}
	v.Values = hasSecrets && (row == nil || v.Due || v.Wish.needsValues(row))
	v.Look = j.looks(v)
	v.Undone = j.drifts(v)
	j.leaveDisputed(v)
	if v.isPending() {
		j.refuse(v, c.Ref)
	}
}

// refuse finds out that the server refused what is to be written.
func (j *credentialJudge) refuse(v *CredentialVerdict, ref Ref) {
	for _, r := range j.in.Refused {
		if r.Ref == (Ref{}) || r.Ref == ref && r.Sum == v.Sum {
			v.Refused = true
			v.findFirst(Synced, r.Reason, r.Message)
			return
		}
	}
}

func (j *credentialJudge) wantNetworks(v *CredentialVerdict) {
	for _, s := range v.Networks {
		if s.Fate == Write {
			v.Wish.AddNetworks = append(v.Wish.AddNetworks, s.ID)
		}
	}
	v.Wish.AddNetworks = distinct(v.Wish.AddNetworks)
	for _, a := range j.decl(v).Assigned {
		kept := func(s CredentialScope) bool { return s.Network == a.Network && s.Fate == Keep }
		if a.Network == "" || slices.Contains(v.Wish.AddNetworks, a.ID) || slices.ContainsFunc(v.Networks, kept) {
			continue
		}
		v.Wish.DropNetworks = append(v.Wish.DropNetworks, a.ID)
	}
	v.Wish.DropNetworks = distinct(v.Wish.DropNetworks)
}

// wantHosts follows the Hosts to where they are now: what was assigned to a former host is taken back.
func (j *credentialJudge) wantHosts(v *CredentialVerdict) {
	w := &v.Wish
	for _, s := range v.Targets {
		if s.Fate == Write {
			w.putHost(CredentialHostRow{HostID: s.ID, InterfaceIDs: s.InterfaceIDs})
		}
	}
	wanted := func(id string) bool {
		return slices.ContainsFunc(w.PutHosts, func(h CredentialHostRow) bool { return h.HostID == id })
	}
	for _, s := range v.Targets {
		if s.Fate == Withdraw && s.ID != "" && !wanted(s.ID) {
			w.DropHosts = append(w.DropHosts, s.ID)
		}
	}
	for _, a := range j.decl(v).Assigned {
		kept := func(s CredentialScope) bool { return s.Host == a.Host && s.Fate == Keep }
		if a.Network == "" && !wanted(a.ID) && !slices.ContainsFunc(v.Targets, kept) {
			w.DropHosts = append(w.DropHosts, a.ID)
		}
	}
	w.DropHosts = distinct(w.DropHosts)
}

// putHost adds a host; two Hosts that are one in the backend are united.
func (w *CredentialWish) putHost(h CredentialHostRow) {
	at := slices.IndexFunc(w.PutHosts, func(o CredentialHostRow) bool { return o.HostID == h.HostID })
	switch {
	case at < 0:
		w.PutHosts = append(w.PutHosts, h)
	case h.InterfaceIDs == nil || w.PutHosts[at].InterfaceIDs == nil:
		w.PutHosts[at].InterfaceIDs = nil
	default:
		w.PutHosts[at].InterfaceIDs = distinct(append(slices.Clone(w.PutHosts[at].InterfaceIDs), h.InterfaceIDs...))
	}
}

// sum stands for what is declared and what it resolves to: a refusal counts while this is the same. rest is the same
// without what is to be taken back.
func (j *credentialJudge) sum(v *CredentialVerdict) (rest, sum uint64) {
	c := j.decl(v)
	fields := []string{v.Wish.OrganizationID, strconv.FormatInt(c.Generation, 10), v.Wish.DaemonOS}
	for _, s := range c.Secrets {
		fields = append(fields, "secret", s.Name, s.UID, s.ResourceVersion)
	}
	for _, part := range [][]string{{"tags"}, v.Wish.Tags, {"new"}, v.NewTags, {"networks"}, v.Wish.AddNetworks} {
		fields = append(fields, part...)
	}
	for _, h := range v.Wish.PutHosts {
		fields = append(append(fields, "host", h.HostID), h.InterfaceIDs...)
	}
	rest = max(1, sumOf("wish", fields...))
	if len(v.Wish.DropNetworks)+len(v.Wish.DropHosts) == 0 {
		return rest, rest
	}
	fields = append(append(fields, "drop"), v.Wish.DropNetworks...)
	return rest, max(1, sumOf("wish", append(append(fields, "drop"), v.Wish.DropHosts...)...))
}

// On is the whole credential when the wish is written onto a row; nil: onto nothing. What is not declared stays as the row
// shows it, values that the row has already are not sent again.
func (w *CredentialWish) On(row *ObservedCredential) ObservedCredential {
	out := ObservedCredential{}
	if row != nil {
		out = *row
	}
	out.ID, out.OrganizationID, out.Name, out.Type, out.DaemonOS = w.ID, w.OrganizationID, w.Name, w.Type, w.DaemonOS
	out.Fields = w.Fields
	if w.Description != nil {
		out.Description = *w.Description
	}
	if w.TagsManaged {
		out.Tags = w.Tags
	}
	out.NetworkIDs = slices.DeleteFunc(slices.Clone(out.NetworkIDs), func(id string) bool { return slices.Contains(w.DropNetworks, id) })
	out.NetworkIDs = distinct(append(out.NetworkIDs, w.AddNetworks...))
	if row != nil && row.Type != w.Type && !w.Type.IsForNetworks() { // the server would refuse what it was given to as another type
		out.NetworkIDs = nil
	}
	out.Hosts = slices.DeleteFunc(slices.Clone(out.Hosts), func(h CredentialHostRow) bool {
		put := func(p CredentialHostRow) bool { return p.HostID == h.HostID }
		return slices.Contains(w.DropHosts, h.HostID) || slices.ContainsFunc(w.PutHosts, put)
	})
	out.Hosts = append(out.Hosts, w.PutHosts...)
	slices.SortFunc(out.Hosts, func(a, b CredentialHostRow) int { return strings.Compare(a.HostID, b.HostID) })
	return out
}

// Differs lists the parts in which a row is not as wanted, as paths in spec. Values of Secrets can't be seen.
func (w *CredentialWish) Differs(row *ObservedCredential) []string {
	want := w.On(row)
	var out []string
	check := func(same bool, part string) {
		if !same {
			out = append(out, part)
		}
	}
	check(want.Name == row.Name, "name")
	check(want.Description == row.Description, "description")
	check(len(want.Tags) == 0 || sameSet(want.Tags, row.Tags), "tags")
	check(want.Type == row.Type, "type")
	check(want.DaemonOS == row.DaemonOS, "daemonOS")
	if want.Type == row.Type {
		out = append(out, differingFields(want.Fields, row.Fields)...)
	}
	check(sameSet(want.NetworkIDs, row.NetworkIDs), "networks")
	check(sameHosts(want.Hosts, row.Hosts), "hosts")
	return out
}

func differingFields(want, have []CredentialField) []string {
	var out []string
	for i := range want {
		w := &want[i]
		at := slices.IndexFunc(have, func(h CredentialField) bool { return h.Name == w.Name })
		if at < 0 || !w.isShownAs(&have[at]) {
			out = append(out, w.Path)
		}
	}
	for i := range have {
		h := &have[i]
		if !h.isBlank() && !slices.ContainsFunc(want, func(w CredentialField) bool { return w.Name == h.Name }) {
			out = append(out, h.Name)
		}
	}
	return out
}

// isShownAs compares a field with what the server shows of it, as far as its value was read.
func (f *CredentialField) isShownAs(row *CredentialField) bool {
	if f.Ref != (SecretKey{}) {
		return row.Mode == ModeInline && (!isOpen(f.Name) || f.Value.IsEmpty() || isSameText(f.Value.Reveal(), row.Text))
	}
	return f.Mode == row.Mode && f.Text == row.Text && f.Number == row.Number && f.Flag == row.Flag
}

func (f *CredentialField) isBlank() bool {
	return f.Mode == "" && f.Text == "" && f.Number == 0 && !f.Flag
}

// needsValues says that a row lacks a value that a Secret has, or would lose it.
func (w *CredentialWish) needsValues(row *ObservedCredential) bool {
	if w.Type != row.Type {
		return true
	}
	for i := range w.Fields {
		f := &w.Fields[i]
		stored := func(h CredentialField) bool { return h.Name == f.Name && h.Mode == ModeInline }
		if f.Ref != (SecretKey{}) && (isOpen(f.Name) || !slices.ContainsFunc(row.Fields, stored)) {
			return true
		}
	}
	return false
}

func sameSet(a, b []string) bool {
	return slices.Equal(distinct(slices.Clone(a)), distinct(slices.Clone(b)))
}

func sameHosts(a, b []CredentialHostRow) bool {
	return slices.EqualFunc(sortedHosts(a), sortedHosts(b), func(x, y CredentialHostRow) bool {
		return x.HostID == y.HostID && (x.InterfaceIDs == nil) == (y.InterfaceIDs == nil) && sameSet(x.InterfaceIDs, y.InterfaceIDs)
	})
}

func sortedHosts(all []CredentialHostRow) []CredentialHostRow {
	return slices.SortedFunc(slices.Values(all), func(a, b CredentialHostRow) int { return strings.Compare(a.HostID, b.HostID) })
}

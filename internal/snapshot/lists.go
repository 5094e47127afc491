// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

// list asks for the next page of what is read now.
func (s *Store) list(r *refresh) error {
	network := r.entry.key.Network
	switch r.phase {
	case listingHosts:
		if r.hosts.offset == 0 {
			s.beginPass(r)
		}
		page, err := r.source.Client.ListHosts(s.ctx, network, r.limit(), r.hosts.offset)
		if err != nil {
			return err
		}
		r.found = r.hosts.add(page.Page, r.observeAll(page.Hosts), func(h *core.ObservedHost) string { return h.ID })
		return r.proceed(r.found, "hosts")
	case listingSubnets:
		page, err := r.source.Client.ListSubnets(s.ctx, network, r.limit(), r.subnets.offset)
		if err != nil {
			return err
		}
		rows := each(page.Subnets, ObserveSubnet)
		return r.proceed(r.subnets.add(page.Page, rows, subnetID), "subnets")
	case listingTags:
		page, err := r.source.Client.ListTags(s.ctx, r.limit(), r.tags.offset)
		if err != nil {
			return err
		}
		return r.proceed(r.tags.add(page.Page, each(page.Tags, ObserveTag), tagID), "tags")
	default:
		page, err := r.source.Client.ListDaemons(s.ctx, network, r.limit(), r.daemons.offset)
		if scanopy.HasReason(err, scanopy.PermissionDenied, scanopy.Forbidden, scanopy.UnknownRoute, scanopy.Unsupported) {
			r.phase = listedAll // whoever may not know is told when a host with a daemon is to go
			return nil
		}
		if err != nil {
			return err
		}
		return r.proceed(r.daemons.add(page.Page, page.Daemons, daemonID), "daemons")
	}
}

func subnetID(s core.Subnet) string    { return s.ID }
func tagID(t core.Tag) string          { return t.ID }
func daemonID(d scanopy.Daemon) string { return d.ID }

func each[A, B any](list []A, turn func(A) B) []B {
	out := make([]B, 0, len(list))
	for _, a := range list {
		out = append(out, turn(a))
	}
	return out
}

// beginPass notes when the hosts begin to be read: what is written from now on wins.
func (s *Store) beginPass(r *refresh) {
	e := r.entry
	e.mu.Lock()
	defer e.mu.Unlock()
	if r.hosts.pass == 0 {
		r.journal = nil
	}
	r.last = moment{seq: e.tick(), at: s.clock.Now(), journal: len(r.journal)}
	if r.hosts.pass == 0 {
		r.first = r.last
	}
}

// observeAll turns hosts into core's. One that has not changed is the very one that is held already.
func (r *refresh) observeAll(hosts []scanopy.Host) []*core.ObservedHost {
	out := make([]*core.ObservedHost, 0, len(hosts))
	for i := range hosts {
		h := r.words.observe(hosts[i])
		out = append(out, &h)
	}
	r.entry.mu.RLock()
	defer r.entry.mu.RUnlock()
	for i, h := range out {
		if old := r.entry.hosts[idOf(h.ID)]; old != nil && Same(*old, *h) {
			out[i] = old
		}
	}
	return out
}

// proceed goes to the next list when one has ended.
func (r *refresh) proceed(f found, what string) error {
	switch {
	case f.fault(what) != nil:
		return f.fault(what)
	case f == more, f == again:
	case r.phase == listingHosts && !r.all:
		r.phase = listedAll
	default:
		r.phase++
	}
	return nil
}

// commit makes what was read until now the view. The entry is locked.
func (r *refresh) commit(now time.Time) {
	e, began := r.entry, r.last
	if r.found == united {
		began = r.first
	}
	l := listed{
		hosts: make(map[uuid.UUID]*core.ObservedHost, len(r.hosts.rows)), whole: r.found == whole,
		began: began.seq, beganAt: began.at, endedAt: now, journal: r.journal[began.journal:],
	}
	for id, h := range r.hosts.rows {
		l.hosts[idOf(id)] = h
	}
	if r.hosts.asked > 1 && slices.ContainsFunc(l.journal, func(w write) bool { return w.gone }) {
		l.whole = false // later pages began earlier than they would have
	}
	e.take(l)
	if !r.all {
		return
	}
	if r.stale {
		keep(r.subnets.rows, e.subnets, subnetID)
		keep(r.tags.rows, e.tags, tagID)
	}
	e.subnets, e.tags = sorted(r.subnets.rows, subnetID), sorted(r.tags.rows, tagID)
	e.daemons = map[uuid.UUID]bool{}
	for _, d := range r.daemons.rows {
		e.daemons[idOf(d.HostID)] = true
	}
	e.allBegan, e.allSeq = began.at, began.seq
}

// keep adds those rows that a list lacks.
func keep[T any](rows map[string]T, known []T, id func(T) string) {
	for _, row := range known {
		if _, ok := rows[id(row)]; !ok {
			rows[id(row)] = row
		}
	}
}

func sorted[T any](rows map[string]T, id func(T) string) []T {
	return slices.SortedFunc(maps.Values(rows), func(a, b T) int { return cmp.Compare(id(a), id(b)) })
}

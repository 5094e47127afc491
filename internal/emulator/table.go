// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"
)

// row is what a table holds: a pointer to a struct that nobody changes once it is stored.
type row interface {
	key() uuid.UUID
	born() time.Time
}

func (r *Network) key() uuid.UUID    { return r.ID }
func (r *Subnet) key() uuid.UUID     { return r.ID }
func (r *Tag) key() uuid.UUID        { return r.ID }
func (r *Host) key() uuid.UUID       { return r.ID }
func (r *Interface) key() uuid.UUID  { return r.ID }
func (r *Port) key() uuid.UUID       { return r.ID }
func (r *Service) key() uuid.UUID    { return r.ID }
func (r *Binding) key() uuid.UUID    { return r.ID }
func (r *IfEntry) key() uuid.UUID    { return r.ID }
func (r *Daemon) key() uuid.UUID     { return r.ID }
func (r *Credential) key() uuid.UUID { return r.ID }

func (r *Network) born() time.Time    { return r.CreatedAt.Time }
func (r *Subnet) born() time.Time     { return r.CreatedAt.Time }
func (r *Tag) born() time.Time        { return r.CreatedAt.Time }
func (r *Host) born() time.Time       { return r.CreatedAt.Time }
func (r *Interface) born() time.Time  { return r.CreatedAt.Time }
func (r *Port) born() time.Time       { return r.CreatedAt.Time }
func (r *Service) born() time.Time    { return r.CreatedAt.Time }
func (r *Binding) born() time.Time    { return r.CreatedAt.Time }
func (r *IfEntry) born() time.Time    { return r.CreatedAt.Time }
func (r *Daemon) born() time.Time     { return r.CreatedAt.Time }
func (r *Credential) born() time.Time { return r.CreatedAt.Time }

// idSet is a set of rows.
type idSet map[uuid.UUID]struct{}

// index finds rows by something other than their id.
type index[K comparable] map[K]idSet

func (x index[K]) put(k K, id uuid.UUID) {
	if x[k] == nil {
		x[k] = idSet{}
	}
	x[k][id] = struct{}{}
}

func (x index[K]) drop(k K, id uuid.UUID) {
	delete(x[k], id)
	if len(x[k]) == 0 {
		delete(x, k)
	}
}

// table holds the rows of one kind. Rows are listed by the time they were created, or queued anew, then by the order in
// which they came.
type table[T row] struct {
	rows map[uuid.UUID]T
	seq  map[uuid.UUID]uint64
	next uint64
	// queued is since when rows have their place, where that is not since they were made.
	queued map[uuid.UUID]time.Time
}

func newTable[T row]() table[T] {
	return table[T]{rows: map[uuid.UUID]T{}, seq: map[uuid.UUID]uint64{}, queued: map[uuid.UUID]time.Time{}}
}

func (t *table[T]) has(id uuid.UUID) bool {
	_, ok := t.rows[id]
	return ok
}

// put stores a row in the place of the one with its id, if there is one.
func (t *table[T]) put(r T) {
	if !t.has(r.key()) {
		t.next++
		t.seq[r.key()] = t.next
	}
	t.rows[r.key()] = r
}

func (t *table[T]) remove(id uuid.UUID) {
	delete(t.rows, id)
	delete(t.seq, id)
	delete(t.queued, id)
}

func (t *table[T]) since(r T) time.Time {
	if at, ok := t.queued[r.key()]; ok {
		return at
	}
	return r.born()
}

func (t *table[T]) compare(a, b T) int {
	return cmp.Or(t.since(a).Compare(t.since(b)), cmp.Compare(t.seq[a.key()], t.seq[b.key()]))
}

// pick lists the rows of a set.
func (t *table[T]) pick(ids idSet) []T {
	out := make([]T, 0, len(ids))
	for id := range ids {
		out = append(out, t.rows[id])
	}
	slices.SortFunc(out, t.compare)
	return out
}

// where lists the rows for which keep is true.
func (t *table[T]) where(keep func(T) bool) []T {
	var out []T
	for _, r := range t.rows {
		if keep(r) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, t.compare)
	return out
}

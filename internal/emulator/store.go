// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// store is the database: tables, unique keys, foreign keys and cascades. It has no transactions, as the server uses
// none: what was written before an error stays.
type store struct {
	networks    table[*Network]
	subnets     table[*Subnet]
	tags        table[*Tag]
	hosts       table[*Host]
	interfaces  table[*Interface]
	ports       table[*Port]
	services    table[*Service]
	bindings    table[*Binding]
	ifEntries   table[*IfEntry]
	daemons     table[*Daemon]
	credentials table[*Credential]

	hostsByNetwork    index[uuid.UUID]
	subnetsByNetwork  index[uuid.UUID]
	interfacesByHost  index[uuid.UUID]
	interfacesBySub   index[uuid.UUID]
	interfacesByPlace index[place]
	interfacesByMAC   index[string]
	portsByHost       index[uuid.UUID]
	servicesByHost    index[uuid.UUID]
	bindingsByService index[uuid.UUID]
	bindingsByPort    index[uuid.UUID]
	bindingsByIface   index[uuid.UUID]
	ifEntriesByHost   index[uuid.UUID]
	daemonsByHost     index[uuid.UUID]
	hostsByRunner     index[uuid.UUID]
	servicesByRunner  index[uuid.UUID]

	tagging      taggings
	credentialed credentialed
	// rows is how many rows the request that is worked on may still make; nil: all. rest lets it rest when it has.
	rows *allowance
	rest func(*allowance)
	// turn is when a service of a list was worked off that is stored now; zero: it is of no list.
	turn time.Time
	// dialect is the version whose schema it is.
	dialect *dialect
}

// place is where an interface is: two rows at one place are the same machine.
type place struct {
	subnet  uuid.UUID
	address string
}

func newStore(d *dialect) *store {
	return &store{
		networks: newTable[*Network](), subnets: newTable[*Subnet](), tags: newTable[*Tag](), hosts: newTable[*Host](),
		interfaces: newTable[*Interface](), ports: newTable[*Port](), services: newTable[*Service](),
		bindings: newTable[*Binding](), ifEntries: newTable[*IfEntry](), daemons: newTable[*Daemon](),
		credentials: newTable[*Credential](), credentialed: newCredentialed(),
		hostsByNetwork: index[uuid.UUID]{}, subnetsByNetwork: index[uuid.UUID]{},
		interfacesByHost: index[uuid.UUID]{}, interfacesBySub: index[uuid.UUID]{},
		interfacesByPlace: index[place]{}, interfacesByMAC: index[string]{},
		portsByHost: index[uuid.UUID]{}, servicesByHost: index[uuid.UUID]{},
		bindingsByService: index[uuid.UUID]{}, bindingsByPort: index[uuid.UUID]{}, bindingsByIface: index[uuid.UUID]{},
		ifEntriesByHost: index[uuid.UUID]{}, daemonsByHost: index[uuid.UUID]{},
		hostsByRunner: index[uuid.UUID]{}, servicesByRunner: index[uuid.UUID]{},
		tagging: taggings{of: map[entity][]uuid.UUID{}, with: map[uuid.UUID]map[entity]struct{}{}}, dialect: d,
	}
}

// Times are stored in microseconds; what a request made is answered in full.
func stored(s Stamp) Stamp { return Stamp{s.Truncate(time.Microsecond)} }

// errForeign is a broken foreign key, which the server answers with 500 and the database's words.
func (s *store) errForeign(table, column string) error {
	return errInternal(
		`error returned from database: insert or update on table "%s" violates foreign key constraint "%s_%s_fkey"`,
		s.dialect.words.table(table), s.dialect.words.table(table), s.dialect.words.table(column))
}

// errTaken is a unique key that is taken. The server has friendly words for it when a row is made, none when one is changed.
func (s *store) errTaken(constraint string, making bool) error {
	constraint = s.dialect.words.table(constraint)
	if !making {
		return errInternal(`error returned from database: duplicate key value violates unique constraint "%s"`, constraint)
	}
	switch {
	case strings.Contains(constraint, "ports"):
		return errInvalid("A port with this number and protocol already exists on this host")
	case strings.Contains(constraint, s.dialect.words.table("interfaces")): // an id that is taken, too
		return errInvalid("%s", s.dialect.words.say("An interface with this IP address already exists on this host"))
	case strings.Contains(constraint, "tags"):
		return errInvalid("A tag with this name already exists")
	}
	return errInvalid("A record with these values already exists (%s)", constraint)
}

// insert checks what all tables have in common, stores the row and indexes it.
func insert[T row](s *store, t *table[T], name string, r T, check func(making bool) error, store func()) error {
	if err := s.awaitRow(); err != nil {
		return err
	}
	if t.has(r.key()) {
		return s.errTaken(name+"_pkey", true)
	}
	if err := check(true); err != nil {
		return err
	}
	s.spendRow()
	store()
	return nil
}

// awaitRow fails, or rests, when a request has made as many rows as it may. Whatever was looked at before may have
// changed then.
func (s *store) awaitRow() error {
	a := s.rows
	if a == nil || a.left > 0 {
		return nil
	}
	if !a.rests {
		return errInternal("error communicating with database: unexpected end of file")
	}
	s.rest(a)
	return nil
}

// spendRow counts a row that is made.
func (s *store) spendRow() {
	if s.rows != nil {
		s.rows.left--
	}
}

// foreign checks foreign keys in the order in which the database does: pairs of column and whether the row exists.
func (s *store) foreign(table string, keys ...foreignKey) error {
	for _, k := range keys {
		if !k.exists {
			return s.errForeign(table, k.column)
		}
	}
	return nil
}

type foreignKey struct {
	column string
	exists bool
}

// entity is a row that can have tags.
type entity struct {
	kind string
	id   uuid.UUID
}

// taggings tells which rows have which tags, in the order in which they were given.
type taggings struct {
	of   map[entity][]uuid.UUID
	with map[uuid.UUID]map[entity]struct{}
}

func (t taggings) list(e entity) []uuid.UUID { return append([]uuid.UUID{}, t.of[e]...) }

// add tells whether the row did not have the tag.
func (t taggings) add(e entity, tag uuid.UUID) bool {
	if slices.Contains(t.of[e], tag) {
		return false
	}
	t.of[e] = append(t.of[e], tag)
	if t.with[tag] == nil {
		t.with[tag] = map[entity]struct{}{}
	}
	t.with[tag][e] = struct{}{}
	return true
}

// remove tells whether the row had the tag.
func (t taggings) remove(e entity, tag uuid.UUID) bool {
	i := slices.Index(t.of[e], tag)
	if i < 0 {
		return false
	}
	t.of[e] = slices.Delete(t.of[e], i, i+1)
	if len(t.of[e]) == 0 {
		delete(t.of, e)
	}
	delete(t.with[tag], e)
	return true
}

func (t taggings) clear(e entity) {
	for _, tag := range t.list(e) {
		t.remove(e, tag)
	}
}

// set replaces a row's tags as a whole or not at all. The server gives no row no tags: an empty list changes nothing.
func (s *store) setTags(e entity, tags []uuid.UUID, organization uuid.UUID) error {
	if len(tags) == 0 {
		return nil
	}
	for _, tag := range tags {
		if err := s.checkTag(tag, organization); err != nil {
			return err
		}
	}
	for i, tag := range tags {
		if slices.Contains(tags[:i], tag) {
			return errInternal("Failed to set tags: A tag with this name already exists")
		}
	}
	if err := s.checkExclusive(e, tags); err != nil {
		return err
	}
	s.tagging.clear(e)
	for _, tag := range tags {
		s.tagging.add(e, tag)
	}
	return nil
}

func (s *store) checkTag(tag, organization uuid.UUID) error {
	row, ok := s.tags.rows[tag]
	if !ok {
		return errInternal("Tag %s not found", tag)
	}
	if row.OrganizationID != organization {
		return errInternal("Tag %s does not belong to this organization", tag)
	}
	return nil
}

// display is how the server writes a port in messages.
func (r *Port) display() string {
	return fmt.Sprintf("%d/%s (ID: %s)", r.Number, strings.ToLower(r.Protocol), r.ID)
}

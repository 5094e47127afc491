// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// credentialWitness knows whose each credential and each assignment of a site is, by who made it.
type credentialWitness struct {
	site *site
	// foreign are rows that others made, or that were left to them; made are those that the operator made, let those of them
	// that may stay without a Credential.
	foreign, made, let map[string]bool
	// assigned are assignments that others made, by count; moved those that came with a merge of hosts.
	assigned map[assignment]int
	moved    map[assignment]bool
	// seen is how much of what others did the operator had seen when it read a row last, pending the same of lists that it
	// is still reading, by task. edited is when others changed a row last.
	seen, edited map[string]int
	pending      map[string]map[string]int
	// unsure are rows that a late request wrote, whose values may be old ones.
	unsure map[string]bool
	isLate bool
	// gaps counts what was lost between a read and its write.
	gaps int
}

// assignment is a credential on a host or network.
type assignment struct{ credential, to string }

// credentialRow is a credential without what it is for, and that.
type credentialRow struct {
	name, description, tags, rest string
	networks                      []string
	hosts                         map[string][]string // nil: all addresses
}

func newCredentialWitness(s *site) *credentialWitness {
	return &credentialWitness{
		site: s, foreign: map[string]bool{}, made: map[string]bool{}, let: map[string]bool{}, assigned: map[assignment]int{},
		moved: map[assignment]bool{}, seen: map[string]int{}, edited: map[string]int{}, pending: map[string]map[string]int{},
		unsure: map[string]bool{},
	}
}

// credentialRows lists all credentials of a site; nil in histories without.
func (w *world) credentialRows(state emulator.State) map[string]credentialRow {
	if w.credentials == nil {
		return nil
	}
	out := map[string]credentialRow{}
	for i := range state.Credentials {
		c := &state.Credentials[i]
		settings, err := json.Marshal(c.Settings)
		must(err)
		r := credentialRow{
			name: c.Name, description: text(c.Description), tags: fmt.Sprint(c.Tags), rest: string(settings) + text(c.DaemonOS),
			networks: words(c.AssignedNetworkIDs), hosts: map[string][]string{},
		}
		for _, h := range c.HostAssignments {
			r.hosts[h.HostID.String()] = words(h.IPAddressIDs)
		}
		out[c.ID.String()] = r
	}
	return out
}

// words are ids as texts, sorted; nil stays nil.
func words(ids []uuid.UUID) []string {
	if ids == nil {
		return nil
	}
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		out = append(out, id.String())
	}
	slices.Sort(out)
	return out
}

// assignments are all that rows have.
func assignments(rows map[string]credentialRow) map[assignment]bool {
	out := map[assignment]bool{}
	for id, r := range rows {
		for _, n := range r.networks {
			out[assignment{id, n}] = true
		}
		for h := range r.hosts {
			out[assignment{id, h}] = true
		}
	}
	return out
}

// others takes in what somebody outside did: about credentials, or about hosts, which take theirs along.
func (w *credentialWitness) others(before, after map[string]credentialRow, count int) {
	for id, r := range after {
		old, was := before[id]
		if !was {
			w.foreign[id] = true
		}
		if !was || r.name != old.name || r.description != old.description || r.tags != old.tags || r.rest != old.rest {
			w.edited[id] = count
		}
	}
	for id := range before {
		if _, is := after[id]; !is {
			w.forget(id)
		}
	}
	had, has := assignments(before), assignments(after)
	w.move(had, has, count)
	for a := range had {
		if !has[a] {
			delete(w.assigned, a)
			delete(w.moved, a)
		}
	}
}

// move takes in assignments that came: with a merge if others of the same credential went, else by hand.
func (w *credentialWitness) move(had, has map[assignment]bool, count int) {
	for a := range has {
		if had[a] {
			continue
		}
		isMoved, isForeign := false, true
		for old := range had {
			if old.credential == a.credential && !has[old] {
				_, theirs := w.assigned[old]
				isMoved, isForeign = true, isForeign && theirs
			}
		}
		if isForeign {
			w.assigned[a] = count
		}
		w.moved[a] = isMoved
	}
}

// forget forgets a row that is gone.
func (w *credentialWitness) forget(id string) {
	for _, all := range []map[string]bool{w.foreign, w.made, w.let, w.unsure} {
		delete(all, id)
	}
	for a := range w.assigned {
		if a.credential == id {
			delete(w.assigned, a)
		}
	}
}

// wrote judges what a request of ours did.
func (w *credentialWitness) wrote(r *http.Request, before, after map[string]credentialRow) {
	if w.site.world.credentials == nil {
		return
	}
	isOurs := strings.HasPrefix(r.URL.Path, credentialsPath) || strings.HasPrefix(r.URL.Path, "/api/v1/tags/assign")
	for _, id := range sortedKeys(after) {
		if _, was := before[id]; !was {
			w.made[id] = true
			w.site.world.note("  %s: made credential %q (%s)", w.site.name, after[id].name, id)
			if w.isLate {
				w.let[id] = true // who read a list before it came, and lets its Credential go, can't know of it
			}
		}
	}
	for _, id := range sortedKeys(before) {
		is, stays := after[id]
		switch was := before[id]; {
		case !stays:
			w.removed(id, r, was)
		case isOurs:
			w.changed(id, r, was, is)
		case was.name != is.name || was.description != is.description || was.rest != is.rest || was.tags != is.tags:
			w.site.world.wrong("%s: %s %s changed credential %q (%s)", w.site.name, r.Method, r.URL.Path, was.name, id)
		}
	}
	if isOurs {
		return
	}
	had, has := assignments(before), assignments(after)
	w.move(had, has, w.site.witness.count)
	w.lostWithHosts(r, before, has)
}

// lostWithHosts judges that a request of ours about hosts took assignments of others away: only hosts and addresses that go
// do so.
func (w *credentialWitness) lostWithHosts(r *http.Request, before map[string]credentialRow, has map[assignment]bool) {
	state := w.site.State()
	for _, a := range sortedAssignments(w.assigned) {
		scope, had := before[a.credential].hosts[a.to]
		if !had || has[a] {
			continue
		}
		delete(w.assigned, a)
		h := hostByID(state, a.to)
		if h == nil || scope != nil && !slices.ContainsFunc(h.Interfaces, func(i emulator.Interface) bool { return slices.Contains(scope, i.ID.String()) }) {
			continue
		}
		w.site.world.wrong("%s: %s %s took a credential (%s) from %s, to which somebody else gave it", w.site.name, r.Method, r.URL.Path,
			a.credential, h.Name)
	}
}

func sortedAssignments(all map[assignment]int) []assignment {
	out := make([]assignment, 0, len(all))
	for a := range all {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b assignment) int {
		return strings.Compare(a.credential+a.to, b.credential+b.to)
	})
	return out
}

// leave takes in that a row was left to others, with all that it is given to.
func (w *credentialWitness) leave(id string, row credentialRow) {
	w.let[id], w.foreign[id] = true, true
	for a := range assignments(map[string]credentialRow{id: row}) {
		w.assigned[a] = w.site.witness.count
	}
}

// forgetUntold takes in that the operator has ended: nobody can know any more that an assignment is ours of which no status
// tells.
func (w *credentialWitness) forgetUntold() {
	for _, c := range w.site.world.credentialObjects() {
		for id, row := range w.site.world.credentialRows(w.site.State()) {
			if id != c.Status.ID && id != w.site.world.derivedID(c) {
				continue
			}
			for a := range assignments(map[string]credentialRow{id: row}) {
				_, isTheirs := w.assigned[a]
				isTold := slices.ContainsFunc(c.Status.Assignments, func(s v1alpha1.CredentialAssignmentStatus) bool { return s.ID == a.to })
				if !isTheirs && !isTold {
					w.assigned[a] = w.site.witness.count
				}
			}
		}
	}
}

// removed judges that a request of ours deleted a credential: only one that a Credential asks to be deleted may go.
func (w *credentialWitness) removed(id string, r *http.Request, was credentialRow) {
	world := w.site.world
	c := world.credentialWith(id)
	isForeign := w.foreign[id]
	w.forget(id)
	if w.isLate {
		return
	}
	if c == nil || isForeign && world.derivedID(c) != id || c.DeletionTimestamp.IsZero() || !world.mayDelete(c) {
		world.wrong("%s: %s %s deleted credential %q (%s), and nobody asks for that", w.site.name, r.Method, r.URL.Path, was.name, id)
	}
}

// mayDelete says that a Credential which goes takes its credential along.
func (w *world) mayDelete(c *v1alpha1.Credential) bool {
	return c.Spec.DeletionPolicy != v1alpha1.DeletionOrphan
}

// changed judges that a request of ours for credentials changed one.
func (w *credentialWitness) changed(id string, r *http.Request, was, is credentialRow) {
	world := w.site.world
	had, has := assignments(map[string]credentialRow{id: was}), assignments(map[string]credentialRow{id: is})
	isSame := was.name == is.name && was.description == is.description && was.rest == is.rest && was.tags == is.tags
	c := world.credentialWith(id)
	if w.isLate && !isSame {
		w.unsure[id] = true
	}
	if w.foreign[id] && !w.isLate && (!isSame || len(had) != len(has)) {
		if c == nil || world.derivedID(c) != id {
			world.wrong("%s: %s %s changed credential %q (%s) of somebody else", w.site.name, r.Method, r.URL.Path, was.name, id)
		}
		delete(w.foreign, id) // it was left to others, and a Credential took it back
	}
	declared := world.credentials.declared[id]
	for _, f := range []struct{ name, was, is string }{{"description", was.description, is.description}, {"tags", was.tags, is.tags}} {
		if f.was != f.is && !declared[f.name] && w.edited[id] <= w.seen[id] && !w.isLate {
			world.wrong("%s: %s %s changed the %s of credential %q from %q to %q, which nobody declares", w.site.name, r.Method, r.URL.Path,
				f.name, was.name, f.was, f.is)
		}
	}
	for _, a := range sortedAssignments(w.assigned) {
		if a.credential != id || !had[a] || has[a] {
			continue
		}
		since := w.assigned[a]
		delete(w.assigned, a)
		switch {
		case since > w.seen[id] || w.isLate: // between a read and its write
			w.gaps++
		case world.hasNamed(declared, w.site, a.to):
		default:
			world.wrong("%s: %s %s took credential %q (%s) from %s, to which somebody else gave it", w.site.name, r.Method, r.URL.Path,
				was.name, id, a.to)
		}
	}
}

// hasNamed says that a manifest has ever named a host or network for a credential: then nobody can tell whose the
// assignment is.
func (w *world) hasNamed(declared map[string]bool, s *site, to string) bool {
	for name := range declared {
		kind, rest, _ := strings.Cut(name, " ")
		switch kind {
		case "network":
			if isNetwork(s, rest, to) {
				return true
			}
		case "host":
			full := strings.TrimPrefix(rest, "Host ")
			namespace, name, _ := strings.Cut(full, "/")
			obj, ok := w.kube.Get(kube.Key{Kind: kube.Host, Namespace: namespace, Name: name})
			h, isHost := obj.(*v1alpha1.Host)
			if !ok || !isHost || h.Status.ID == to || w.rootOf(h).Status.ID == to || s.witness.ours[to] == h.UID {
				return true
			}
		}
	}
	return false
}

// isNetwork says that a network is called so.
func isNetwork(s *site, name, id string) bool {
	return slices.ContainsFunc(s.State().Networks, func(n emulator.Network) bool {
		return n.ID.String() == id && (n.Name == name || id == name)
	})
}

// asks takes in that the operator asks for something: it works with what it has listed before, unless this is the second
// part of that list.
func (w *credentialWitness) asks(r *http.Request, task string) {
	if r.URL.Path != "/api/v1/tags" {
		w.settle(task)
	}
}

// answered takes in what came of a request of the operator that it sent when others had done so much.
func (w *credentialWitness) answered(r *http.Request, task string, began int, isHeard bool) {
	switch {
	case w.site.world.credentials == nil:
	case isHeard:
		w.settle(task)
		w.heard(r, task, began)
	default:
		delete(w.pending, task)
	}
}

// settle takes in what the operator has listed.
func (w *credentialWitness) settle(task string) {
	for id, at := range w.pending[task] {
		w.seen[id] = max(w.seen[id], at)
	}
	delete(w.pending, task)
}

// heard takes in what the operator read, or wrote.
func (w *credentialWitness) heard(r *http.Request, task string, began int) {
	path := r.URL.Path
	switch {
	case r.Method == http.MethodGet && path == credentialsPath:
		w.pending[task] = map[string]int{}
		for _, c := range w.site.State().Credentials {
			w.pending[task][c.ID.String()] = began
		}
	case strings.HasPrefix(path, credentialsPath+"/"):
		id := path[strings.LastIndex(path, "/")+1:]
		if r.Method != http.MethodGet {
			began = w.site.witness.count
		}
		w.seen[id] = max(w.seen[id], began)
	}
}

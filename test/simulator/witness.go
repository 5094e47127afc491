// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// witness knows whose each row of a site is, by who made it, and sees what the operator's requests do to the rows of
// others. It knows nothing of how the operator decides.
type witness struct {
	site *site
	// foreign are the rows that others made and did not remove, by id; ours are hosts that the operator made, with the Host
	// that it made each for.
	foreign map[string]row
	ours    map[string]types.UID
	// let are hosts that may stay without a Host: one with deletionPolicy Orphan had them.
	let map[string]bool
	// count counts what others did; read is how much of it a task had seen when it read a host last.
	count int
	read  map[string]int
	// edited is when others changed a host last, and moved when they last moved a row to another host, by count.
	edited, moved map[string]int
	// into says of a host into which other one others last moved rows of it.
	into map[string]string
	// owed are rows of others that a merge of ours dropped with the service they were on; they have to be made again.
	owed map[string]row
	// gaps counts what was lost between a GET and its PUT.
	gaps int
	// credentials is the same of credentials; absent in histories without.
	credentials *credentialWitness
}

// row is a row of any kind.
type row struct {
	kind, host, text string
	// service is what a binding belongs to, definition that of the service.
	service, definition string
	// mac is that of an interface.
	mac         string
	port, iface string
	// added is when others made it, by count.
	added int
	// hostname, description and tags of a host.
	hostname, description, tags string
}

func newWitness(s *site) *witness {
	return &witness{
		credentials: newCredentialWitness(s), site: s, foreign: map[string]row{}, ours: map[string]types.UID{}, let: map[string]bool{}, read: map[string]int{},
		edited: map[string]int{}, moved: map[string]int{}, into: map[string]string{}, owed: map[string]row{},
	}
}

// rows lists all rows of hosts.
func rows(state emulator.State) map[string]row {
	out := map[string]row{}
	for i := range state.Hosts {
		h := &state.Hosts[i]
		host := h.ID.String()
		out[host] = row{
			kind: "host", host: host, text: h.Name, hostname: text(h.Hostname), description: text(h.Description), tags: fmt.Sprint(h.Tags),
		}
		for j := range h.Interfaces {
			r := &h.Interfaces[j]
			out[r.ID.String()] = row{kind: "interface", host: host, text: r.IPAddress, mac: upper(r.MACAddress)}
		}
		for j := range h.Ports {
			r := &h.Ports[j]
			out[r.ID.String()] = row{kind: "port", host: host, text: portText(r)}
		}
		for j := range h.Services {
			addService(out, host, &h.Services[j])
		}
	}
	return out
}

func portText(r *emulator.Port) string {
	return strings.ToUpper(r.Protocol) + " " + decimal(int(r.Number))
}

func addService(out map[string]row, host string, s *emulator.Service) {
	id := s.ID.String()
	out[id] = row{kind: "service", host: host, text: s.Name + " (" + s.ServiceDefinition + ")", definition: s.ServiceDefinition}
	for k := range s.Bindings {
		b := &s.Bindings[k]
		r := row{kind: "binding", host: host, service: id, definition: s.ServiceDefinition}
		if b.PortID != nil {
			r.port = b.PortID.String()
		}
		if b.InterfaceID != nil {
			r.iface = b.InterfaceID.String()
		}
		r.text = "of " + s.Name
		out[b.ID.String()] = r
	}
}

// others does what somebody outside does, and takes in what it made and removed.
func (w *witness) others(act func()) {
	was := w.site.State()
	act()
	is := w.site.State()
	before, after := rows(was), rows(is)
	w.count++
	w.credentials.others(w.site.world.credentialRows(was), w.site.world.credentialRows(is), w.count)
	for id, r := range after {
		if _, was := before[id]; !was {
			r.added = w.count
			w.foreign[id] = r
		}
	}
	for id, r := range before {
		if r.kind == "host" && after[id] != r {
			w.edited[id] = w.count
		}
		if to := after[id].host; to != r.host { // a merge moved it, if it did not go
			w.moved[id] = w.count
			w.into[r.host] = cmp.Or(to, w.into[r.host])
		}
		if _, is := after[id]; !is {
			delete(w.foreign, id)
			delete(w.ours, id)
		}
	}
}

// watch is called before a request of ours is served; what it gives is called after.
func (w *witness) watch(r *http.Request, task string) (done func()) {
	host := hostOf(r.URL.Path)
	if r.Method == http.MethodGet {
		w.read[task+host] = w.count
		return func() {}
	}
	was := w.site.State()
	before := rows(was)
	if host == "" {
		host = before[r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]].host
	}
	read, hasRead := w.read[task+host]
	if !hasRead {
		read = w.count
	}
	return func() {
		is := w.site.State()
		after := rows(is)
		w.credentials.wrote(r, w.site.world.credentialRows(was), w.site.world.credentialRows(is))
		for id, r := range after {
			if _, was := before[id]; !was && r.kind == "host" {
				w.ours[id] = w.site.world.process.makesFor()
				w.site.world.note("  %s: made host %q (%s)", w.site.name, r.text, id)
			}
		}
		w.back(after)
		if to, other, ok := mergeOf(r.URL.Path); ok {
			w.merged(to, other, before, after)
			return
		}
		w.scalars(r, read, before, after)
		for _, id := range sortedKeys(before) {
			_, isForeign := w.foreign[id]
			if _, is := after[id]; !is && isForeign {
				w.lost(id, r, read, before, after)
			}
		}
	}
}

// scalars finds fields of a host that a request of ours changed though no manifest ever declared them.
func (w *witness) scalars(r *http.Request, read int, before, after map[string]row) {
	for _, id := range sortedKeys(before) {
		was, is := before[id], after[id]
		if was.kind != "host" || is.kind != "host" || w.edited[id] > read {
			continue
		}
		declared, known := w.site.world.declaredOn(id)
		for _, f := range []struct{ name, was, is string }{
			{"hostname", was.hostname, is.hostname}, {"description", was.description, is.description}, {"tags", was.tags, is.tags},
		} {
			if known && f.was != f.is && !declared[f.name] {
				w.site.world.wrong("%s: %s %s changed the %s of %s from %q to %q, which nobody declares", w.site.name, r.Method, r.URL.Path,
					f.name, was.text, f.was, f.is)
			}
		}
	}
}

// lost judges that a request of ours removed a row of somebody else.
func (w *witness) lost(id string, r *http.Request, read int, before, after map[string]row) {
	gone := w.foreign[id]
	gone.host, gone.service, gone.port, gone.iface = before[id].host, before[id].service, before[id].port, before[id].iface
	delete(w.foreign, id)
	_, hostStays := after[gone.host]
	switch {
	case !hostStays && w.mayGo(gone.host): // the cascade of deleting a host
	case w.wentWith(before[gone.port].host, after), w.wentWith(before[gone.iface].host, after): // a broken merge had moved what it hung on
	case w.isUnseen(id, gone, read, after): // between a GET and its PUT
		w.gaps++
	case gone.kind == "binding" && w.mayReplace(gone, before, after), w.mayYield(gone, before):
	default:
		w.site.world.wrong("%s: %s %s removed the %s %s (%s) of somebody else on %s", w.site.name, r.Method, r.URL.Path,
			gone.kind, gone.text, id, before[gone.host].text)
	}
}

// isUnseen says that others made a row after a request of ours read its host, or moved it there, or moved there what it
// hung on and left it behind, as a merge that breaks off does: the documented gap, since the server's lock sees no
// children and the list that the PUT sends cannot have what was not there (docs/what-it-touches.md, The one gap).
func (w *witness) isUnseen(id string, gone row, read int, after map[string]row) bool {
	if gone.added > read || w.moved[id] > read {
		return true
	}
	return slices.ContainsFunc([]string{gone.port, gone.iface}, func(under string) bool {
		_, stays := after[under]
		return !stays && w.moved[under] > read
	})
}

// wentWith says that a host went which may be deleted.
func (w *witness) wentWith(host string, after map[string]row) bool {
	_, stays := after[host]
	return host != "" && !stays && w.mayGo(host)
}

// mayGo says that a host may be deleted: the operator made it, or a Host that holds it asks for that.
func (w *witness) mayGo(host string) bool {
	if _, isOurs := w.ours[host]; isOurs {
		return true
	}
	return slices.ContainsFunc(w.site.world.kube.List(kube.Host), func(obj client.Object) bool {
		h, ok := obj.(*v1alpha1.Host)
		return ok && h.Status.ID == host && h.Spec.DeletionPolicy == v1alpha1.DeletionDelete
	})
}

// mayReplace says that a binding of others went as semantics allows: it yields, is covered by one on all interfaces of
// the same service, or was made again on an interface in the same place.
func (w *witness) mayReplace(gone row, before, after map[string]row) bool {
	if gone.definition == "Unclaimed Open Ports" {
		return true
	}
	for _, r := range after {
		if r.kind != "binding" || r.service != gone.service || r.port != gone.port {
			continue
		}
		covers := r.port != "" && r.iface == ""
		again := gone.iface != "" && after[r.iface].text == before[gone.iface].text
		if covers || again {
			return true
		}
	}
	return false
}

// hostOf is the id of the host that a path is about, "" if it is about none.
func hostOf(path string) string {
	rest, ok := strings.CutPrefix(path, "/api/v1/hosts/")
	if !ok {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	return host
}

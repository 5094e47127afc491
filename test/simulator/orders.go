// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// Orders brings the same objects, with the same times of creation, in two orders, and gives what each ended in. It is
// not comparable if an object of fate Keep is among them: there the order matters.
func Orders(seed uint64) (first, second string, isComparable bool) {
	var objects []client.Object
	source := newWorld(seed, &history{})
	seen := map[kube.Key]bool{}
	for range 24 {
		obj := source.drawObject()
		if key := kube.KeyOf(obj); !seen[key] {
			seen[key] = true
			obj.SetUID(types.UID(fmt.Sprintf("10000000-0000-4000-8000-%012d", len(objects))))
			obj.SetCreationTimestamp(metav1.NewTime(source.clock.now.Add(time.Duration(len(objects)%9) * time.Second)))
			objects = append(objects, obj)
		}
	}
	first, isKept := ordered(seed, objects)
	second, isKeptToo := ordered(seed+1_000_003, objects)
	return first, second, !isKept && !isKeptToo
}

// ordered brings the objects in an order that a seed chooses, between whatever else happens.
func ordered(seed uint64, objects []client.Object) (end string, isKept bool) {
	h := &history{}
	w := newWorld(seed, h)
	w.clock.pass(w.clock.now.Add(time.Minute))
	w.begin()
	objects = slices.Clone(objects)
	w.random.Shuffle(len(objects), func(i, j int) { objects[i], objects[j] = objects[j], objects[i] })
	for _, obj := range objects {
		must(w.kube.Create(w.draft(obj)))
		for range w.random.IntN(30) {
			w.proceed()
		}
	}
	w.correct(objects)
	w.settle(1)
	defer w.crash()
	for _, obj := range w.kube.List(kube.Host) {
		if host, ok := obj.(*v1alpha1.Host); ok && (isA(host, core.ReasonDuplicateHost) || isA(host, core.ReasonAlreadyExists)) {
			isKept = true
		}
	}
	return strings.Join(append(w.found, w.shape()...), "\n"), isKept
}

// drawObject draws a Host without a past, a Service or a Binding.
func (w *world) drawObject() client.Object {
	switch w.random.IntN(4) {
	case 0, 1:
		h := w.drawHost(one(w, hostNames()...))
		h.Spec.ExternalID, h.Spec.AdoptionPolicy, h.Spec.ManagementPolicy = "", "", ""
		return h
	case 2:
		return w.drawService()
	}
	return w.drawBinding()
}

// shape is what there is, without ids and times.
func (w *world) shape() []string {
	var out []string
	for _, obj := range w.members() {
		if s, ok := obj.(interface{ GetCommonStatus() *v1alpha1.CommonStatus }); ok {
			out = append(out, kube.KeyOf(obj).String()+": "+reasons(s.GetCommonStatus()))
		}
	}
	for _, s := range w.sites {
		state := s.State()
		for i := range state.Hosts {
			out = append(out, s.name+": "+shapeOf(&state.Hosts[i], state.Tags))
		}
	}
	slices.Sort(out)
	return out
}

func shapeOf(h *emulator.Host, tags []emulator.Tag) string {
	names := map[string]string{}
	for _, t := range tags {
		names[t.ID.String()] = t.Name
	}
	var rows []string
	for i := range h.Interfaces {
		r := &h.Interfaces[i]
		names[r.ID.String()] = r.IPAddress
		rows = append(rows, r.IPAddress+" "+text(r.Name)+" "+text(r.MACAddress))
	}
	for i := range h.Ports {
		names[h.Ports[i].ID.String()] = portText(&h.Ports[i])
		rows = append(rows, portText(&h.Ports[i]))
	}
	for _, t := range h.Tags {
		rows = append(rows, "tag "+names[t.String()])
	}
	for i := range h.Services {
		rows = append(rows, serviceShape(&h.Services[i], names))
	}
	slices.Sort(rows)
	return fmt.Sprintf("%s %s %s: %s", h.Name, text(h.Hostname), text(h.Description), strings.Join(rows, ", "))
}

func serviceShape(s *emulator.Service, names map[string]string) string {
	var bound []string
	for i := range s.Bindings {
		b, where := &s.Bindings[i], ""
		if b.PortID != nil {
			where = names[b.PortID.String()]
		}
		if b.InterfaceID != nil {
			where += "@" + names[b.InterfaceID.String()]
		}
		bound = append(bound, where)
	}
	for _, t := range s.Tags {
		bound = append(bound, "tag "+names[t.String()])
	}
	slices.Sort(bound)
	return fmt.Sprintf("%s (%s) %v", s.Name, s.ServiceDefinition, bound)
}

// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// edit does one thing that owners of manifests do.
func (w *world) edit() {
	if w.widely() {
		return
	}
	switch n := w.random.IntN(100); {
	case n < 45:
		w.create()
	case n < 80:
		w.change()
	case n < 90:
		w.annotate()
	case n < 99:
		w.remove()
	default:
		w.removeNamespace()
	}
}

// create makes an object that is not there yet.
func (w *world) create() {
	var obj client.Object
	switch w.random.IntN(4) {
	case 0, 1:
		obj = w.drawHost(one(w, hostNames()...))
	case 2:
		obj = w.drawService()
	default:
		obj = w.drawBinding()
	}
	if _, ok := w.kube.Get(kube.Key{Kind: kube.Namespace, Name: obj.GetNamespace()}); !ok {
		w.note("creates Namespace %s with its Backend", shop)
		for _, obj := range w.shopObjects() {
			must(w.kube.Create(obj))
		}
	}
	if err := w.kube.Create(obj); err == nil {
		w.declare(obj)
		w.note("creates %s %s", kube.KeyOf(obj), describe(obj))
	}
}

func meta(namespace, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: namespace, Name: name}
}

func (w *world) drawHost(full string) *v1alpha1.Host {
	namespace, name, _ := strings.Cut(full, "/")
	h := &v1alpha1.Host{ObjectMeta: meta(namespace, name)}
	if name == "far" {
		h.Spec.BackendRef = &v1alpha1.BackendReference{Kind: v1alpha1.KindBackend, Name: "other"}
	}
	w.drawInterfaces(h)
	w.drawPorts(h)
	if w.chance(50) {
		w.drawInline(h)
	}
	w.drawScalars(h)
	if w.chance(30) {
		h.Spec.AllowedNamespaces = &v1alpha1.AllowedNamespaces{From: v1alpha1.NamespacesAll}
	}
	w.drawPolicies(h)
	if state := w.siteFor(h).State(); w.chance(6) && len(state.Hosts) > 0 {
		h.Spec.ExternalID = one(w, state.Hosts...).ID.String()
	}
	return h
}

// drawPolicies says what becomes of what is there before and after a Host.
func (w *world) drawPolicies(h *v1alpha1.Host) {
	h.Spec.AdoptionPolicy = one(w, "", "", v1alpha1.AdoptNever, v1alpha1.AdoptIfUnowned, v1alpha1.AdoptIfUnowned)
	h.Spec.DeletionPolicy = one(w, "", "", "", "", v1alpha1.DeletionDelete, v1alpha1.DeletionOrphan)
	h.Spec.ManagementPolicy = ""
	if w.chance(5) {
		h.Spec.ManagementPolicy = v1alpha1.ManagementObserveOnly
	}
}

func (w *world) drawScalars(h *v1alpha1.Host) {
	h.Spec.Hostname, h.Spec.Description, h.Spec.Tags, h.Spec.Name = nil, nil, nil, nil
	if w.chance(30) {
		h.Spec.Hostname = new(one(w, "", "a.example", "b.example"))
	}
	if w.chance(20) {
		h.Spec.Description = new(one(w, "", "a box", "another box"))
	}
	if w.chance(30) {
		h.Spec.Tags = w.drawTags()
	}
	if w.chance(20) {
		h.Spec.Name = new(one(w, "Alpha", "Beta"))
	}
}

func (w *world) drawTags() []string {
	out := []string{}
	for _, tag := range tagNames() {
		if w.chance(40) {
			out = append(out, tag)
		}
	}
	return out
}

// drawInterfaces gives a Host addresses of its own, now and then one that others may have.
func (w *world) drawInterfaces(h *v1alpha1.Host) {
	h.Spec.Interfaces = nil
	seen := map[string]bool{}
	for i := range 1 + w.random.IntN(3) {
		ip := w.addressOf(h.Namespace + "/" + h.Name)
		if seen[ip] {
			continue
		}
		seen[ip] = true
		iface := v1alpha1.HostInterface{Name: fmt.Sprintf("eth%d", i), IPAddress: ip}
		if w.chance(50) {
			iface.MACAddress = w.macOf(ip)
		}
		h.Spec.Interfaces = append(h.Spec.Interfaces, iface)
	}
}

// addressOf draws an address for a machine.
func (w *world) addressOf(name string) string {
	if w.chance(6) {
		return fmt.Sprintf("10.0.0.%d", 10+w.random.IntN(60))
	}
	for i, n := range hostNames() {
		if n == name {
			return fmt.Sprintf("10.0.%d.%d", w.random.IntN(2), 10*(i+1)+w.random.IntN(4))
		}
	}
	return fmt.Sprintf("10.0.0.%d", 200+w.random.IntN(4))
}

// macOf is mostly the same for an address.
func (w *world) macOf(ip string) string {
	if w.chance(8) {
		return fmt.Sprintf("02:00:00:00:ff:%02x", w.random.IntN(4))
	}
	parts := strings.Split(ip, ".")
	return fmt.Sprintf("02:00:00:00:%02s:%02s", parts[2], parts[3][max(0, len(parts[3])-2):])
}

func (w *world) drawPorts(h *v1alpha1.Host) {
	h.Spec.Ports = nil
	for _, p := range ports() {
		if w.chance(60) {
			h.Spec.Ports = append(h.Spec.Ports, p)
		}
	}
}

func (w *world) drawInline(h *v1alpha1.Host) {
	h.Spec.Services = nil
	for _, definition := range definitions() {
		if !w.chance(25) {
			continue
		}
		h.Spec.Services = append(h.Spec.Services, v1alpha1.InlineService{
			Name: strings.ToLower(definition), Definition: definition, Bindings: w.drawBindings(),
		})
	}
}

func (w *world) drawBindings() []v1alpha1.ServiceBinding {
	var out []v1alpha1.ServiceBinding
	seen := map[v1alpha1.ServiceBinding]bool{}
	for range w.random.IntN(3) {
		b := v1alpha1.ServiceBinding{Type: v1alpha1.BindingPort, Port: one(w, ports()...).Name}
		if w.chance(30) {
			b = v1alpha1.ServiceBinding{Type: v1alpha1.BindingInterface}
		}
		if b.Type == v1alpha1.BindingInterface || w.chance(40) {
			b.Interface = one(w, "eth0", "eth0", "eth1", "eth2")
		}
		if !seen[b] {
			out = append(out, b)
		}
		seen[b] = true
	}
	return out
}

func (w *world) drawService() *v1alpha1.Service {
	s := &v1alpha1.Service{ObjectMeta: meta(one(w, lab, lab, shop, annex), fmt.Sprintf("s%d", w.random.IntN(4)))}
	w.drawServiceSpec(s)
	return s
}

func (w *world) drawServiceSpec(s *v1alpha1.Service) {
	s.Spec.Definition, s.Spec.Bindings, s.Spec.Tags, s.Spec.Name = one(w, definitions()...), w.drawBindings(), nil, nil
	if w.chance(30) {
		s.Spec.Name = new(strings.ToLower(s.Spec.Definition))
	}
	if w.chance(20) {
		s.Spec.Tags = w.drawTags()
	}
	w.drawHostRef(s)
}

func (w *world) drawHostRef(s *v1alpha1.Service) {
	namespace, name, _ := strings.Cut(one(w, hostNames()...), "/")
	s.Spec.HostRef = v1alpha1.HostReference{Name: name}
	if namespace != s.Namespace && w.chance(40) {
		s.Spec.HostRef.Namespace = namespace
	}
}

func (w *world) drawBinding() *v1alpha1.Binding {
	b := &v1alpha1.Binding{ObjectMeta: meta(one(w, lab, lab, shop, annex), fmt.Sprintf("b%d", w.random.IntN(5)))}
	w.drawBindingSpec(b)
	return b
}

func (w *world) drawBindingSpec(b *v1alpha1.Binding) {
	b.Spec = v1alpha1.BindingSpec{ServiceRef: v1alpha1.ServiceReference{Name: fmt.Sprintf("s%d", w.random.IntN(4))}}
	drawn := w.drawBindings()
	for len(drawn) == 0 {
		drawn = w.drawBindings()
	}
	b.Spec.Type, b.Spec.Interface, b.Spec.Port = drawn[0].Type, drawn[0].Interface, drawn[0].Port
}

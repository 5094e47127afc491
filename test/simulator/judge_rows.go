// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"slices"
	"strings"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

func upper(s *string) string { return strings.ToUpper(text(s)) }

// judgeService checks that a Service which is Ready is in Scanopy with its bindings.
func (w *world) judgeService(s *v1alpha1.Service) {
	if !apimeta.IsStatusConditionTrue(s.Status.Conditions, v1alpha1.ConditionReady) {
		return
	}
	key := kube.Key{Kind: kube.Host, Namespace: s.HostNamespace(), Name: s.Spec.HostRef.Name}
	obj, ok := w.kube.Get(key)
	host, isHost := obj.(*v1alpha1.Host)
	if !ok || !isHost {
		w.wrong("%s is Ready without its Host", kube.KeyOf(s))
		return
	}
	root := w.rootOf(host)
	if w.isObserved(host) {
		return
	}
	backend := hostByID(w.siteFor(host).State(), root.Status.ID)
	if backend == nil {
		w.wrong("%s is Ready, and its host is not in Scanopy", kube.KeyOf(s))
		return
	}
	name := s.Name
	if s.Spec.Name != nil {
		name = *s.Spec.Name
	}
	i := slices.IndexFunc(backend.Services, func(r emulator.Service) bool {
		isNamed := s.Status.ID == "" || r.ID.String() == s.Status.ID // others may have found an equal one beside it
		return isNamed && r.Name == name && r.ServiceDefinition == s.Spec.Definition
	})
	if i < 0 {
		w.wrong("%s is Ready, and not in Scanopy: %s", kube.KeyOf(s), reasons(&s.Status.CommonStatus))
		return
	}
	for _, b := range s.Spec.Bindings {
		w.judgeBinding(kube.KeyOf(s), host, backend, &backend.Services[i], b)
	}
	for _, obj := range w.kube.List(kube.Binding) {
		b, ok := obj.(*v1alpha1.Binding)
		if !ok || b.Namespace != s.Namespace || b.Spec.ServiceRef.Name != s.Name ||
			!apimeta.IsStatusConditionTrue(b.Status.Conditions, v1alpha1.ConditionReady) {
			continue
		}
		w.judgeBinding(kube.KeyOf(b), host, backend, &backend.Services[i], v1alpha1.ServiceBinding{
			Type: b.Spec.Type, Interface: b.Spec.Interface, Port: b.Spec.Port,
		})
	}
}

// judgeBinding checks that a service is where one of its bindings says, or on all interfaces.
func (w *world) judgeBinding(
	by kube.Key, host *v1alpha1.Host, backend *emulator.Host, service *emulator.Service, b v1alpha1.ServiceBinding,
) {
	port, iface := "", ""
	for _, h := range w.oneWith(host) {
		port = cmp.Or(port, portFor(h, backend, b.Port))
		iface = cmp.Or(iface, interfaceFor(h, backend, b.Interface))
	}
	for _, r := range service.Bindings {
		isPort, isIface := r.PortID != nil && r.PortID.String() == port, r.InterfaceID != nil && r.InterfaceID.String() == iface
		switch {
		case b.Type == v1alpha1.BindingInterface && r.PortID == nil && isIface,
			b.Type == v1alpha1.BindingPort && isPort && (r.InterfaceID == nil || isIface):
			return
		}
	}
	w.wrong("%s is Ready, and service %q of %s lacks its binding %+v", by, service.Name, backend.Name, b)
}

// portFor is the id of the port that a Host calls so.
func portFor(host *v1alpha1.Host, backend *emulator.Host, name string) string {
	for _, p := range host.Spec.Ports {
		for _, r := range backend.Ports {
			if p.Name == name && int32(r.Number) == p.Number && r.Protocol == capital(string(p.Protocol)) {
				return r.ID.String()
			}
		}
	}
	return ""
}

// interfaceFor is the id of the interface that a Host calls so.
func interfaceFor(host *v1alpha1.Host, backend *emulator.Host, name string) string {
	for _, i := range host.Spec.Interfaces {
		for _, r := range backend.Interfaces {
			if i.Name == name && r.IPAddress == i.IPAddress {
				return r.ID.String()
			}
		}
	}
	return ""
}

// judgeSite finds hosts that the operator made and that nobody holds.
func (w *world) judgeSite(s *site) {
	held, holders := map[string]string{}, map[string]types.UID{}
	for _, obj := range w.kube.List(kube.Host) {
		h, ok := obj.(*v1alpha1.Host)
		if !ok || h.Status.ID == "" || w.siteFor(h) != s {
			continue
		}
		if other, twice := held[h.Status.ID]; twice {
			w.wrong("%s and %s have the same host %s", kube.KeyOf(h), other, h.Status.ID)
		}
		held[h.Status.ID], holders[h.Status.ID] = kube.KeyOf(h).String(), h.UID
	}
	for _, id := range sortedKeys(s.witness.ours) {
		if h := hostByID(s.State(), id); h != nil && held[id] == "" && !s.witness.let[id] && !w.isKeptFor(s.witness.ours[id]) && !s.witness.isRest(id, holders) {
			w.wrong("%s: host %q (%s) was made by the operator, and nobody holds it", s.name, h.Name, id)
		}
	}
}

// isRest says that a merge by others which broke off took interfaces or ports away from a host, and that the Host it was
// made for went with those: what is left behind is counted and not touched, for nobody asked for that merge by a field
// (docs/what-it-touches.md, Letting go).
func (w *witness) isRest(id string, holders map[string]types.UID) bool {
	at := id
	for range w.into {
		if at = w.into[at]; holders[at] != "" {
			return holders[at] == w.ours[id]
		}
	}
	return false
}

// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"net/netip"
	"runtime/debug"
	"slices"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

func stack() string { return string(debug.Stack()) }

// unpause lets everything go on that was paused.
func (w *world) unpause() {
	for _, obj := range w.members() {
		must(w.setAnnotation(kube.KeyOf(obj), v1alpha1.AnnotationPaused, ""))
	}
}

// judge checks what must hold once everything is at rest.
func (w *world) judge() {
	for _, obj := range w.members() {
		w.judgeStatus(obj)
	}
	for _, ns := range w.kube.List(kube.Namespace) {
		if !ns.GetDeletionTimestamp().IsZero() {
			w.wrong("Namespace %s did not go", ns.GetName())
		}
	}
	for _, obj := range w.kube.List(kube.Host) {
		if h, ok := obj.(*v1alpha1.Host); ok {
			w.judgeHost(h)
		}
	}
	for _, obj := range w.kube.List(kube.Service) {
		if s, ok := obj.(*v1alpha1.Service); ok {
			w.judgeService(s)
		}
	}
	for _, s := range w.sites {
		w.judgeSite(s)
	}
	w.judgeCredentials()
}

// judgeStatus finds statuses that must not last, and objects that nobody told of.
func (w *world) judgeStatus(obj client.Object) {
	key := kube.KeyOf(obj)
	s, ok := obj.(interface{ GetCommonStatus() *v1alpha1.CommonStatus })
	if !ok {
		return
	}
	status := s.GetCommonStatus()
	if h, isHost := obj.(*v1alpha1.Host); isHost && (isA(h, core.ReasonHostHasDaemon) || w.isNeeded(h)) {
		return // somebody has to end the daemon, or to delete what is one with it
	}
	if !obj.GetDeletionTimestamp().IsZero() {
		w.wrong("%s is not gone: %s", key, reasons(status))
		return
	}
	ready := apimeta.FindStatusCondition(status.Conditions, v1alpha1.ConditionReady)
	if status.ObservedGeneration != obj.GetGeneration() || ready == nil {
		w.wrong("%s was not told of: %s", key, reasons(status))
		return
	}
	lasting := []core.Reason{
		core.ReasonBackendRejected, core.ReasonInternalError, core.ReasonPending, core.ReasonDependencyNotReady,
		core.ReasonBackendUnavailable, core.ReasonThrottled,
	}
	if w.waits(obj) {
		lasting = slices.DeleteFunc(lasting, func(r core.Reason) bool { return r == core.ReasonDependencyNotReady })
	}
	if c, ok := obj.(*v1alpha1.Credential); ok && w.isAstray(c) {
		return
	}
	for _, c := range status.Conditions {
		if slices.Contains(lasting, core.Reason(c.Reason)) {
			w.wrong("%s is still %s: %s", key, c.Reason, reasons(status))
			return
		}
	}
}

// waits says that an object may wait for another for ever: a Binding for the Host of its Service, a Service for a Host
// that is not written itself, or for its owner; and whoever is on a backend host that a merge by others has torn.
func (w *world) waits(obj client.Object) bool {
	if h, isHost := obj.(*v1alpha1.Host); isHost {
		return isTorn(hostByID(w.siteFor(h).State(), h.Status.ID)) || w.hostWaits(h)
	}
	if c, ok := obj.(*v1alpha1.Credential); ok {
		return !w.mustBeReady(c)
	}
	s, ok := obj.(*v1alpha1.Service)
	if !ok {
		return kube.KindOf(obj) == kube.Binding
	}
	if !apimeta.IsStatusConditionTrue(s.Status.Conditions, v1alpha1.ConditionAccepted) {
		return true // it stays where it was until it is accepted
	}
	host, ok := w.kube.Get(kube.Key{Kind: kube.Host, Namespace: s.HostNamespace(), Name: s.Spec.HostRef.Name})
	h, isHost := host.(*v1alpha1.Host)
	return !ok || !isHost || w.isTangled(s.Namespace) || w.isTangled(h.Namespace) ||
		!apimeta.IsStatusConditionTrue(h.Status.Conditions, v1alpha1.ConditionSynced) || w.waits(h)
}

// isTorn says that a binding is on an interface or port of another host, to which a merge by others that broke off moved
// it. The server refuses each list of services with such a binding, and only rows with our ids may be taken away
// (docs/what-it-touches.md): people have to mend it.
func isTorn(h *emulator.Host) bool {
	if h == nil {
		return false
	}
	own := rows(emulator.State{Hosts: []emulator.Host{*h}})
	for _, r := range own {
		_, hasPort := own[r.port]
		_, hasInterface := own[r.iface]
		if (r.port != "" && !hasPort) || (r.iface != "" && !hasInterface) {
			return true
		}
	}
	return false
}

func reasons(status *v1alpha1.CommonStatus) string {
	out := ""
	for _, c := range status.Conditions {
		out += c.Type + "=" + string(c.Status) + " " + c.Reason + " (" + c.Message + "); "
	}
	return out
}

// judgeHost checks that a Host is in Scanopy as it says it is, and that one that nobody disputes is there.
func (w *world) judgeHost(h *v1alpha1.Host) {
	s, root := w.siteFor(h), w.rootOf(h)
	found := hostByID(s.State(), root.Status.ID)
	isReady := apimeta.IsStatusConditionTrue(h.Status.Conditions, v1alpha1.ConditionReady)
	if w.isObserved(h) || !h.DeletionTimestamp.IsZero() || (!isReady && !w.isLonely(s, h)) {
		return
	}
	if found == nil {
		w.wrong("%s is not in Scanopy (id %q): %s", kube.KeyOf(h), h.Status.ID, reasons(&h.Status.CommonStatus))
		return
	}
	if found.Name != nameOf(h) && root.UID == h.UID {
		w.wrong("%s is called %q in Scanopy, not %q", kube.KeyOf(h), found.Name, nameOf(h))
	}
	for _, i := range h.Spec.Interfaces {
		if !slices.ContainsFunc(found.Interfaces, func(r emulator.Interface) bool { return r.IPAddress == i.IPAddress }) {
			w.wrong("%s lacks the interface %s: %s", kube.KeyOf(h), i.IPAddress, reasons(&h.Status.CommonStatus))
		}
	}
	for _, p := range h.Spec.Ports {
		if !slices.ContainsFunc(found.Ports, func(r emulator.Port) bool {
			return int32(r.Number) == p.Number && r.Protocol == capital(string(p.Protocol))
		}) {
			w.wrong("%s lacks the port %d: %s", kube.KeyOf(h), p.Number, reasons(&h.Status.CommonStatus))
		}
	}
	if d := h.Spec.Hostname; d != nil && root.UID == h.UID && text(found.Hostname) != *d {
		w.wrong("%s has the hostname %q in Scanopy, not %q", kube.KeyOf(h), text(found.Hostname), *d)
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// siteFor is where a Host is written to.
func (w *world) siteFor(h *v1alpha1.Host) *site {
	if h.Spec.BackendRef != nil {
		return w.sites[1]
	}
	return w.sites[0]
}

func hostByID(state emulator.State, id string) *emulator.Host {
	for i := range state.Hosts {
		if state.Hosts[i].ID.String() == id {
			return &state.Hosts[i]
		}
	}
	return nil
}

// isLonely says that no other Host and no backend host but its own has an address or MAC of a Host.
func (w *world) isLonely(s *site, h *v1alpha1.Host) bool {
	if isA(h, core.ReasonMergedInBackend) || h.Spec.ExternalID != "" || w.isPart(h) || w.mayNot(h) {
		return false
	}
	mine := machine(h)
	for _, obj := range w.kube.List(kube.Host) {
		other, ok := obj.(*v1alpha1.Host)
		if !ok || other.UID == h.UID || w.siteFor(other) != s {
			continue
		}
		for key := range machine(other) {
			if mine[key] {
				return false
			}
		}
	}
	state := s.State()
	for i := range state.Hosts {
		if state.Hosts[i].ID.String() == h.Status.ID {
			continue
		}
		for _, r := range state.Hosts[i].Interfaces {
			if mine[r.IPAddress] || mine[upper(r.MACAddress)] {
				return false
			}
		}
	}
	return true
}

// isA says that a Host is told to be something.
func isA(h *v1alpha1.Host, reason core.Reason) bool {
	return slices.ContainsFunc(h.Status.Conditions, func(c metav1.Condition) bool { return c.Reason == string(reason) })
}

func machine(h *v1alpha1.Host) map[string]bool {
	out := map[string]bool{}
	for _, i := range h.Spec.Interfaces {
		out[netip.MustParseAddr(i.IPAddress).String()] = true
		if i.MACAddress != "" {
			out[upper(&i.MACAddress)] = true
		}
	}
	return out
}

// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// target is a Host that a Credential names, and where it is.
type target struct {
	key  kube.Key
	host *v1alpha1.Host // nil: it is not there
	// id is that of its host in Scanopy, "" while it has none that is there.
	id string
	// isAdmitted says that the Host admits the Credential's namespace.
	isAdmitted bool
	// scope are the ids of the interfaces, nil for all; lacks says that some are not there.
	scope []string
	lacks bool
}

// targetsOf are the Hosts that a Credential names, each once.
func (w *world) targetsOf(c *v1alpha1.Credential) []target {
	var out []target
	for _, named := range c.Spec.Hosts {
		t := w.targetOf(c, hostKeyOf(c, named), named.Interfaces)
		at := slices.IndexFunc(out, func(o target) bool { return o.key == t.key })
		switch {
		case at < 0:
			out = append(out, t)
		case out[at].scope == nil || t.scope == nil:
			out[at].scope, out[at].lacks = nil, out[at].lacks || t.lacks
		default:
			out[at].scope, out[at].lacks = append(out[at].scope, t.scope...), out[at].lacks || t.lacks
		}
	}
	return out
}

func (w *world) targetOf(c *v1alpha1.Credential, key kube.Key, names []string) (t target) {
	t.key = key
	obj, _ := w.kube.Get(key)
	h, ok := obj.(*v1alpha1.Host)
	if !ok || !h.DeletionTimestamp.IsZero() {
		return t
	}
	t.host, t.isAdmitted = h, w.admitsFrom(h, c.Namespace)
	at := h
	if h.Status.ID == "" && h.Status.ConsolidatedInto != "" {
		at = w.rootOf(h)
	}
	if hostByID(w.siteForCredential(c).State(), at.Status.ID) != nil {
		t.id = at.Status.ID
	}
	if names == nil {
		return t
	}
	t.scope = []string{}
	for _, name := range names {
		i := slices.IndexFunc(h.Status.Interfaces, func(r v1alpha1.ItemID) bool { return r.Name == name })
		if i < 0 {
			t.lacks = true
			continue
		}
		t.scope = append(t.scope, h.Status.Interfaces[i].ID)
	}
	return t
}

// admitsFrom says that a Host admits a namespace.
func (w *world) admitsFrom(h *v1alpha1.Host, namespace string) bool {
	allowed := h.Spec.AllowedNamespaces
	switch {
	case h.Namespace == namespace:
		return true
	case allowed == nil || allowed.From == v1alpha1.NamespacesSame:
		return false
	case allowed.From == v1alpha1.NamespacesAll:
		return true
	}
	obj, _ := w.kube.Get(kube.Key{Kind: kube.Namespace, Name: namespace})
	ns, ok := obj.(*corev1.Namespace)
	selector, err := metav1.LabelSelectorAsSelector(allowed.Selector)
	return ok && err == nil && selector.Matches(labels.Set(ns.Labels))
}

// judgeNetworks checks that a credential is given to the networks that are declared, and to no other but by others.
func (w *world) judgeNetworks(c *v1alpha1.Credential, row *emulator.Credential) {
	s := w.siteForCredential(c)
	isTenant := c.Namespace == annex
	for _, n := range s.State().Networks {
		id := n.ID.String()
		isNamed := slices.Contains(c.Spec.Networks, n.Name)
		_, isTheirs := s.witness.credentials.assigned[assignment{row.ID.String(), id}]
		has := slices.Contains(words(row.AssignedNetworkIDs), id)
		isSeen := c.Namespace != shop || n.Name == "Lab"
		switch {
		case isNamed && !has && !isTenant && isSeen:
			w.wrong("%s lacks the network %s: %s", kube.KeyOf(c), n.Name, reasons(&c.Status.CommonStatus))
		case !isNamed && has && !isTheirs:
			w.wrong("%s still has the network %s: %s", kube.KeyOf(c), n.Name, reasons(&c.Status.CommonStatus))
		}
	}
}

// judgeTargets checks that a credential is given to the hosts that are declared, and to no other but by others.
func (w *world) judgeTargets(c *v1alpha1.Credential, row *emulator.Credential) {
	s, key := w.siteForCredential(c), kube.KeyOf(c)
	has := map[string][]string{}
	for _, a := range row.HostAssignments {
		has[a.HostID.String()] = words(a.IPAddressIDs)
	}
	wanted, isSure := map[string]bool{}, true
	for _, t := range w.targetsOf(c) {
		isSure = isSure && t.host != nil && t.id != "" && t.isAdmitted && !t.lacks
		wanted[t.id] = true
		scope, is := has[t.id]
		isLost := w.isTold(c, t.key, core.ReasonConflicted)
		switch {
		case t.id == "" || !t.isAdmitted || c.Spec.Type == v1alpha1.CredentialDockerSocket || isLost:
		case !is && (t.scope == nil || len(t.scope) > 0):
			w.wrong("%s is not given to %s (%s): %s", key, t.key, t.id, reasons(&c.Status.CommonStatus))
		case is && (scope == nil) != (t.scope == nil) && len(w.targetsAt(c, t.id)) == 1:
			w.wrong("%s is given to %v of %s (%s), not to %v", key, scope, t.key, t.id, t.scope)
		}
	}
	for _, id := range sortedKeys(has) {
		a := assignment{row.ID.String(), id}
		_, isTheirs := s.witness.credentials.assigned[a]
		if !wanted[id] && !isTheirs && !s.witness.credentials.moved[a] && isSure {
			w.wrong("%s is still given to the host %s: %s", key, id, reasons(&c.Status.CommonStatus))
		}
	}
}

// targetsAt are the Hosts that a Credential names and that are a host in Scanopy.
func (w *world) targetsAt(c *v1alpha1.Credential, id string) []target {
	return slices.DeleteFunc(w.targetsOf(c), func(t target) bool { return t.id != id })
}

// isTold says that the status of a Credential gives a reason for a Host.
func (w *world) isTold(c *v1alpha1.Credential, host kube.Key, reason core.Reason) bool {
	return slices.ContainsFunc(c.Status.Assignments, func(a v1alpha1.CredentialAssignmentStatus) bool {
		return a.Host != nil && a.Host.Name == host.Name && cmp.Or(a.Host.Namespace, c.Namespace) == host.Namespace && a.Reason == string(reason)
	})
}

// mustBeReady says that all that a Credential names is there, and that nobody disputes any of it.
func (w *world) mustBeReady(c *v1alpha1.Credential) bool {
	kind := loginOf(c.Spec.Type)
	if c.Spec.Type == v1alpha1.CredentialDockerSocket || c.Namespace == annex && len(c.Spec.Networks) > 0 ||
		slices.Contains(c.Spec.Networks, "Nowhere") || c.Namespace == shop && slices.Contains(c.Spec.Networks, "Branch") {
		return false
	}
	for _, t := range w.targetsOf(c) {
		if t.host == nil || t.id == "" || !t.isAdmitted || t.lacks || w.siteFor(t.host) != w.siteForCredential(c) ||
			kind.endpoint != "" && w.isDisputed(c, kind.endpoint, t.id) {
			return false
		}
	}
	return true
}

// isDisputed says that another credential may have the endpoint of a host.
func (w *world) isDisputed(c *v1alpha1.Credential, endpoint, id string) bool {
	for _, row := range w.siteForCredential(c).State().Credentials {
		isSame := strings.HasPrefix(strings.ToLower(setting(row.Settings["type"])), strings.ToLower(endpoint))
		if isSame && row.ID.String() != c.Status.ID && slices.ContainsFunc(row.HostAssignments, func(a emulator.HostAssignment) bool {
			return a.HostID.String() == id
		}) {
			return true
		}
	}
	return len(w.claimants(backendOf(c), endpoint, id)) > 1
}

// backendOf names the Backend that a Credential is written through. Those of one are judged together.
func backendOf(c *v1alpha1.Credential) string {
	if c.Spec.BackendRef != nil {
		return "other"
	}
	return c.Namespace
}

// claimants are the Credentials of a Backend that ask for the endpoint of a host and are not left alone, in order of
// precedence.
func (w *world) claimants(backend, endpoint, id string) []*v1alpha1.Credential {
	var out []*v1alpha1.Credential
	for _, c := range w.credentialObjects() {
		if backendOf(c) == backend && loginOf(c.Spec.Type).endpoint == endpoint && c.DeletionTimestamp.IsZero() &&
			!w.isLeftAlone(c) && len(w.targetsAt(c, id)) > 0 {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b *v1alpha1.Credential) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	return out
}

// judgeEndpoints checks that of Credentials which ask for one endpoint of a host the first has it, and that the others and
// that one are told.
func (w *world) judgeEndpoints() {
	for _, h := range w.hosts() {
		for _, backend := range []string{lab, shop, annex, "other"} {
			for _, endpoint := range []string{"Docker", "UniFi", "Proxmox"} {
				if h.Status.ID != "" {
					w.judgeEndpoint(backend, endpoint, h.Status.ID)
				}
			}
		}
	}
}

func (w *world) judgeEndpoint(backend, endpoint, id string) {
	all := w.claimants(backend, endpoint, id)
	if len(all) < 2 {
		return
	}
	first := all[0]
	has := w.targetsAt(first, id)[0]
	if has.scope != nil || !has.isAdmitted || w.isTold(first, has.key, core.ReasonConflicted) {
		return // it has some addresses only, or somebody else's credential stands there
	}
	for _, c := range all[1:] {
		t := w.targetsAt(c, id)[0]
		if !t.isAdmitted || t.lacks {
			continue
		}
		if !w.isTold(c, t.key, core.ReasonConflicted) {
			w.wrong("%s is not told that %s has %s before it: %s", kube.KeyOf(c), kube.KeyOf(first), t.key, reasons(&c.Status.CommonStatus))
		}
		if first.Status.Shadowed == 0 {
			w.wrong("%s is not told whom it keeps from %s", kube.KeyOf(first), t.key)
		}
	}
}

// SPDX-License-Identifier: Apache-2.0

package report

import (
	"strconv"
	"time"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// The bounds of the API that strings of others are cut to.
const (
	maxID      = 36
	maxReason  = 64
	maxItem    = 128
	maxName    = 253
	maxRow     = 100
	maxBinds   = 512
	maxMessage = v1alpha1.MaxMessageLength
	maxURL     = 2048
)

// setStatus makes the status of an object what core says. What it does not know stands as it was.
func setStatus(obj statused, m *core.MemberStatus, now time.Time) {
	common := obj.GetCommonStatus()
	common.ObservedGeneration = m.Generation
	if m.HandledReconcileAt != "" {
		common.LastHandledReconcileAt = m.HandledReconcileAt
	}
	common.Conditions = conditions(common.Conditions, m.Conditions, now)
	switch o := obj.(type) {
	case *v1alpha1.Host:
		setHost(&o.Status, m)
	case *v1alpha1.Service:
		setService(&o.Status, m)
	case *v1alpha1.Binding:
		setBinding(&o.Status, m)
	case *v1alpha1.Credential:
		setCredential(&o.Status, m)
	}
}

// conditions converts conditions; the time of each is when its status changed last.
func conditions(old []metav1.Condition, want []core.Condition, now time.Time) []metav1.Condition {
	out := make([]metav1.Condition, 0, len(want))
	for _, c := range want {
		status := metav1.ConditionFalse
		if c.True {
			status = metav1.ConditionTrue
		}
		out = append(out, metav1.Condition{
			Type: c.Type, Status: status, Reason: cut(c.Reason, maxReason), Message: cut(c.Message, maxMessage),
			ObservedGeneration: c.ObservedGeneration,
		})
	}
	return keepTimes(old, out, now)
}

// keepTimes stamps conditions: with the time of the old one if its status was the same.
func keepTimes(old, want []metav1.Condition, now time.Time) []metav1.Condition {
	for i := range want {
		want[i].LastTransitionTime = metav1.NewTime(now.Truncate(time.Second))
		for _, o := range old {
			if o.Type == want[i].Type && o.Status == want[i].Status {
				want[i].LastTransitionTime = o.LastTransitionTime
			}
		}
	}
	return want
}

func setService(s *v1alpha1.ServiceStatus, m *core.MemberStatus) {
	old := s.Bindings
	s.By, s.Shadows, s.Shadowed = reference(m.By), shadows(m.Shadows), count(m.ShadowCount)
	if m.Elsewhere {
		return
	}
	s.ID = cut(m.ID, maxID)
	if m.Service == nil {
		return
	}
	counts := itemCounts(m.Service.Counts)
	s.Counts = &counts
	s.BindingsSummary = strconv.Itoa(m.Service.Counts.Accepted) + "/" + strconv.Itoa(m.Service.Counts.Declared)
	s.Bindings = serviceBindings(m.Ref, m.Service.Bindings)
	if m.Blind {
		keepBindingIDs(old, s.Bindings)
		return
	}
	s.HostID = cut(m.Service.HostID, maxID)
}

func setBinding(s *v1alpha1.BindingStatus, m *core.MemberStatus) {
	s.By, s.Shadows, s.Shadowed = reference(m.By), shadows(m.Shadows), count(m.ShadowCount)
	if m.Elsewhere {
		return
	}
	s.ID = cut(m.ID, maxID)
	if m.Binding != nil {
		s.Outcome, s.Binds = v1alpha1.BindingOutcome(m.Binding.Outcome), cut(m.Binding.Binds, maxBinds)
	}
}

// serviceBindings converts the effective set of a service, as the object of ref lists it.
func serviceBindings(ref core.Ref, all []core.EffectiveBinding) []v1alpha1.ServiceBindingStatus {
	var out []v1alpha1.ServiceBindingStatus
	for _, b := range all[:min(len(all), core.MaxListed)] {
		entry := v1alpha1.ServiceBindingStatus{
			Type: v1alpha1.BindingType(b.Type), Host: b.Host, Interface: b.Interface, Port: b.Port, ID: cut(b.ID, maxID),
			Outcome: v1alpha1.BindingOutcome(b.Outcome), Reason: cut(string(b.Reason), maxReason),
			Message: cut(b.Message, maxMessage), By: reference(b.By),
		}
		if b.Origin != ref {
			entry.Origin = &v1alpha1.ObjectItemReference{
				Kind: v1alpha1.ReferentKind(b.Origin.Kind), Name: cut(b.Origin.Name, maxName), Item: cut(b.OriginItem, maxItem),
			}
			if b.Origin.Namespace != ref.Namespace {
				entry.Origin.Namespace = b.Origin.Namespace
			}
		}
		out = append(out, entry)
	}
	return out
}

// keepBindingIDs takes over the ids of bindings that stand at the same place with the same content.
func keepBindingIDs(old, now []v1alpha1.ServiceBindingStatus) {
	for i := range now {
		if now[i].ID != "" || i >= len(old) {
			continue
		}
		o, n := &old[i], &now[i]
		if o.Type == n.Type && o.Host == n.Host && o.Interface == n.Interface && o.Port == n.Port {
			n.ID = o.ID
		}
	}
}

func reference(r *core.Reference) *v1alpha1.ObjectItemReference {
	if r == nil {
		return nil
	}
	return &v1alpha1.ObjectItemReference{
		Kind: v1alpha1.ReferentKind(r.Kind), Namespace: r.Namespace, Name: cut(r.Name, maxName),
		Item: cut(r.Item, maxItem), ID: cut(r.ID, maxID),
	}
}

func shadows(all []core.ShadowEntry) []v1alpha1.Shadow {
	var out []v1alpha1.Shadow
	for _, s := range all[:min(len(all), core.MaxShadows)] {
		out = append(out, v1alpha1.Shadow{
			ObjectItemReference: v1alpha1.ObjectItemReference{
				Kind: v1alpha1.ReferentKind(s.Kind), Namespace: s.Namespace, Name: cut(s.Name, maxName),
				Item: cut(s.Item, maxItem),
			},
			Reason: cut(string(s.Reason), maxReason),
		})
	}
	return out
}

func itemCounts(c core.Counts) v1alpha1.ItemCounts {
	return v1alpha1.ItemCounts{Declared: count(c.Declared), Accepted: count(c.Accepted), Rejected: count(c.Rejected)}
}

func count(n int) int32 { return int32(min(max(n, 0), 1<<31-1)) }

// cut takes so many bytes of a text, between runes.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}

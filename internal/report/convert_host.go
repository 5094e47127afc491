// SPDX-License-Identifier: Apache-2.0

package report

import (
	"slices"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// The most items that a Host lists.
const (
	maxInterfaces = 64
	maxPorts      = 256
	maxServices   = 128
)

func setHost(s *v1alpha1.HostStatus, m *core.MemberStatus) {
	s.ID, s.By = cut(m.ID, maxID), reference(m.By)
	s.Shadows, s.Shadowed = shadows(m.Shadows), count(m.ShadowCount)
	h := m.Host
	if h == nil {
		return
	}
	s.Backend = resolvedBackend(h)
	s.ConsolidatedInto = cut(h.ConsolidatedInto, maxName)
	if m.Elsewhere {
		return
	}
	s.Counts = &v1alpha1.HostCounts{Services: itemCounts(h.Services), Bindings: itemCounts(h.Bindings)}
	old := s.Services
	s.Services = inlineServices(m.Ref, h.InlineServices)
	if m.Blind {
		keepServiceIDs(old, s.Services)
		return
	}
	s.URL, s.Source = "", cut(h.Source, maxReason)
	if len(h.URL) <= maxURL {
		s.URL = h.URL
	}
	s.Interfaces, s.Ports = itemIDs(h.Interfaces, maxInterfaces), itemIDs(h.Ports, maxPorts)
	s.Discovered = count(h.Discovered)
	s.Retained = retained(h.Retained)
	s.PendingChanges = slices.Clone(h.Pending[:min(len(h.Pending), core.MaxListed)])
}

func resolvedBackend(h *core.HostStatus) *v1alpha1.ResolvedBackend {
	out := v1alpha1.ResolvedBackend{
		Kind: v1alpha1.BackendKind(h.BackendKind), Name: cut(h.BackendName, maxName),
		OrganizationID: cut(h.Pin.OrganizationID, maxID), NetworkID: cut(h.Pin.NetworkID, maxID),
	}
	if out == (v1alpha1.ResolvedBackend{}) {
		return nil
	}
	return &out
}

func itemIDs(all []core.Named, limit int) []v1alpha1.ItemID {
	var out []v1alpha1.ItemID
	for _, n := range all[:min(len(all), limit)] {
		out = append(out, v1alpha1.ItemID{Name: n.Name, ID: cut(n.ID, maxID)})
	}
	return out
}

func inlineServices(ref core.Ref, all []core.InlineServiceStatus) []v1alpha1.InlineServiceStatus {
	var out []v1alpha1.InlineServiceStatus
	for _, s := range all[:min(len(all), maxServices)] {
		counts := itemCounts(s.Counts)
		entry := v1alpha1.InlineServiceStatus{
			Name: s.Name, ID: cut(s.ID, maxID), Reason: cut(string(s.Reason), maxReason), By: reference(s.By),
			Counts: &counts, Bindings: serviceBindings(ref, s.Bindings),
		}
		out = append(out, entry)
	}
	return out
}

// keepServiceIDs takes over the ids of services of the same name, and of their bindings.
func keepServiceIDs(old, now []v1alpha1.InlineServiceStatus) {
	for i := range now {
		for j := range old {
			if old[j].Name != now[i].Name {
				continue
			}
			if now[i].ID == "" {
				now[i].ID = old[j].ID
			}
			keepBindingIDs(old[j].Bindings, now[i].Bindings)
		}
	}
}

func retained(all []core.RetainedRow) []v1alpha1.RetainedItem {
	var out []v1alpha1.RetainedItem
	for _, r := range all[:min(len(all), core.MaxListed)] {
		kind := v1alpha1.RetainedInterface
		if r.Kind == core.RowPort {
			kind = v1alpha1.RetainedPort
		}
		out = append(out, v1alpha1.RetainedItem{Kind: kind, ID: cut(r.ID, maxID), Name: cut(r.Name, maxRow)})
	}
	return out
}

// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// KindOrDefault is Backend for a reference that doesn't say.
func (r *BackendReference) KindOrDefault() BackendKind {
	if r.Kind == "" {
		return KindBackend
	}
	return r.Kind
}

// ScanopyName is the name that the host has in Scanopy.
func (h *Host) ScanopyName() string {
	if h.Spec.Name != nil {
		return *h.Spec.Name
	}
	return h.Name
}

// ManagementPolicyOrDefault is Full for a Host that doesn't say.
func (h *Host) ManagementPolicyOrDefault() ManagementPolicy {
	if h.Spec.ManagementPolicy == "" {
		return ManagementFull
	}
	return h.Spec.ManagementPolicy
}

// ProtocolOrDefault is TCP for a port that doesn't say.
func (p *HostPort) ProtocolOrDefault() Protocol {
	if p.Protocol == "" {
		return ProtocolTCP
	}
	return p.Protocol
}

// RowIDs are the ids in the backend of what the Host declares, without its own, as its status has them.
func (h *Host) RowIDs() []string {
	var ids []string
	for _, rows := range [][]ItemID{h.Status.Interfaces, h.Status.Ports} {
		for i := range rows {
			ids = append(ids, rows[i].ID)
		}
	}
	for i := range h.Status.Services {
		ids = appendRowIDs(ids, h.Status.Services[i].ID, h.Status.Services[i].Bindings)
	}
	return ids
}

// appendRowIDs adds the ids of a service and its bindings, as far as they are there.
func appendRowIDs(ids []string, service string, bindings []ServiceBindingStatus) []string {
	if service != "" {
		ids = append(ids, service)
	}
	for i := range bindings {
		if id := bindings[i].ID; id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// GetCommonStatus is the part of the status that every kind has.
func (h *Host) GetCommonStatus() *CommonStatus { return &h.Status.CommonStatus }

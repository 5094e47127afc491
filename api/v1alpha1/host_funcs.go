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

// GetCommonStatus is the part of the status that every kind has.
func (h *Host) GetCommonStatus() *CommonStatus { return &h.Status.CommonStatus }

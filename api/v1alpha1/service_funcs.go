// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// ScanopyName is the name that the service has in Scanopy.
func (s *Service) ScanopyName() string {
	if s.Spec.Name != nil {
		return *s.Spec.Name
	}
	return s.Name
}

// HostNamespace is the namespace of the Host that the Service is on.
func (s *Service) HostNamespace() string {
	if s.Spec.HostRef.Namespace != "" {
		return s.Spec.HostRef.Namespace
	}
	return s.Namespace
}

// RowIDs are the ids in the backend of the service and of its bindings, as its status has them.
func (s *Service) RowIDs() []string { return appendRowIDs(nil, s.Status.ID, s.Status.Bindings) }

// GetCommonStatus is the part of the status that every kind has.
func (s *Service) GetCommonStatus() *CommonStatus { return &s.Status.CommonStatus }

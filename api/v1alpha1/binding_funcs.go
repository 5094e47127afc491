// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// ServiceBinding is the binding without the service that it binds.
func (s *BindingSpec) ServiceBinding() ServiceBinding {
	return ServiceBinding{Type: s.Type, Host: s.Host, Interface: s.Interface, Port: s.Port}
}

// Binds says in short what is bound: eth0, http or http@eth0.
func (b *ServiceBinding) Binds() string {
	switch {
	case b.Type == BindingInterface:
		return b.Interface
	case b.Interface == "":
		return b.Port
	default:
		return b.Port + "@" + b.Interface
	}
}

// RowIDs is the id of the binding in the backend, as its status has it.
func (b *Binding) RowIDs() []string {
	if b.Status.ID == "" {
		return nil
	}
	return []string{b.Status.ID}
}

// GetCommonStatus is the part of the status that every kind has.
func (b *Binding) GetCommonStatus() *CommonStatus { return &b.Status.CommonStatus }

// SPDX-License-Identifier: Apache-2.0

package report

import (
	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// The most entries that a Credential lists.
const (
	maxSecrets     = 8
	maxAssignments = 320
)

func setCredential(s *v1alpha1.CredentialStatus, m *core.MemberStatus) {
	s.ID = cut(m.ID, maxID)
	s.Shadows, s.Shadowed = shadows(m.Shadows), count(m.ShadowCount)
	c := m.Credential
	if c == nil {
		return
	}
	s.Backend = nil
	if c.BackendName != "" || c.Organization != "" {
		s.Backend = &v1alpha1.ResolvedBackend{
			Kind: v1alpha1.BackendKind(c.BackendKind), Name: cut(c.BackendName, maxName), OrganizationID: cut(c.Organization, maxID),
		}
	}
	s.WrittenGeneration, s.Secrets, s.Assignments = c.WrittenGeneration, nil, nil
	for _, w := range c.Secrets[:min(len(c.Secrets), maxSecrets)] {
		s.Secrets = append(s.Secrets, v1alpha1.WrittenSecret{Name: w.Name, UID: w.UID, ResourceVersion: w.ResourceVersion})
	}
	for _, a := range c.Assignments[:min(len(c.Assignments), maxAssignments)] {
		entry := v1alpha1.CredentialAssignmentStatus{
			Kind: v1alpha1.AssignmentNetwork, Network: a.Network, ID: cut(a.ID, maxID), Reason: cut(string(a.Reason), maxReason),
			By: reference(a.By),
		}
		if a.Network == "" {
			entry.Kind, entry.Host = v1alpha1.AssignmentHost, &v1alpha1.CredentialHostReference{Name: a.Host.Name}
			if a.Host.Namespace != m.Ref.Namespace {
				entry.Host.Namespace = a.Host.Namespace
			}
		}
		s.Assignments = append(s.Assignments, entry)
	}
}

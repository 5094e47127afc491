// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func TestTheStatusOfACredentialIsWhatCoreSays(t *testing.T) {
	host := func(namespace string) core.Ref {
		return core.Ref{Kind: core.KindHost, Namespace: namespace, Name: "web"}
	}
	m := &core.MemberStatus{
		Ref: core.Ref{Kind: core.KindCredential, Namespace: "lab", Name: "snmp"}, ID: "id", ShadowCount: 1,
		Shadows: []core.ShadowEntry{{Kind: core.KindCredential, Name: "other", Reason: core.ReasonConflicted}},
		Credential: &core.CredentialStatus{
			BackendKind: "Backend", BackendName: "default", Organization: "org", WrittenGeneration: 3,
			Secrets: []core.SecretVersion{{Name: "s", UID: "u", ResourceVersion: "7"}},
			Assignments: []core.CredentialAssignmentStatus{
				{Network: "Lab", ID: "n"}, {Host: host("lab"), ID: "h"},
				{Host: host("shop"), Reason: core.ReasonConflicted, By: &core.Reference{Kind: "Credential", Name: "other"}},
			},
		},
	}
	got := v1alpha1.CredentialStatus{ID: "old", Secrets: []v1alpha1.WrittenSecret{{Name: "gone"}}, Assignments: []v1alpha1.CredentialAssignmentStatus{{ID: "gone"}}}
	setCredential(&got, m)
	want := v1alpha1.CredentialStatus{
		ID: "id", WrittenGeneration: 3, Shadowed: 1, Shadows: shadows(m.Shadows),
		Backend: &v1alpha1.ResolvedBackend{Kind: "Backend", Name: "default", OrganizationID: "org"},
		Secrets: []v1alpha1.WrittenSecret{{Name: "s", UID: "u", ResourceVersion: "7"}},
		Assignments: []v1alpha1.CredentialAssignmentStatus{
			{Kind: v1alpha1.AssignmentNetwork, Network: "Lab", ID: "n"},
			{Kind: v1alpha1.AssignmentHost, Host: &v1alpha1.CredentialHostReference{Name: "web"}, ID: "h"},
			{
				Kind: v1alpha1.AssignmentHost, Host: &v1alpha1.CredentialHostReference{Namespace: "shop", Name: "web"}, Reason: "Conflicted",
				By: reference(&core.Reference{Kind: "Credential", Name: "other"}),
			},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestTheStatusOfACredentialStaysWithinTheBoundsOfItsSchema(t *testing.T) {
	c := &core.CredentialStatus{BackendKind: "Backend", BackendName: strings.Repeat("b", 300), Organization: strings.Repeat("o", 50)}
	for i := range 400 {
		c.Secrets = append(c.Secrets, core.SecretVersion{Name: fmt.Sprint(i)})
		c.Assignments = append(c.Assignments, core.CredentialAssignmentStatus{Network: fmt.Sprint(i), Reason: core.Reason(strings.Repeat("r", 100))})
	}
	var got v1alpha1.CredentialStatus
	setCredential(&got, &core.MemberStatus{ID: strings.Repeat("i", 50), Credential: c})
	for what, n := range map[string][2]int{
		"id": {len(got.ID), maxID}, "backend": {len(got.Backend.Name), maxName}, "organization": {len(got.Backend.OrganizationID), maxID},
		"secrets": {len(got.Secrets), maxSecrets}, "assignments": {len(got.Assignments), maxAssignments},
		"reason": {len(got.Assignments[0].Reason), maxReason},
	} {
		if n[0] != n[1] {
			t.Errorf("%s has %d of %d", what, n[0], n[1])
		}
	}
}

func TestTheStatusOfACredentialThatLeadsNowhereHasNoBackend(t *testing.T) {
	got := v1alpha1.CredentialStatus{Backend: &v1alpha1.ResolvedBackend{Name: "old"}}
	setCredential(&got, &core.MemberStatus{Credential: &core.CredentialStatus{}})
	if got.Backend != nil {
		t.Errorf("%+v", got.Backend)
	}
}

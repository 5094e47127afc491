// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	inventoryv1alpha1 "github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// immutability is a change that a synced Host does not allow.
type immutability struct {
	field   string
	patch   string
	message string
}

const (
	oneID   = "550e8400-e29b-41d4-a716-446655440003"
	otherID = "7be00000-e29b-41d4-a716-446655440003"
)

func immutabilities() []immutability {
	const backend = "backendRef can't be changed once the Host is synced; put it back, or delete this Host and create it anew with the other backend"
	const network = "network can't be changed once the Host is synced; put it back, or delete this Host and create it anew with the other network"
	const external = "externalID can't be changed once the Host is synced; put it back, or delete this Host and create it anew with the other id"
	return []immutability{
		{"spec.backendRef", `{"spec":{"backendRef":{"name":"other"}}}`, backend},
		{"spec.backendRef", `{"spec":{"backendRef":{"kind":"ClusterBackend"}}}`, backend},
		{"spec.backendRef", `{"spec":{"backendRef":null}}`, backend},
		{"spec.network", `{"spec":{"network":"other"}}`, network},
		{"spec.network", `{"spec":{"network":null}}`, network},
		{"spec.externalID", `{"spec":{"externalID":"` + otherID + `"}}`, external},
		{"spec.externalID", `{"spec":{"externalID":null}}`, external},
	}
}

func syncedHost(ctx SpecContext, setStatus func(*inventoryv1alpha1.HostStatus)) *inventoryv1alpha1.Host {
	GinkgoHelper()
	host := &inventoryv1alpha1.Host{ObjectMeta: metav1.ObjectMeta{Name: "web-01", Namespace: newNamespace(ctx)}}
	host.Spec.BackendRef = &inventoryv1alpha1.BackendReference{Name: "lab"}
	host.Spec.Network = "Lab"
	host.Spec.ExternalID = oneID
	Expect(kubernetes.Create(ctx, host)).To(Succeed())
	setStatus(&host.Status)
	Expect(kubernetes.Status().Update(ctx, host)).To(Succeed())
	return host
}

func withID(status *inventoryv1alpha1.HostStatus) { status.ID = oneID }

func withSynced(value metav1.ConditionStatus) func(*inventoryv1alpha1.HostStatus) {
	return func(status *inventoryv1alpha1.HostStatus) {
		status.Conditions = []metav1.Condition{{
			Type: inventoryv1alpha1.ConditionSynced, Status: value,
			Reason: inventoryv1alpha1.ReasonSynced, LastTransitionTime: metav1.Now(),
		}}
	}
}

func patch(ctx SpecContext, host *inventoryv1alpha1.Host, change string) error {
	return kubernetes.Patch(ctx, host, client.RawPatch("application/merge-patch+json", []byte(change)))
}

var _ = Describe("Where a Host is written to", func() {
	for _, c := range immutabilities() {
		It("can't be changed once it has an id: "+c.patch, func(ctx SpecContext) {
			err := patch(ctx, syncedHost(ctx, withID), c.patch)
			Expect(err).To(MatchError(ContainSubstring(c.message)))
			Expect(err).To(MatchError(ContainSubstring(c.field + ": Forbidden")))
			Expect(apierrors.IsInvalid(err)).To(BeTrue())
		})

		It("can't be changed once it is Synced: "+c.patch, func(ctx SpecContext) {
			err := patch(ctx, syncedHost(ctx, withSynced(metav1.ConditionTrue)), c.patch)
			Expect(err).To(MatchError(ContainSubstring(c.message)))
		})

		It("can be changed before: "+c.patch, func(ctx SpecContext) {
			Expect(patch(ctx, syncedHost(ctx, withSynced(metav1.ConditionFalse)), c.patch)).To(Succeed())
		})

		It("can be changed while the Host is only observed: "+c.patch, func(ctx SpecContext) {
			observed := func(status *inventoryv1alpha1.HostStatus) {
				withSynced(metav1.ConditionTrue)(status)
				status.Conditions[0].Reason = inventoryv1alpha1.ReasonObserved
			}
			Expect(patch(ctx, syncedHost(ctx, observed), c.patch)).To(Succeed())
		})
	}

	It("can't be said for the first time once the Host is synced", func(ctx SpecContext) {
		host := &inventoryv1alpha1.Host{ObjectMeta: metav1.ObjectMeta{Name: "web-01", Namespace: newNamespace(ctx)}}
		Expect(kubernetes.Create(ctx, host)).To(Succeed())
		host.Status.ID = oneID
		Expect(kubernetes.Status().Update(ctx, host)).To(Succeed())
		Expect(patch(ctx, host, `{"spec":{"network":"other"}}`)).To(MatchError(ContainSubstring("spec.network: Forbidden")))
	})

	It("leaves everything else of a synced Host free", func(ctx SpecContext) {
		host := syncedHost(ctx, withID)
		Expect(patch(ctx, host, `{"spec":{"hostname":"web","tags":["lab"],"interfaces":[{"name":"eth0","ipAddress":"10.0.0.1"}]}}`)).To(Succeed())
	})
})

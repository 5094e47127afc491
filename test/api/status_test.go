// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"encoding/json"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	inventoryv1alpha1 "github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

var _ = Describe("An object that nobody has looked at", func() {
	for kind, spec := range complete() {
		It("is not current for tools that read kstatus: "+kind, func(ctx SpecContext) {
			obj := manifest(kind, "new", spec)
			if kind != "ClusterBackend" {
				obj.SetNamespace(newNamespace(ctx))
			}
			Expect(kubernetes.Create(ctx, obj)).To(Succeed())
			seen := &unstructured.Unstructured{}
			seen.SetGroupVersionKind(obj.GroupVersionKind())
			Expect(kubernetes.Get(ctx, client.ObjectKeyFromObject(obj), seen)).To(Succeed())
			observed, found, err := unstructured.NestedInt64(seen.Object, "status", "observedGeneration")
			Expect(err).NotTo(HaveOccurred())
			Expect(found).To(BeTrue())
			Expect(observed).To(BeEquivalentTo(-1))
			Expect(seen.GetGeneration()).To(BeNumerically(">", observed))
			Expect(seen.Object["status"]).NotTo(HaveKey("conditions"))
		})
	}

	It("is the same when a program made it from the Go types", func(ctx SpecContext) {
		host := &inventoryv1alpha1.Host{ObjectMeta: metav1.ObjectMeta{Name: "new", Namespace: newNamespace(ctx)}}
		Expect(kubernetes.Create(ctx, host)).To(Succeed())
		Expect(kubernetes.Get(ctx, client.ObjectKeyFromObject(host), host)).To(Succeed())
		Expect(host.Status.ObservedGeneration).To(BeEquivalentTo(-1))
	})
})

var _ = Describe("The table that kubectl shows", func() {
	for kind, want := range map[string][2][]string{
		"backends":        {{"Name", "Ready", "Reason", "Version", "Dialect", "Network", "Age"}, {"ID", "URL", "Message"}},
		"clusterbackends": {{"Name", "Ready", "Reason", "Version", "Dialect", "Network", "Age"}, {"ID", "URL", "Message"}},
		"hosts":           {{"Name", "Ready", "Reason", "Backend", "ID", "Services", "Bindings", "Age"}, {"Into", "Message"}},
		"services":        {{"Name", "Ready", "Reason", "Host", "ID", "Bindings", "Age"}, {"Message"}},
		"bindings":        {{"Name", "Ready", "Reason", "Service", "Binds", "Outcome", "Age"}, {"ID", "Message"}},
	} {
		It("has the columns of "+kind, func(ctx SpecContext) {
			table := tableOf(ctx, kind, "")
			var normal, wide []string
			for _, column := range table.ColumnDefinitions {
				if column.Priority == 0 {
					normal = append(normal, column.Name)
				} else {
					wide = append(wide, column.Name)
				}
			}
			Expect(normal).To(Equal(want[0]))
			Expect(wide).To(Equal(want[1]))
		})
	}

	It("shows what became of a Host", func(ctx SpecContext) {
		host := syncedHost(ctx, func(status *inventoryv1alpha1.HostStatus) {
			status.ID = oneID
			status.Backend = &inventoryv1alpha1.ResolvedBackend{Name: "lab"}
			status.Counts = &inventoryv1alpha1.HostCounts{Bindings: inventoryv1alpha1.ItemCounts{Declared: 3, Accepted: 2, Rejected: 1}}
			status.Conditions = []metav1.Condition{{
				Type: inventoryv1alpha1.ConditionReady, Status: metav1.ConditionTrue,
				Reason: inventoryv1alpha1.ReasonSynced, LastTransitionTime: metav1.Now(), Message: "as declared",
			}}
		})
		table := tableOf(ctx, "hosts", host.Namespace)
		Expect(table.Rows).To(HaveLen(1))
		cells := table.Rows[0].Cells
		Expect(cells[:7]).To(Equal([]any{"web-01", "True", "Synced", "lab", oneID, float64(0), float64(2)}))
		Expect(cells[9]).To(Equal("as declared"))
	})
})

// tableOf asks for a list as kubectl does.
func tableOf(ctx SpecContext, plural, namespace string) *metav1.Table {
	GinkgoHelper()
	rawConfig := rest.CopyConfig(config)
	rawConfig.GroupVersion = &inventoryv1alpha1.GroupVersion
	rawConfig.APIPath = "/apis"
	rawConfig.NegotiatedSerializer = scheme.Codecs.WithoutConversion()
	raw, err := rest.RESTClientFor(rawConfig)
	Expect(err).NotTo(HaveOccurred())
	data, err := raw.Get().Resource(plural).NamespaceIfScoped(namespace, namespace != "").
		SetHeader("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").Do(ctx).Raw()
	Expect(err).NotTo(HaveOccurred())
	table := &metav1.Table{}
	Expect(json.Unmarshal(data, table)).To(Succeed())
	return table
}

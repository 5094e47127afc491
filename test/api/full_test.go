// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/discovery"
	"sigs.k8s.io/controller-runtime/pkg/client"

	inventoryv1alpha1 "github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// budget is how much processor time the server may take over the largest Host there can be. On a machine that has nothing
// else to do it is the time that the server takes.
const budget = 2 * time.Second

// fullHost has as many of everything as the schema allows.
func fullHost(namespace string) *inventoryv1alpha1.Host {
	host := &inventoryv1alpha1.Host{
		TypeMeta:   metav1.TypeMeta{APIVersion: inventoryv1alpha1.GroupVersion.String(), Kind: "Host"},
		ObjectMeta: metav1.ObjectMeta{Name: "full", Namespace: namespace},
	}
	for i := range 64 {
		host.Spec.Interfaces = append(host.Spec.Interfaces, inventoryv1alpha1.HostInterface{
			Name: fmt.Sprintf("eth%d", i), IPAddress: fmt.Sprintf("10.0.%d.1", i), Subnet: fmt.Sprintf("10.0.%d.0/24", i),
			MACAddress: fmt.Sprintf("02:00:00:00:00:%02x", i),
		})
	}
	for i := range 256 {
		host.Spec.Ports = append(host.Spec.Ports, inventoryv1alpha1.HostPort{Name: fmt.Sprintf("port-%d", i), Number: int32(1000 + i)})
	}
	for i := range 128 {
		service := inventoryv1alpha1.InlineService{Name: fmt.Sprintf("service-%d", i), Definition: "Caddy"}
		for j := range 64 {
			service.Bindings = append(service.Bindings, inventoryv1alpha1.ServiceBinding{
				Type: inventoryv1alpha1.BindingPort, Port: fmt.Sprintf("port-%d", i*2), Interface: fmt.Sprintf("eth%d", j),
			})
		}
		host.Spec.Services = append(host.Spec.Services, service)
	}
	return host
}

// fullStatus has as much of everything as the schema and the field's own text
// allow.
func fullStatus() inventoryv1alpha1.HostStatus {
	reference := &inventoryv1alpha1.ObjectItemReference{Kind: inventoryv1alpha1.ReferentBinding, Namespace: strings.Repeat("n", 63), Name: strings.Repeat("n", 253)}
	binding := inventoryv1alpha1.ServiceBindingStatus{
		Type: inventoryv1alpha1.BindingPort, Port: "port-1", Interface: "eth0", ID: oneID,
		Outcome: inventoryv1alpha1.OutcomeRejected, Reason: inventoryv1alpha1.ReasonPortClaimed, Origin: reference, By: reference,
	}
	status := inventoryv1alpha1.HostStatus{ID: oneID, URL: "https://scanopy.example/" + strings.Repeat("u", 1000), By: reference}
	for i := range 64 {
		status.Interfaces = append(status.Interfaces, inventoryv1alpha1.ItemID{Name: fmt.Sprintf("eth%d", i), ID: oneID})
	}
	for i := range 256 {
		status.Ports = append(status.Ports, inventoryv1alpha1.ItemID{Name: fmt.Sprintf("port-%d", i), ID: oneID})
		status.Retained = append(status.Retained, inventoryv1alpha1.RetainedItem{Kind: inventoryv1alpha1.RetainedPort, ID: oneID, Name: "80/TCP"})
		status.PendingChanges = append(status.PendingChanges, strings.Repeat("c", 512))
	}
	for i := range 128 {
		status.Services = append(status.Services, inventoryv1alpha1.InlineServiceStatus{
			Name: fmt.Sprintf("service-%d", i), ID: oneID, By: reference, Counts: &inventoryv1alpha1.ItemCounts{Declared: 64},
			Bindings: []inventoryv1alpha1.ServiceBindingStatus{binding, binding},
		})
	}
	for range 16 {
		status.Shadows = append(status.Shadows, inventoryv1alpha1.Shadow{ObjectItemReference: *reference, Reason: inventoryv1alpha1.ReasonPortClaimed})
	}
	for i := range 16 {
		status.Conditions = append(status.Conditions, metav1.Condition{
			Type: fmt.Sprintf("Condition%d", i), Status: metav1.ConditionFalse, Reason: inventoryv1alpha1.ReasonPending,
			Message: strings.Repeat("m", inventoryv1alpha1.MaxMessageLength), LastTransitionTime: metav1.Now(),
		})
	}
	return status
}

// attempts is more often than the server does something else at the same time, such as making ready what it serves.
const attempts = 5

// costs reports how much processor time an act takes the server and expects it to be little, in the best of its attempts.
// It is the server's own count, and not what a clock shows, because that depends on what else the machine does: what is
// slow by its nature takes as long each time, on a busy machine as on an idle one.
func costs(ctx context.Context, what string, act func() error) {
	GinkgoHelper()
	best := time.Duration(math.MaxInt64)
	for attempt := 0; attempt < attempts && best > budget; attempt++ {
		before := spent(ctx)
		Expect(act()).To(Succeed(), what)
		best = min(best, spent(ctx)-before)
	}
	AddReportEntry(what, best)
	Expect(best).To(BeNumerically("<", budget), what)
}

// spent is how much processor time the server has used since it began, as it says itself.
func spent(ctx context.Context) time.Duration {
	GinkgoHelper()
	server, err := discovery.NewDiscoveryClientForConfig(config)
	Expect(err).NotTo(HaveOccurred())
	metrics, err := server.RESTClient().Get().AbsPath("/metrics").DoRaw(ctx)
	Expect(err).NotTo(HaveOccurred())
	found := regexp.MustCompile(`(?m)^process_cpu_seconds_total (\S+)$`).FindSubmatch(metrics)
	Expect(found).NotTo(BeNil(), "the server does not tell how much processor time it has used")
	seconds, err := strconv.ParseFloat(string(found[1]), 64)
	Expect(err).NotTo(HaveOccurred())
	Expect(seconds).To(BeNumerically(">", 0), "starting took it some time")
	return time.Duration(seconds * float64(time.Second))
}

var _ = Describe("A Host with 64 interfaces, 256 ports and 128 services of 64 bindings", Serial, func() {
	It("is created and changed in under 2 s of the server's time", func(ctx SpecContext) {
		host := fullHost(newNamespace(ctx))
		costs(ctx, "created", func() error { return kubernetes.Create(ctx, host.DeepCopy(), client.DryRunAll) })
		Expect(kubernetes.Create(ctx, host)).To(Succeed())
		host.Spec.Services[0].Bindings = host.Spec.Services[0].Bindings[1:]
		costs(ctx, "updated", func() error { return kubernetes.Update(ctx, host.DeepCopy(), client.DryRunAll) })
		Expect(kubernetes.Update(ctx, host)).To(Succeed())
	})

	It("is applied in under 2 s of the server's time, twice", func(ctx SpecContext) {
		content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(fullHost(newNamespace(ctx)))
		Expect(err).NotTo(HaveOccurred())
		applied := func() error {
			obj := client.ApplyConfigurationFromUnstructured(&unstructured.Unstructured{Object: runtime.DeepCopyJSON(content)})
			return kubernetes.Apply(ctx, obj, client.FieldOwner("test"))
		}
		costs(ctx, "applied", applied)
		costs(ctx, "applied again", applied)
	})

	It("has room for the longest status beside it", func(ctx SpecContext) {
		host := fullHost(newNamespace(ctx))
		Expect(kubernetes.Create(ctx, host)).To(Succeed())
		host.Status = fullStatus()
		costs(ctx, "status updated", func() error { return kubernetes.Status().Update(ctx, host) })
	})
})

var _ = Describe("A Service with 256 bindings", Serial, func() {
	It("is created in under 2 s of the server's time", func(ctx SpecContext) {
		service := &inventoryv1alpha1.Service{ObjectMeta: metav1.ObjectMeta{Name: "full", Namespace: newNamespace(ctx)}}
		service.Spec.HostRef.Name, service.Spec.Definition = "full", "Caddy"
		for i := range 256 {
			service.Spec.Bindings = append(service.Spec.Bindings, inventoryv1alpha1.ServiceBinding{
				Type: inventoryv1alpha1.BindingPort, Port: fmt.Sprintf("port-%d", i), Interface: "eth0",
			})
		}
		costs(ctx, "service created", func() error { return kubernetes.Create(ctx, service.DeepCopy(), client.DryRunAll) })
	})
})

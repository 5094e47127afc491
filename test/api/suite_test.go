// SPDX-License-Identifier: Apache-2.0

// Package api_test applies right and wrong manifests to a real API server that
// has the generated definitions. In: manifests; out: what the server says. It
// imports the API types and nothing else of ours but the control plane.
package api_test

import (
	"context"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	inventoryv1alpha1 "github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/test/controlplane"
)

// dryRunNamespace is where manifests go that are only tried.
const dryRunNamespace = "tried"

var (
	config     *rest.Config
	kubernetes client.Client
)

func TestAPI(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "API")
}

var _ = BeforeSuite(func(ctx SpecContext) {
	// The plane outlives BeforeSuite, whose context ends with it.
	plane, err := controlplane.Start(context.WithoutCancel(ctx), controlplane.Options{
		CRDPaths: []string{"../../config/crd/bases"}, Out: GinkgoWriter,
	})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(plane.Stop)
	config = rest.CopyConfig(plane.Config)
	config.QPS, config.Burst = 1000, 1000

	scheme := runtime.NewScheme()
	Expect(clientgoscheme.AddToScheme(scheme)).To(Succeed())
	Expect(inventoryv1alpha1.AddToScheme(scheme)).To(Succeed())
	lenient, err := client.New(config, client.Options{Scheme: scheme})
	Expect(err).NotTo(HaveOccurred())
	kubernetes = client.WithFieldValidation(lenient, metav1.FieldValidationStrict)
	Expect(kubernetes.Create(ctx, namespaceOf(dryRunNamespace))).To(Succeed())
})

func namespaceOf(name string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
}

// newNamespace makes a namespace for one test.
func newNamespace(ctx SpecContext) string {
	GinkgoHelper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "api-"}}
	Expect(kubernetes.Create(ctx, namespace)).To(Succeed())
	return namespace.Name
}

// manifest is an object with the given spec, as YAML.
func manifest(kind, name, spec string) *unstructured.Unstructured {
	GinkgoHelper()
	content := map[string]any{}
	Expect(yaml.Unmarshal([]byte(spec), &content)).To(Succeed())
	return object(kind, name, content)
}

func object(kind, name string, spec map[string]any) *unstructured.Unstructured {
	obj := &unstructured.Unstructured{Object: map[string]any{"spec": spec}}
	obj.SetGroupVersionKind(inventoryv1alpha1.GroupVersion.WithKind(kind))
	obj.SetName(name)
	if kind != "ClusterBackend" {
		obj.SetNamespace(dryRunNamespace)
	}
	return obj
}

// try applies a manifest without keeping it.
func try(ctx SpecContext, obj client.Object) error {
	return kubernetes.Create(ctx, obj, client.DryRunAll)
}

// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"encoding/json"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	inventoryv1alpha1 "github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// parse reads manifests, divided by ---, of the world's namespace and our API group where they don't say otherwise.
func (w *world) parse(manifests ...string) []*unstructured.Unstructured {
	GinkgoHelper()
	var out []*unstructured.Unstructured
	for _, text := range strings.Split(strings.Join(manifests, "\n---\n"), "\n---\n") {
		obj := &unstructured.Unstructured{}
		Expect(yaml.Unmarshal([]byte(text), &obj.Object)).To(Succeed(), "%s", text)
		if len(obj.Object) == 0 {
			continue
		}
		if obj.GetAPIVersion() == "" {
			obj.SetAPIVersion(inventoryv1alpha1.GroupVersion.String())
		}
		if obj.GetNamespace() == "" && obj.GetKind() != "ClusterBackend" && obj.GetKind() != "Namespace" {
			obj.SetNamespace(w.namespace)
		}
		out = append(out, obj)
	}
	return out
}

// apply does what kubectl apply does, with one object after another.
func (w *world) apply(ctx SpecContext, manifests ...string) {
	GinkgoHelper()
	for _, obj := range w.parse(manifests...) {
		config := client.ApplyConfigurationFromUnstructured(obj)
		Expect(kubernetes.Apply(ctx, config, client.FieldOwner("user"), client.ForceOwnership)).To(Succeed())
	}
}

// reference takes Kind/name or Kind/namespace/name apart.
func (w *world) reference(ref string) *unstructured.Unstructured {
	parts := strings.Split(ref, "/")
	obj := &unstructured.Unstructured{}
	obj.SetGroupVersionKind(inventoryv1alpha1.GroupVersion.WithKind(parts[0]))
	obj.SetNamespace(w.namespace)
	switch {
	case len(parts) == 3:
		obj.SetNamespace(parts[1])
	case parts[0] == "ClusterBackend":
		obj.SetNamespace("")
	case parts[0] == "Secret" || parts[0] == "Namespace":
		obj.SetAPIVersion("v1")
	}
	obj.SetName(parts[len(parts)-1])
	return obj
}

func (w *world) get(ctx SpecContext, g Gomega, ref string) *unstructured.Unstructured {
	GinkgoHelper()
	obj := w.reference(ref)
	g.Expect(kubernetes.Get(ctx, client.ObjectKeyFromObject(obj), obj)).To(Succeed(), ref)
	return obj
}

func (w *world) delete(ctx SpecContext, refs ...string) {
	GinkgoHelper()
	for _, ref := range refs {
		Expect(kubernetes.Delete(ctx, w.reference(ref))).To(Succeed(), ref)
	}
}

// vanishes waits until objects are gone.
func (w *world) vanishes(ctx SpecContext, refs ...string) {
	GinkgoHelper()
	for _, ref := range refs {
		Eventually(func() bool {
			obj := w.reference(ref)
			return apierrors.IsNotFound(kubernetes.Get(ctx, client.ObjectKeyFromObject(obj), obj))
		}).WithContext(ctx).Should(BeTrue(), "%s is gone", ref)
	}
}

// annotate sets one of our annotations; an empty value removes it.
func (w *world) annotate(ctx SpecContext, ref, name, value string) {
	GinkgoHelper()
	var content any
	if value != "" {
		content = value
	}
	w.patch(ctx, ref, fields{"metadata": fields{"annotations": fields{"inventory.scanopy.io/" + name: content}}})
}

func (w *world) patch(ctx SpecContext, ref string, change fields) {
	GinkgoHelper()
	data, err := json.Marshal(change)
	Expect(err).NotTo(HaveOccurred())
	Expect(kubernetes.Patch(ctx, w.reference(ref), client.RawPatch(types.MergePatchType, data))).To(Succeed(), ref)
}

// text is a field of an object as text, "" if it is absent.
func text(obj *unstructured.Unstructured, path ...string) string {
	value, found, err := unstructured.NestedFieldNoCopy(obj.Object, path...)
	if err != nil || !found {
		return ""
	}
	return fmt.Sprint(value)
}

// forgetsCreating waits until the annotation that bridges a creation is gone.
func (w *world) forgetsCreating(ctx SpecContext, ref string) {
	GinkgoHelper()
	Eventually(func(g Gomega) {
		g.Expect(w.get(ctx, g, ref).GetAnnotations()).NotTo(HaveKey(inventoryv1alpha1.AnnotationCreating))
	}).WithContext(ctx).Should(Succeed())
}

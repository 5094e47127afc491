// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"

	inventoryv1alpha1 "github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// samplesOf are the objects of all samples but the kustomization, by file.
func samplesOf(folder string) map[string][]*unstructured.Unstructured {
	GinkgoHelper()
	samples := map[string][]*unstructured.Unstructured{}
	Expect(filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Base(path) == "kustomization.yaml" || filepath.Ext(path) != ".yaml" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		decoder := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096)
		for {
			obj := &unstructured.Unstructured{}
			if err := decoder.Decode(obj); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
			if obj.Object != nil {
				samples[path] = append(samples[path], obj)
			}
		}
	})).To(Succeed())
	return samples
}

var _ = Describe("The samples", func() {
	It("are applied by the server, and the second time change nothing", func(ctx SpecContext) {
		samples := samplesOf("../../config/samples")
		Expect(samples).NotTo(BeEmpty())
		renamed := strings.NewReplacer("lab", newNamespace(ctx))
		for path, objects := range samples {
			for _, obj := range objects {
				if obj.GetKind() == "Namespace" {
					continue
				}
				if obj.GetNamespace() != "" {
					obj.SetNamespace(renamed.Replace(obj.GetNamespace()))
				}
				first := applied(ctx, path, obj)
				second := applied(ctx, path, obj)
				Expect(second.GetGeneration()).To(Equal(first.GetGeneration()), "%s: %s", path, obj.GetName())
				// The status that the server fills in is stored with the first write after the object was made.
				third := applied(ctx, path, obj)
				Expect(third.GetResourceVersion()).To(Equal(second.GetResourceVersion()), "%s: %s", path, obj.GetName())
			}
		}
	})

	It("have one of each kind, all of them listed in the kustomization", func() {
		listed, err := os.ReadFile("../../config/samples/kustomization.yaml")
		Expect(err).NotTo(HaveOccurred())
		kinds := map[string]int{}
		for path, objects := range samplesOf("../../config/samples") {
			if strings.Contains(path, "/demo/") {
				continue
			}
			Expect(string(listed)).To(ContainSubstring("- " + filepath.Base(path)))
			for _, obj := range objects {
				kinds[obj.GetKind()]++
			}
		}
		Expect(kinds).To(HaveKeyWithValue("Secret", 2)) // an API key and what a Credential is made of
		for _, kind := range []string{"Namespace", "Backend", "ClusterBackend", "Host", "Service", "Binding", "Credential"} {
			Expect(kinds).To(HaveKeyWithValue(kind, 1))
		}
	})
})

// applied applies an object and returns what came of it.
func applied(ctx SpecContext, path string, obj *unstructured.Unstructured) *unstructured.Unstructured {
	GinkgoHelper()
	Expect(kubernetes.Apply(ctx, client.ApplyConfigurationFromUnstructured(obj.DeepCopy()), client.FieldOwner("kubectl"), client.ForceOwnership)).
		To(Succeed(), "%s: %s", path, obj.GetName())
	seen := &unstructured.Unstructured{}
	seen.SetGroupVersionKind(obj.GroupVersionKind())
	Expect(kubernetes.Get(ctx, client.ObjectKeyFromObject(obj), seen)).To(Succeed())
	if obj.GroupVersionKind().Group == inventoryv1alpha1.GroupName {
		Expect(seen.Object["status"]).To(HaveKeyWithValue("observedGeneration", int64(-1)))
	}
	return seen
}

// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
)

// examplesOf are the objects of each block of YAML in a page.
func examplesOf(page string) (blocks [][]*unstructured.Unstructured) {
	GinkgoHelper()
	text, err := os.ReadFile(page)
	Expect(err).NotTo(HaveOccurred())
	for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(text, -1) {
		var objects []*unstructured.Unstructured
		decoder := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(block[1]), 4096)
		for {
			obj := &unstructured.Unstructured{}
			err := decoder.Decode(obj)
			if errors.Is(err, io.EOF) {
				break
			}
			Expect(err).NotTo(HaveOccurred(), "%s: %s", page, block[1])
			if obj.GetKind() != "" {
				objects = append(objects, obj)
			}
		}
		blocks = append(blocks, objects)
	}
	return blocks
}

var _ = Describe("The examples in the documentation", func() {
	It("are applied by the server, as they stand there", func(ctx SpecContext) {
		pages, err := filepath.Glob("../../docs/*.md")
		Expect(err).NotTo(HaveOccurred())
		kinds := map[string]int{}
		for _, page := range append(pages, "../../README.md") {
			for _, objects := range examplesOf(page) {
				namespace := newNamespace(ctx)
				for _, obj := range objects {
					kinds[obj.GetKind()]++
					if obj.GetKind() == "Namespace" {
						continue
					}
					if obj.GetKind() != "ClusterBackend" { // the others go to the namespace of kubectl, if they name none
						obj.SetNamespace(namespace)
					}
					applied(ctx, page, obj)
				}
			}
		}
		for _, kind := range []string{"Backend", "ClusterBackend", "Host", "Service", "Binding", "Credential"} {
			Expect(kinds).To(HaveKey(kind))
		}
	})

	It("have a Credential of each type", func() {
		types := map[any]bool{}
		for _, objects := range examplesOf("../../docs/credential.md") {
			for _, obj := range objects {
				if obj.GetKind() == "Credential" {
					kind, _, err := unstructured.NestedString(obj.Object, "spec", "type")
					Expect(err).NotTo(HaveOccurred())
					types[kind] = true
				}
			}
		}
		Expect(types).To(HaveLen(15))
	})
})

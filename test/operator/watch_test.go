// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"slices"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"
)

// everStalled watches objects; what it returns tells which of them were stalled at any moment since.
func (w *world) everStalled(ctx SpecContext, refs ...string) func() []string {
	GinkgoHelper()
	client, err := dynamic.NewForConfig(config)
	Expect(err).NotTo(HaveOccurred())
	var mu sync.Mutex
	var found []string
	factory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(client, 0, w.namespace, nil)
	note := func(obj any) {
		u, ok := obj.(*unstructured.Unstructured)
		if !ok || !slices.Contains(refs, u.GetKind()+"/"+u.GetName()) {
			return
		}
		for _, c := range conditions(u) {
			if c["type"] == "Stalled" {
				mu.Lock()
				defer mu.Unlock()
				found = append(found, u.GetKind()+"/"+u.GetName())
			}
		}
	}
	handler := cache.ResourceEventHandlerFuncs{AddFunc: note, UpdateFunc: func(_, obj any) { note(obj) }}
	for _, ref := range refs {
		plural := strings.ToLower(strings.Split(ref, "/")[0]) + "s"
		resource := schema.GroupVersionResource{Group: "inventory.scanopy.io", Version: "v1alpha1", Resource: plural}
		_, err := factory.ForResource(resource).Informer().AddEventHandler(handler)
		Expect(err).NotTo(HaveOccurred())
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(found)
	}
}

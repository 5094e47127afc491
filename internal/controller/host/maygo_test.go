// SPDX-License-Identifier: Apache-2.0

package host

import (
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/wake"
)

// A batch asks right before its request: the definitions may have gone since the group was judged.
func TestNoHostGoesWithABatchWhileADefinitionIsMissing(t *testing.T) {
	r, clock := newReconciler()
	none := fake.NewClientBuilder().WithScheme(runtime.NewScheme()).Build()
	r.Gather = &gather.Gatherer{CRDs: gather.NewCRDs(none, clock)} // who asks for more than that has no reader
	if r.MayGo(t.Context(), wake.GroupKey(core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "web"}), []string{"h1"}) {
		t.Error("it may go")
	}
}

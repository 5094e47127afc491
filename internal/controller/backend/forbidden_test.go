// SPDX-License-Identifier: Apache-2.0

package backend

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
)

// barred is a reader that may read no object of a kind.
type barred struct {
	client.Reader

	kind client.Object
}

func (b barred) Get(ctx context.Context, key client.ObjectKey, obj client.Object, how ...client.GetOption) error {
	if reflect.TypeOf(obj) == reflect.TypeOf(b.kind) {
		return apierrors.NewForbidden(schema.GroupResource{Resource: "things"}, key.Name, nil)
	}
	return b.Reader.Get(ctx, key, obj, how...)
}

func TestABackendSaysWhatTheOperatorMayNotReadAndGoesOnWhenItMay(t *testing.T) {
	for name, tc := range map[string]struct {
		kind client.Object
		want []string
	}{
		"the Secret of its token":  {&corev1.Secret{}, []string{"Secret lab/scanopy", "namespace lab", "get, list and watch of secrets"}},
		"the ConfigMap of its CAs": {&corev1.ConfigMap{}, []string{"ConfigMap lab/cas", "namespace lab", "get, list and watch of configmaps"}},
	} {
		t.Run(name, func(t *testing.T) {
			obj := reachable(named(""))
			obj.Spec.CAConfigMapRef = &v1alpha1.ConfigMapKeyReference{Name: "cas", Key: "ca.crt"}
			r, c, beside := newReconciler(t, hanging{}, obj)
			r.Connections.Live = barred{c, tc.kind}
			result, err := r.Reconcile(t.Context(), keyOf(obj))
			if err != nil || result.RequeueAfter > time.Minute || result.RequeueAfter == 0 {
				t.Fatalf("it is tried again in %s; %v", result.RequeueAfter, err)
			}
			var now v1alpha1.Backend
			if err := c.Get(t.Context(), client.ObjectKeyFromObject(obj), &now); err != nil {
				t.Fatal(err)
			}
			ready := apimeta.FindStatusCondition(now.Status.Conditions, v1alpha1.ConditionReady)
			if ready == nil || ready.Status != "False" || ready.Reason != fault.ReasonInvalidConnection {
				t.Fatalf("%+v", now.Status.Conditions)
			}
			for _, part := range tc.want {
				if !strings.Contains(ready.Message, part) {
					t.Errorf("%q lacks %q", ready.Message, part)
				}
			}
			r.Connections.Live, now.Spec.CAConfigMapRef = c, nil
			if err := c.Update(t.Context(), &now); err != nil {
				t.Fatal(err)
			}
			if _, err := r.Reconcile(t.Context(), keyOf(obj)); err != nil || len(*beside) != 1 {
				t.Errorf("%d probes are under way; %v", len(*beside), err)
			}
		})
	}
}

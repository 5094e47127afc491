// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func TestASecretThatTheOperatorMayNotReadHoldsNoCredentialButThoseThatNameIt(t *testing.T) {
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	open := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "open"}, Data: map[string][]byte{"k": []byte("value\n")}}
	live := fake.NewClientBuilder().WithScheme(scheme).WithObjects(open).WithInterceptorFuncs(interceptor.Funcs{
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, obj client.Object, how ...client.GetOption) error {
			if key.Name == "barred" {
				return apierrors.NewForbidden(schema.GroupResource{Resource: "secrets"}, key.Name, nil)
			}
			return c.Get(ctx, key, obj, how...)
		},
	}).Build()
	out, refs := &Credentials{}, []core.Ref{}
	for _, c := range []struct{ name, secret string }{{"a", "barred"}, {"b", "barred"}, {"c", "open"}, {"d", "missing"}} {
		decl := core.CredentialDecl{Fields: []core.CredentialField{{Name: "community", Ref: core.SecretKey{Name: c.secret, Key: "k"}}}}
		decl.Ref = core.Ref{Kind: core.KindCredential, Namespace: "lab", Name: c.name}
		out.Input.Credentials, refs = append(out.Input.Credentials, decl), append(refs, decl.Ref)
	}
	if err := (&Gatherer{Live: live}).Values(t.Context(), out, refs); err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		barred []string
		value  string
	}{{[]string{"barred"}, ""}, {[]string{"barred"}, ""}, {nil, "value"}, {nil, ""}} {
		c := &out.Input.Credentials[i]
		if !slices.Equal(c.Barred, want.barred) || c.Fields[0].Value.Reveal() != want.value || !c.Read {
			t.Errorf("%s: barred %v, the value is %d bytes long", c.Ref.Name, c.Barred, len(c.Fields[0].Value.Reveal()))
		}
	}
}

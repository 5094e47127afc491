// SPDX-License-Identifier: Apache-2.0

package operator

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
)

// The ids of all rows begin with it: another one would make them somebody else's.
func TestTheInstanceIsThatOfClusterAndNamespaceUnlessItIsGivenAndIsFrozen(t *testing.T) {
	system := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "kube-system", UID: "8f14e45f-ceea-467f-a9d3-3d6f3a5c8b1e"}}
	another := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "kube-system", UID: "00000000-0000-4000-8000-000000000001"}}
	for name, c := range map[string]struct {
		objects []client.Object
		options Options
		want    string // "": it can't be known
	}{
		"the uid of kube-system, the operator's namespace and its lease": {[]client.Object{system}, Options{LeaderElectNamespace: "scanopy-system"}, "def8de8a"},
		"in another namespace":                {[]client.Object{system}, Options{LeaderElectNamespace: "other"}, "efff5869"},
		"in another cluster":                  {[]client.Object{another}, Options{LeaderElectNamespace: "scanopy-system"}, "3687f083"},
		"where kube-system can't be read":     {nil, Options{LeaderElectNamespace: "scanopy-system"}, ""},
		"as it is given, and nothing is read": {nil, Options{InstanceID: "0a1b2c3d"}, "0a1b2c3d"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := instanceID(t.Context(), fake.NewClientBuilder().WithObjects(c.objects...).Build(), c.options)
			if (err != nil) != (c.want == "") || err == nil && got.String() != c.want {
				t.Errorf("%s, %v", got, err)
			}
		})
	}
}

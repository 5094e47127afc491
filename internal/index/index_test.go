// SPDX-License-Identifier: Apache-2.0

package index

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

func TestEachIndexExtractsTheKeysByWhichOthersAreFound(t *testing.T) {
	meta := metav1.ObjectMeta{Namespace: "lab", Name: "x"}
	host := &v1alpha1.Host{ObjectMeta: meta, Spec: v1alpha1.HostSpec{
		Interfaces: []v1alpha1.HostInterface{
			{Name: "eth0", IPAddress: "10.20.0.10", MACAddress: "0200.0000.000a"},
			{Name: "eth1", IPAddress: "fd00:0::10", MACAddress: "02-00-00-00-00-0A"},
		},
		Virtualization: &v1alpha1.HostVirtualization{ServiceRef: &v1alpha1.VirtualizationServiceReference{Name: "pve"}},
	}}
	named := host.DeepCopy()
	named.Spec.BackendRef = &v1alpha1.BackendReference{Kind: v1alpha1.KindClusterBackend, Name: "main"}
	named.Status.ID = "id"
	service := &v1alpha1.Service{ObjectMeta: meta, Spec: v1alpha1.ServiceSpec{
		HostRef: v1alpha1.HostReference{Name: "web-01", Namespace: "racks"},
	}}
	binding := &v1alpha1.Binding{ObjectMeta: meta, Spec: v1alpha1.BindingSpec{ServiceRef: v1alpha1.ServiceReference{Name: "edge"}}}
	backend := &v1alpha1.Backend{ObjectMeta: meta, Spec: v1alpha1.BackendSpec{TokenSecretRef: v1alpha1.SecretKeyReference{Name: "scanopy"}}}

	for name, tc := range map[string]struct {
		field string
		obj   client.Object
		want  []string
	}{
		"a Service by the Host it names, in its namespace": {ServiceByHost, service, []string{"racks/web-01"}},
		"a Binding by its Service":                         {BindingByService, binding, []string{"lab/edge"}},
		"a Host by addresses and MACs, normalised, once": {HostByMachine, host,
			[]string{"ip/10.20.0.10", "mac/02:00:00:00:00:0A", "ip/fd00::10"}},
		"a Host that names no backend":         {HostByBackend, host, []string{DefaultBackend}},
		"a Host that names a ClusterBackend":   {HostByBackend, named, []string{"ClusterBackend//main"}},
		"a Host by its id":                     {HostByID, named, []string{"id"}},
		"a Host without id is not found by it": {HostByID, host, nil},
		"a Host by the id that it asks for":    {HostByExternalID, &v1alpha1.Host{Spec: v1alpha1.HostSpec{ExternalID: "id"}}, []string{"id"}},
		"a Host that asks for no id":           {HostByExternalID, host, nil},
		"a Host by its hypervisor's Service":   {HostByVirtualization, host, []string{"lab/pve"}},
		"a Backend by its Secret":              {BackendBySecret, backend, []string{"lab/scanopy"}},
		"a Backend without ConfigMap":          {BackendByConfigMap, backend, nil},
		"a Service that runs in no container":  {ServiceByVirtualization, service, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, extract(t, tc.field, tc.obj)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func extract(t *testing.T, field string, obj client.Object) []string {
	t.Helper()
	for _, i := range All() {
		if i.Field == field && cmp.Equal(typeOf(i.Object), typeOf(obj)) {
			return i.Extract(obj)
		}
	}
	t.Fatalf("no index %s for %T", field, obj)
	return nil
}

func typeOf(obj client.Object) string {
	switch obj.(type) {
	case *v1alpha1.Host:
		return "Host"
	case *v1alpha1.Service:
		return "Service"
	case *v1alpha1.Binding:
		return "Binding"
	case *v1alpha1.Backend:
		return "Backend"
	}
	return "ClusterBackend"
}

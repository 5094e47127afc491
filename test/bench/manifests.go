// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// The names of what each scenario applies. The interfaces of all Hosts lie in subnet.
const (
	namespace       = "bench"
	backendName     = "default"
	subnet          = "10.0.0.0/8"
	servicesPerHost = 3
	bindingsPerHost = 6
	objectsPerHost  = 1 + servicesPerHost + bindingsPerHost
)

// rack is what is applied for one Host.
type rack struct {
	host     client.Object
	services []client.Object
	bindings []client.Object
}

// racks are n Hosts that have nothing to do with each other.
func racks(n int) []rack {
	out := make([]rack, 0, n)
	for i := range n {
		out = append(out, rackNumber(i))
	}
	return out
}

func rackNumber(i int) rack {
	name := fmt.Sprintf("host-%05d", i)
	r := rack{host: hostNumber(name, i)}
	for _, s := range []struct {
		name, definition string
		bindings         []v1alpha1.BindingSpec
	}{
		{"edge", "Caddy", []v1alpha1.BindingSpec{
			{Type: v1alpha1.BindingPort, Port: "http"},
			{Type: v1alpha1.BindingPort, Port: "https", Interface: "eth0"},
		}},
		{"shell", "SSH", []v1alpha1.BindingSpec{
			{Type: v1alpha1.BindingPort, Port: "ssh", Interface: "eth0"},
			{Type: v1alpha1.BindingPort, Port: "ssh", Interface: "eth1"},
		}},
		{"metrics", "Prometheus Node Exporter", []v1alpha1.BindingSpec{
			{Type: v1alpha1.BindingPort, Port: "metrics", Interface: "eth0"},
			{Type: v1alpha1.BindingInterface, Interface: "eth1"},
		}},
	} {
		service := &v1alpha1.Service{ObjectMeta: meta(name + "-" + s.name)}
		service.Spec = v1alpha1.ServiceSpec{
			HostRef: v1alpha1.HostReference{Name: name}, Name: &s.name, Definition: s.definition,
		}
		r.services = append(r.services, service)
		for k, spec := range s.bindings {
			spec.ServiceRef.Name = service.Name
			r.bindings = append(r.bindings, &v1alpha1.Binding{ObjectMeta: meta(fmt.Sprintf("%s-%d", service.Name, k)), Spec: spec})
		}
	}
	return r
}

func hostNumber(name string, i int) *v1alpha1.Host {
	return &v1alpha1.Host{ObjectMeta: meta(name), Spec: v1alpha1.HostSpec{
		Interfaces: []v1alpha1.HostInterface{
			{Name: "eth0", IPAddress: address(10, i), MACAddress: mac(0, i)},
			{Name: "eth1", IPAddress: address(20, i), MACAddress: mac(1, i)},
		},
		Ports: []v1alpha1.HostPort{
			{Name: "http", Number: 80}, {Name: "https", Number: 443}, {Name: "ssh", Number: 22}, {Name: "metrics", Number: 9100},
		},
	}}
}

func address(block, i int) string {
	return fmt.Sprintf("10.%d.%d.%d", block+i/62500, i/250%250, i%250+1)
}

func mac(card, i int) string {
	return fmt.Sprintf("02:00:%02x:%02x:%02x:%02x", card, i>>16&255, i>>8&255, i&255)
}

func meta(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: namespace, Name: name} }

// connection is the namespace, the Secret and the Backend that everything uses.
func connection(url, token string, budget *v1alpha1.RateLimit) []client.Object {
	backend := &v1alpha1.Backend{ObjectMeta: meta(backendName)}
	backend.Spec.URL, backend.Spec.RateLimit = url, budget
	backend.Spec.TokenSecretRef.Name = "scanopy"
	return []client.Object{
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}},
		&corev1.Secret{ObjectMeta: meta("scanopy"), StringData: map[string]string{"token": token}},
		backend,
	}
}

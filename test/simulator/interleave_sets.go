// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"net/http"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

type clientObject = client.Object

// fixedEdits lead to each kind of request.
func fixedEdits() []fixedEdit {
	edges := func(h *v1alpha1.Host) *v1alpha1.InlineService { return &h.Spec.Services[0] }
	return []fixedEdit{
		{name: "adds a port", host: func(h *v1alpha1.Host) { h.Spec.Ports = ports()[:4] }},
		{name: "takes a port away", host: func(h *v1alpha1.Host) { h.Spec.Ports = append(ports()[:1], ports()[2]) }},
		{name: "takes a port and its service away", host: func(h *v1alpha1.Host) { h.Spec.Ports, h.Spec.Services = ports()[1:3], nil }},
		{name: "takes an interface away", host: func(h *v1alpha1.Host) { h.Spec.Interfaces = h.Spec.Interfaces[:1] }},
		{name: "replaces a MAC", host: func(h *v1alpha1.Host) { h.Spec.Interfaces[0].MACAddress = "02:00:00:00:00:99" }},
		{name: "renames the host", host: func(h *v1alpha1.Host) { h.Spec.Description = new("the edge") }},
		{name: "adds a service", host: func(h *v1alpha1.Host) {
			h.Spec.Services = append(h.Spec.Services, v1alpha1.InlineService{
				Name: "graphs", Definition: "Grafana", Bindings: []v1alpha1.ServiceBinding{{Type: v1alpha1.BindingPort, Port: "https"}},
			})
		}},
		{name: "takes a service away", host: func(h *v1alpha1.Host) { h.Spec.Services = nil }},
		{name: "moves a binding", host: func(h *v1alpha1.Host) { edges(h).Bindings[0].Port = "https" }},
		{name: "adds a binding", host: func(h *v1alpha1.Host) {
			edges(h).Bindings = append(edges(h).Bindings, v1alpha1.ServiceBinding{Type: v1alpha1.BindingPort, Port: "https"})
		}},
		{name: "binds a Service to all interfaces", service: func(s *v1alpha1.Service) { s.Spec.Bindings[0].Interface = "" }},
		{name: "tags a Service", service: func(s *v1alpha1.Service) { s.Spec.Tags = tagNames()[:1] }},
		{name: "changes everything", host: func(h *v1alpha1.Host) {
			h.Spec.Ports, h.Spec.Hostname, h.Spec.Tags = ports()[2:], new("web.example"), tagNames()[:2]
			edges(h).Bindings[0].Port = "metrics"
		}},
	}
}

// fixedActs are what a daemon or a person does.
func fixedActs() []fixedAct {
	return []fixedAct{
		{"a daemon finds a port and a service", func(s *site, h *emulator.Host) {
			s.find(h, v1alpha1.HostPort{Number: 9100, Protocol: v1alpha1.ProtocolTCP}, "Prometheus Node Exporter", false)
		}},
		{"a daemon finds a service on a port of ours", func(s *site, h *emulator.Host) { s.find(h, ports()[1], "Gateway", true) }},
		{"somebody binds our service to another port", func(s *site, h *emulator.Host) {
			s.bind(h, "edge", 22)
		}},
		{"somebody adds a service to a port of ours", func(s *site, h *emulator.Host) {
			s.addServiceOn(h, ports()[1], "Home Assistant", false)
		}},
	}
}

// find is a report of a daemon about a host that is there.
func (s *site) find(h *emulator.Host, port v1alpha1.HostPort, definition string, onInterface bool) {
	ip := h.Interfaces[0].IPAddress
	s.report(ip, text(h.Interfaces[0].MACAddress), port, definition, onInterface)
}

// bind adds a binding to a service of a host.
func (s *site) bind(h *emulator.Host, name string, number uint16) {
	for i := range h.Services {
		for j := range h.Ports {
			if h.Services[i].Name != name || h.Ports[j].Number != number {
				continue
			}
			s.try(http.MethodPost, "/api/v1/bindings", fields{
				"id": s.world.newID(), "type": "Port", "port_id": h.Ports[j].ID, "interface_id": h.Interfaces[0].ID,
				"service_id": h.Services[i].ID, "network_id": h.NetworkID,
			}, "binds "+name+" to port "+decimal(int(number)))
		}
	}
}

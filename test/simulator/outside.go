// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// daemon is who discovers hosts of a site; absent until it is provisioned.
type daemon struct{ id, key string }

// outside does one thing that others do on a site.
func (s *site) outside() {
	w := s.world
	if w.chance(40) {
		s.witness.others(s.discover)
		return
	}
	if hosts := s.State().Hosts; len(hosts) > 0 {
		h := one(w, hosts...)
		s.meddle(&h)
	}
}

// meddle does something to one host.
func (s *site) meddle(h *emulator.Host) {
	w := s.world
	s.witness.others(func() {
		switch n := w.random.IntN(100); {
		case n < 30:
			s.addService(h)
		case n < 55:
			s.editHost(h)
		case n < 85:
			s.removeRow(h)
		case n < 93:
			other := one(w, s.State().Hosts...)
			s.try(http.MethodPut, "/api/v1/hosts/"+h.ID.String()+"/consolidate/"+other.ID.String(), nil, "merges "+other.Name+" into "+h.Name)
		default:
			s.try(http.MethodDelete, "/api/v1/hosts/"+h.ID.String(), nil, "deletes host "+h.Name)
		}
	})
}

// try sends a request of a person, which may be refused.
func (s *site) try(method, path string, body any, what string) {
	status, data := s.send(s.token, nil, method, path, body)
	note := ""
	if status != http.StatusOK {
		note = fmt.Sprint(data["error"])
	}
	s.world.note("%s: somebody %s: %d %s", s.name, what, status, note)
}

// discover is a report of the daemon: a machine that a manifest declares, or another.
func (s *site) discover() {
	w := s.world
	ip := w.addressOf(one(w, append(hostNames(), "unknown", "printer")...))
	mac := ""
	if w.chance(60) {
		mac = w.macOf(ip)
	}
	s.report(ip, mac, one(w, ports()...), one(w, definitions()...), w.chance(40))
}

// provision makes the daemon of a site.
func (s *site) provision() {
	_, data := s.send(s.token, nil, http.MethodPost, "/api/v1/daemons/provision", fields{
		"name": "scout", "network_id": s.boot.Network, "url": "http://127.0.0.1:9",
	})
	made, _ := data["daemon"].(fields)
	s.daemon.id, _ = made["id"].(string)
	s.daemon.key, _ = data["daemon_api_key"].(string)
	s.world.note("%s: a daemon comes", s.name)
}

// report is what a daemon tells of a host with one interface, one port and one service.
func (s *site) report(ip, mac string, port v1alpha1.HostPort, definition string, onInterface bool) {
	w := s.world
	if s.daemon.id == "" {
		s.provision()
	}
	host, iface, portID, service, network := w.newID(), w.newID(), w.newID(), w.newID(), s.boot.Network
	binding := fields{"type": "Port", "id": w.newID(), "service_id": service, "network_id": network, "port_id": portID, "interface_id": nil}
	if onInterface {
		binding["interface_id"] = iface
	}
	address := fields{
		"id": iface, "network_id": network, "host_id": host, "subnet_id": s.subnetOf(ip), "ip_address": ip, "mac_address": nil,
	}
	if mac != "" {
		address["mac_address"] = mac
	}
	as := map[string]string{"X-Daemon-ID": s.daemon.id}
	status, data := s.send(s.daemon.key, as, http.MethodPost, "/api/v1/hosts/discovery", fields{
		"host": fields{
			"id": host, "name": "found " + ip, "network_id": network, "hidden": false, "description": nil, "hostname": "found.example",
			"source": fields{"type": "Discovery", "metadata": []fields{}},
		},
		"interfaces": []fields{address},
		"ports": []fields{{
			"id": portID, "network_id": network, "host_id": host, "number": port.Number, "protocol": capital(string(port.Protocol)), "type": "Custom",
		}},
		"services": []fields{{
			"id": service, "host_id": host, "network_id": network, "service_definition": definition, "name": strings.ToLower(definition),
			"virtualization": nil, "source": fields{"type": "Manual"}, "bindings": []fields{binding},
		}},
		"if_entries": []fields{},
	})
	w.note("%s: a daemon finds %s %s with port %d and %s: %d %v", s.name, ip, mac, port.Number, definition, status, data["error"])
}

func capital(s string) string { return s[:1] + strings.ToLower(s[1:]) }

func (s *site) subnetOf(ip string) string {
	if strings.HasPrefix(ip, "10.0.1.") {
		return s.subnets[1]
	}
	return s.subnets[0]
}

// addService adds a service that listens on a port, on one that is there or on a new one.
func (s *site) addService(h *emulator.Host) {
	w := s.world
	s.addServiceOn(h, one(w, ports()...), one(w, append(definitions(), "Unclaimed Open Ports")...), w.chance(50))
}

func (s *site) addServiceOn(h *emulator.Host, port v1alpha1.HostPort, definition string, onInterface bool) {
	w := s.world
	portID := ""
	for i := range h.Ports {
		if int32(h.Ports[i].Number) == port.Number {
			portID = h.Ports[i].ID.String()
		}
	}
	if portID == "" {
		status, data := s.send(s.token, nil, http.MethodPost, "/api/v1/ports", fields{
			"host_id": h.ID, "network_id": h.NetworkID, "number": port.Number, "protocol": capital(string(port.Protocol)), "type": "Custom",
		})
		if status != http.StatusOK {
			return
		}
		portID, _ = data["id"].(string)
	}
	id := w.newID()
	binding := fields{"id": w.newID(), "type": "Port", "port_id": portID, "interface_id": nil, "service_id": id, "network_id": h.NetworkID}
	if len(h.Interfaces) > 0 && onInterface {
		binding["interface_id"] = one(w, h.Interfaces...).ID
	}
	s.try(http.MethodPost, "/api/v1/services", fields{
		"host_id": h.ID, "network_id": h.NetworkID, "service_definition": definition, "name": strings.ToLower(definition),
		"source": fields{"type": "Manual"}, "tags": []string{}, "virtualization": nil, "position": 0, "bindings": []fields{binding},
	}, fmt.Sprintf("adds %s on port %d to %s", definition, port.Number, h.Name))
}

// editHost changes scalars of a host.
func (s *site) editHost(h *emulator.Host) {
	w := s.world
	body := fields{
		"id": h.ID, "name": h.Name, "hostname": h.Hostname, "description": h.Description, "hidden": h.Hidden, "tags": h.Tags,
		"virtualization": h.Virtualization,
	}
	switch w.random.IntN(4) {
	case 0:
		body["name"] = one(w, "Renamed", "Gamma")
	case 1:
		body["hostname"] = one(w, "x.example", "y.example")
	case 2:
		body["description"] = one(w, "by hand", "by foot")
	default:
		body["tags"] = []string{one(w, s.State().Tags...).ID.String()}
	}
	s.try(http.MethodPut, "/api/v1/hosts/"+h.ID.String(), body, "edits "+h.Name)
}

// removeRow deletes a row of a host, whosever it is.
func (s *site) removeRow(h *emulator.Host) {
	w := s.world
	var paths []string
	for i := range h.Interfaces {
		paths = append(paths, "interfaces/"+h.Interfaces[i].ID.String())
	}
	for i := range h.Ports {
		paths = append(paths, "ports/"+h.Ports[i].ID.String())
	}
	for i := range h.Services {
		paths = append(paths, "services/"+h.Services[i].ID.String())
		for j := range h.Services[i].Bindings {
			paths = append(paths, "bindings/"+h.Services[i].Bindings[j].ID.String())
		}
	}
	if len(paths) == 0 {
		return
	}
	path := one(w, paths...)
	s.try(http.MethodDelete, "/api/v1/"+path, nil, "deletes "+path+" of "+h.Name)
}

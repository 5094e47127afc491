// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// inventory tells what the server holds, without ids: a line for each host, then one for each service on it.
//
//	web (web.lab.example) #production: eth0 10.20.0.10 02:00:00:00:00:0a, eth1 10.20.0.11; 80/tcp, 443/tcp
//	web/edge Caddy: 443/tcp@eth0, 80/tcp, eth1
func (w *world) inventory() []string {
	state := w.scanopy.State()
	out := []string{}
	for _, host := range state.Hosts {
		out = append(out, describeHost(state, host))
		for _, service := range host.Services {
			out = append(out, describeService(state, host, service))
		}
	}
	return out
}

func describeHost(state emulator.State, host emulator.Host) string {
	line := host.Name
	if host.Hostname != nil {
		line += " (" + *host.Hostname + ")"
	}
	line += describeTags(state, host.Tags)
	var interfaces, ports []string
	for _, i := range host.Interfaces {
		words := interfaceName(i) + " " + i.IPAddress
		if i.MACAddress != nil {
			words += " " + strings.ToLower(*i.MACAddress)
		}
		interfaces = append(interfaces, words)
	}
	slices.Sort(interfaces)
	for _, p := range host.Ports {
		ports = append(ports, portName(p))
	}
	return line + ": " + enumerate(interfaces) + "; " + enumerate(ports)
}

func describeService(state emulator.State, host emulator.Host, service emulator.Service) string {
	var bindings []string
	for _, b := range service.Bindings {
		bindings = append(bindings, describeBinding(host, b))
	}
	slices.Sort(bindings)
	return fmt.Sprintf("%s/%s %s%s: %s", host.Name, service.Name, service.ServiceDefinition,
		describeTags(state, service.Tags), enumerate(bindings))
}

func enumerate(parts []string) string {
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

func describeTags(state emulator.State, ids []uuid.UUID) string {
	words := ""
	for _, tag := range state.Tags {
		if slices.Contains(ids, tag.ID) {
			words += " #" + tag.Name
		}
	}
	return words
}

func describeBinding(host emulator.Host, b emulator.Binding) string {
	var parts []string
	for _, p := range host.Ports {
		if b.PortID != nil && p.ID == *b.PortID {
			parts = append(parts, portName(p))
		}
	}
	for _, i := range host.Interfaces {
		if b.InterfaceID != nil && i.ID == *b.InterfaceID {
			parts = append(parts, interfaceName(i))
		}
	}
	return strings.Join(parts, "@")
}

func interfaceName(i emulator.Interface) string {
	if i.Name == nil {
		return "-"
	}
	return *i.Name
}

func portName(p emulator.Port) string {
	return fmt.Sprintf("%d/%s", p.Number, strings.ToLower(p.Protocol))
}

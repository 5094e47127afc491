// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// describe tells a host as the server has it, one line for itself and one for each service:
//
//	web-01 (web-01.lab.example) #production: eth0 10.20.0.10, eth1 10.20.0.11; ports 80/TCP, 443/TCP
//	  edge (Caddy): 80/TCP on all interfaces, 443/TCP on eth0
func describe(state emulator.State, host emulator.Host) []string {
	line := host.Name
	if host.Hostname != nil {
		line += " (" + *host.Hostname + ")"
	}
	for _, tag := range state.Tags {
		if slices.Contains(host.Tags, tag.ID) {
			line += " #" + tag.Name
		}
	}
	if host.Description != nil {
		line += fmt.Sprintf(" %q", *host.Description)
	}
	lines := []string{line + ": " + describeRows(state, host)}
	for _, service := range host.Services {
		lines = append(lines, "  "+describeService(host, service))
	}
	slices.Sort(lines[1:])
	return lines
}

// describeRows tells a host's addresses and ports. Scanopy makes a host for each daemon; it has none before the daemon has
// looked around.
func describeRows(state emulator.State, host emulator.Host) string {
	var interfaces, ports []string
	for _, i := range host.Interfaces {
		interfaces = append(interfaces, strings.TrimSpace(interfaceName(i)+" "+i.IPAddress))
	}
	for _, p := range host.Ports {
		ports = append(ports, portName(p))
	}
	told := strings.Join(interfaces, ", ")
	if told == "" {
		told = "no addresses"
	}
	if len(ports) > 0 {
		told += "; ports " + strings.Join(ports, ", ")
	}
	if slices.ContainsFunc(state.Daemons, func(d emulator.Daemon) bool { return d.HostID == host.ID }) {
		told = "a daemon's own host, " + told
	}
	return told
}

func describeService(host emulator.Host, service emulator.Service) string {
	var bindings []string
	for _, b := range service.Bindings {
		bindings = append(bindings, describeBinding(host, b))
	}
	slices.Sort(bindings)
	if len(bindings) == 0 {
		bindings = []string{"no binding"}
	}
	return fmt.Sprintf("%s (%s): %s", service.Name, service.ServiceDefinition, strings.Join(bindings, ", "))
}

func describeBinding(host emulator.Host, b emulator.Binding) string {
	on := "on all interfaces"
	if b.InterfaceID != nil {
		on = "on " + find(host.Interfaces, *b.InterfaceID, func(i emulator.Interface) uuid.UUID { return i.ID }, placeName)
	}
	if b.PortID == nil {
		return "present " + on
	}
	return find(host.Ports, *b.PortID, func(p emulator.Port) uuid.UUID { return p.ID }, portName) + " " + on
}

// find names the row with the id.
func find[T any](rows []T, id uuid.UUID, idOf func(T) uuid.UUID, name func(T) string) string {
	for _, row := range rows {
		if idOf(row) == id {
			return name(row)
		}
	}
	return id.String()
}

func interfaceName(i emulator.Interface) string {
	if i.Name == nil {
		return ""
	}
	return *i.Name
}

// placeName is what a binding's interface is called: by its address if it has no name.
func placeName(i emulator.Interface) string {
	if i.Name == nil {
		return i.IPAddress
	}
	return *i.Name
}

func portName(p emulator.Port) string {
	return fmt.Sprintf("%d/%s", p.Number, strings.ToUpper(p.Protocol))
}

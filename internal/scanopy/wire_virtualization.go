// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"bytes"
	"encoding/json"
	"fmt"
)

const (
	proxmox = "Proxmox"
	docker  = "Docker"
)

type ifVirtualization struct {
	Type    string                  `json:"type"`
	Details ifVirtualizationDetails `json:"details"`
}

// ifVirtualizationDetails has the fields of both a host's and a service's.
type ifVirtualizationDetails struct {
	VMName         string `json:"vm_name"`
	VMID           string `json:"vm_id"`
	ContainerName  string `json:"container_name"`
	ContainerID    string `json:"container_id"`
	ComposeProject string `json:"compose_project"`
	ServiceID      string `json:"service_id"`
}

func readVirtualization(raw json.RawMessage) (ifVirtualization, bool) {
	var w ifVirtualization
	if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
		return w, false
	}
	return w, json.Unmarshal(raw, &w) == nil
}

func readHostVirtualization(raw json.RawMessage) *HostVirtualization {
	w, ok := readVirtualization(raw)
	if !ok {
		return nil
	}
	return &HostVirtualization{Type: w.Type, VMName: w.Details.VMName, VMID: w.Details.VMID, ServiceID: w.Details.ServiceID, Raw: raw}
}

func readServiceVirtualization(raw json.RawMessage) *ServiceVirtualization {
	w, ok := readVirtualization(raw)
	if !ok {
		return nil
	}
	d := w.Details
	return &ServiceVirtualization{
		Type: w.Type, ContainerName: d.ContainerName, ContainerID: d.ContainerID,
		ComposeProject: d.ComposeProject, ServiceID: d.ServiceID, Raw: raw,
	}
}

// writeHostVirtualization gives nil for one without a service: the server
// cannot store that.
func writeHostVirtualization(v *HostVirtualization) (any, error) {
	if v == nil {
		return nil, nil // null is what is written
	}
	if shown := readHostVirtualization(v.Raw); shown != nil && sameHostVirtualization(*shown, *v) {
		return v.Raw, nil
	}
	if v.Type != proxmox {
		return nil, lacking("the virtualization "+sanitise(v.Type, maxVersionText)+" of a host", version{0, 17, 0})
	}
	return virtualizationBody(v.Type, v.ServiceID, v.texts()), nil
}

func (v *HostVirtualization) texts() map[string]string {
	return map[string]string{"vm_name": v.VMName, "vm_id": v.VMID}
}

// writeServiceVirtualization is as writeHostVirtualization.
func writeServiceVirtualization(v *ServiceVirtualization) (any, error) {
	if v == nil {
		return nil, nil // null is what is written
	}
	if shown := readServiceVirtualization(v.Raw); shown != nil && sameServiceVirtualization(*shown, *v) {
		return v.Raw, nil
	}
	if v.Type != docker {
		return nil, lacking("the virtualization "+sanitise(v.Type, maxVersionText)+" of a service", version{0, 17, 0})
	}
	return virtualizationBody(v.Type, v.ServiceID, v.texts()), nil
}

func (v *ServiceVirtualization) texts() map[string]string {
	texts := map[string]string{"container_name": v.ContainerName, "container_id": v.ContainerID}
	if v.ComposeProject != "" {
		texts["compose_project"] = v.ComposeProject
	}
	return texts
}

func virtualizationBody(kind, service string, texts map[string]string) any {
	if service == "" {
		return nil
	}
	details := virtualizationDetails(texts)
	details["service_id"] = service
	return map[string]any{"type": kind, "details": details}
}

func virtualizationDetails(texts map[string]string) map[string]any {
	details := map[string]any{}
	for key, text := range texts {
		if text == "" {
			details[key] = nil
		} else {
			details[key] = text
		}
	}
	return details
}

func sameHostVirtualization(a, b HostVirtualization) bool {
	return a.Type == b.Type && a.VMName == b.VMName && a.VMID == b.VMID && a.ServiceID == b.ServiceID
}

func sameServiceVirtualization(a, b ServiceVirtualization) bool {
	return a.Type == b.Type && a.ContainerName == b.ContainerName && a.ContainerID == b.ContainerID &&
		a.ComposeProject == b.ComposeProject && a.ServiceID == b.ServiceID
}

// lacking is what a version cannot express, with the version that can.
func lacking(what string, since version) *Error {
	return &Error{Reason: Unsupported,
		Message: fmt.Sprintf("this server's version does not know %s; Scanopy %s or later is needed", what, since)}
}

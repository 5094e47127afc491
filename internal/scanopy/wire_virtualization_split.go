// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"bytes"
	"encoding/json"
	"maps"
)

// splitSince is from when on the service that runs a host or service stands
// beside the virtualization. The patch is inferred, nobody saw it happen: it
// decides only for a row that is made. One that is changed is written in the
// form in which it was shown, so a wrong guess is mended by the next update.
func splitSince() version { return version{0, 17, 10} }

// wireVirtualization is a virtualization in either form, of a host or a service.
type wireVirtualization struct {
	Nested    json.RawMessage `json:"virtualization,omitempty"`
	Metadata  json.RawMessage `json:"virtualization_metadata,omitempty"`
	ServiceID json.RawMessage `json:"virtualization_service_id,omitempty"`
}

// formOf says in which form a row shows virtualizations, also when it has none.
func formOf(w wireVirtualization) VirtualizationForm {
	switch {
	case w.Metadata != nil || w.ServiceID != nil:
		return FormSplit
	case w.Nested != nil:
		return FormNested
	}
	return ""
}

// formFor is the form to write: the one that was shown, else the version's.
func (d addressesDialect) formFor(shown VirtualizationForm) VirtualizationForm {
	switch {
	case shown != "":
		return shown
	case d.version.less(splitSince()):
		return FormNested
	}
	return FormSplit
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || bytes.Equal(raw, []byte("null")) }

// serviceID is the one beside the virtualization.
func (w wireVirtualization) serviceID() string {
	var id string
	if isNull(w.ServiceID) || json.Unmarshal(w.ServiceID, &id) != nil {
		return ""
	}
	return id
}

// raw is what was shown, to be given back; nil if that is nothing.
func (w wireVirtualization) raw() json.RawMessage {
	if isNull(w.Nested) && isNull(w.Metadata) && w.serviceID() == "" {
		return nil
	}
	out, err := json.Marshal(w)
	if err != nil {
		return nil
	}
	return out
}

// parts reads type and details, and the service in either form.
func (w wireVirtualization) parts() (v ifVirtualization, service string) {
	body := w.Nested
	if formOf(w) == FormSplit {
		body = w.Metadata
	}
	if read, ok := readVirtualization(body); ok {
		v = read
	}
	if formOf(w) == FormSplit {
		return v, w.serviceID()
	}
	return v, v.Details.ServiceID
}

// host is the neutral form. A service without a virtualization has no type.
func (w wireVirtualization) host() *HostVirtualization {
	raw := w.raw()
	if raw == nil {
		return nil
	}
	v, service := w.parts()
	return &HostVirtualization{Type: v.Type, VMName: v.Details.VMName, VMID: v.Details.VMID, ServiceID: service, Raw: raw}
}

func (w wireVirtualization) service() *ServiceVirtualization {
	raw := w.raw()
	if raw == nil {
		return nil
	}
	v, service := w.parts()
	return &ServiceVirtualization{
		Type: v.Type, ContainerName: v.Details.ContainerName, ContainerID: v.Details.ContainerID,
		ComposeProject: v.Details.ComposeProject, ServiceID: service, Raw: raw,
	}
}

// shownBefore reads what raw gave.
func shownBefore(raw json.RawMessage) (w wireVirtualization, ok bool) {
	return w, len(raw) > 0 && json.Unmarshal(raw, &w) == nil
}

func (d addressesDialect) hostVirtualization(v *HostVirtualization, form VirtualizationForm) (wireVirtualization, error) {
	if v == nil {
		return noVirtualization(form), nil
	}
	if w, ok := shownBefore(v.Raw); ok && formOf(w) == form && sameHostVirtualization(*w.host(), *v) {
		return w, nil
	}
	if v.Type != "" && v.Type != proxmox && d.version.less(version{0, 17, 0}) {
		return wireVirtualization{}, lacking("the virtualization "+sanitise(v.Type, maxVersionText)+" of a host", version{0, 17, 0})
	}
	return virtualizationOf(v.Type, v.ServiceID, detailsOver(v.Raw, v.Type, v.texts()), form)
}

func (d addressesDialect) serviceVirtualization(v *ServiceVirtualization, form VirtualizationForm) (wireVirtualization, error) {
	if v == nil {
		return noVirtualization(form), nil
	}
	if w, ok := shownBefore(v.Raw); ok && formOf(w) == form && sameServiceVirtualization(*w.service(), *v) {
		return w, nil
	}
	if v.Type != "" && v.Type != docker && d.version.less(version{0, 17, 0}) {
		return wireVirtualization{}, lacking("the virtualization "+sanitise(v.Type, maxVersionText)+" of a service", version{0, 17, 0})
	}
	return virtualizationOf(v.Type, v.ServiceID, detailsOver(v.Raw, v.Type, v.texts()), form)
}

// detailsOver lays what is declared over the details that were shown, so that
// those stay which we don't know (whether a guest is a container, say). Those
// of another type are of no use.
func detailsOver(raw json.RawMessage, kind string, texts map[string]string) map[string]any {
	out := map[string]any{}
	w, _ := shownBefore(raw)
	body := w.Nested
	if formOf(w) == FormSplit {
		body = w.Metadata
	}
	var shown struct {
		Type    string         `json:"type"`
		Details map[string]any `json:"details"`
	}
	if json.Unmarshal(body, &shown) == nil && shown.Type == kind {
		maps.Copy(out, shown.Details)
	}
	maps.Copy(out, virtualizationDetails(texts))
	return out
}

func noVirtualization(form VirtualizationForm) wireVirtualization {
	null := json.RawMessage("null")
	if form == FormNested {
		return wireVirtualization{Nested: null}
	}
	return wireVirtualization{Metadata: null, ServiceID: null}
}

// virtualizationOf writes a virtualization in a form. Nested it cannot be
// stored without its service; split either may be missing.
func virtualizationOf(kind, service string, details map[string]any, form VirtualizationForm) (wireVirtualization, error) {
	out := noVirtualization(form)
	var err error
	if form == FormNested {
		if service == "" || kind == "" {
			return out, nil
		}
		details["service_id"] = service
		out.Nested, err = json.Marshal(map[string]any{"type": kind, "details": details})
		return out, err
	}
	if kind != "" {
		out.Metadata, err = json.Marshal(map[string]any{"type": kind, "details": details})
	}
	if err == nil && service != "" {
		out.ServiceID, err = json.Marshal(service)
	}
	return out, err
}

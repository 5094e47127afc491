// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/json"

	"github.com/google/uuid"
)

// Facts are what newer servers know of a host besides. Every version keeps them, so that an upgrade finds them.
type Facts struct {
	LastSeenAt                                                                               Stamp
	Sources                                                                                  Attributions
	SysName, Manufacturer, Model, SerialNumber, FirmwareRevision, SoftwareRevision, AssetTag *string
	// OS is kept as a daemon sent it.
	OS                                               json.RawMessage
	VirtualizationServiceID, VirtualizationInterface *uuid.UUID
	// Ancestors are the hosts that it runs on, the nearest first; known when a host is shown.
	Ancestors []uuid.UUID
}

// attribute is a text of a host that has an attribution.
type attribute struct {
	name  string
	value func(*Host) **string
}

// attributes are the texts that SNMP and other probes fill.
func attributes() []attribute {
	return []attribute{
		{"hostname", func(h *Host) **string { return &h.Hostname }},
		{"sys_descr", func(h *Host) **string { return &h.SysDescr }},
		{"sys_object_id", func(h *Host) **string { return &h.SysObjectID }},
		{"sys_location", func(h *Host) **string { return &h.SysLocation }},
		{"sys_contact", func(h *Host) **string { return &h.SysContact }},
		{"management_url", func(h *Host) **string { return &h.ManagementURL }},
		{"chassis_id", func(h *Host) **string { return &h.ChassisID }},
		{"sys_name", func(h *Host) **string { return &h.Facts.SysName }},
		{"manufacturer", func(h *Host) **string { return &h.Facts.Manufacturer }},
		{"model", func(h *Host) **string { return &h.Facts.Model }},
		{"serial_number", func(h *Host) **string { return &h.Facts.SerialNumber }},
		{"firmware_revision", func(h *Host) **string { return &h.Facts.FirmwareRevision }},
		{"software_revision", func(h *Host) **string { return &h.Facts.SoftwareRevision }},
		{"asset_tag", func(h *Host) **string { return &h.Facts.AssetTag }},
	}
}

// renamed notes that names were changed by hand.
func (h *Host) renamed(old *Host) {
	if h.Name != old.Name {
		h.Facts.Sources = h.Facts.Sources.with("name", &h.Name, byHand)
	}
	if optional(h.Hostname, old.Hostname) != 0 {
		h.Facts.Sources = h.Facts.Sources.with("hostname", h.Hostname, byHand)
	}
}

// attribute notes where the values of a host came from.
func (h *Host) attribute(name, hostname, others Attribution) {
	h.Facts.Sources = h.Facts.Sources.with("name", &h.Name, name)
	for _, a := range attributes() {
		by := others
		if a.name == "hostname" {
			by = hostname
		}
		h.Facts.Sources = h.Facts.Sources.with(a.name, *a.value(h), by)
	}
}

// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/json"

	"github.com/google/uuid"
)

// olderHost is a host of 0.15, whose credentials are for interfaces.
type olderHost struct {
	*Host
	CredentialAssignments []olderAssignment `json:"credential_assignments"`
}

type olderAssignment struct {
	CredentialID uuid.UUID   `json:"credential_id"`
	InterfaceIDs []uuid.UUID `json:"interface_ids"`
}

func olderAssignmentOf(a *Assignment) olderAssignment {
	return olderAssignment{CredentialID: a.CredentialID, InterfaceIDs: a.IPAddressIDs}
}

// newerHost is a host since 0.16.
type newerHost struct {
	rowTimes
	*seen
	*discoveries
	scope
	Name        string      `json:"name"`
	Hostname    *string     `json:"hostname"`
	Description *string     `json:"description"`
	Source      Source      `json:"source"`
	Hidden      bool        `json:"hidden"`
	Tags        []uuid.UUID `json:"tags"`
	*wholeVirtualization
	*splitVirtualization
	SNMP
	CredentialAssignments []Assignment `json:"credential_assignments"`
	*hostNames
	*hostHardware
	*hostOS
	*hostAncestry
	IPAddresses []newerAddress `json:"ip_addresses"`
	Interfaces  []any          `json:"interfaces"`
	Ports       []newerPort    `json:"ports"`
	Services    []newerService `json:"services"`
}

// hostNames are the names of a host and where they came from.
type hostNames struct {
	NameSource      Attribution `json:"name_source"`
	HostnameSource  Attribution `json:"hostname_source"`
	DisplayName     *string     `json:"display_name,omitempty"`
	DisplayNameRung *string     `json:"display_name_rung,omitempty"`
	NameLadder      []rung      `json:"name_ladder"`
}

// hostHardware is what probes find, and where each attribute came from.
type hostHardware struct {
	SysName                *string     `json:"sys_name,omitempty"`
	Manufacturer           *string     `json:"manufacturer,omitempty"`
	Model                  *string     `json:"model,omitempty"`
	SerialNumber           *string     `json:"serial_number,omitempty"`
	FirmwareRevision       *string     `json:"firmware_revision"`
	SoftwareRevision       *string     `json:"software_revision"`
	ChassisIDSource        Attribution `json:"chassis_id_source"`
	FirmwareRevisionSource Attribution `json:"firmware_revision_source"`
	ManagementURLSource    Attribution `json:"management_url_source"`
	ManufacturerSource     Attribution `json:"manufacturer_source"`
	ModelSource            Attribution `json:"model_source"`
	SerialNumberSource     Attribution `json:"serial_number_source"`
	SoftwareRevisionSource Attribution `json:"software_revision_source"`
	SysContactSource       Attribution `json:"sys_contact_source"`
	SysDescrSource         Attribution `json:"sys_descr_source"`
	SysLocationSource      Attribution `json:"sys_location_source"`
	SysNameSource          Attribution `json:"sys_name_source"`
	SysObjectIDSource      Attribution `json:"sys_object_id_source"`
}

type hostOS struct {
	OS       json.RawMessage `json:"os"`
	OSSource Attribution     `json:"os_source"`
}

// hostAncestry is what a host runs on, up to the machine that runs on nothing.
type hostAncestry struct {
	AssetTag                   *string     `json:"asset_tag,omitempty"`
	AssetTagSource             Attribution `json:"asset_tag_source"`
	VirtualizationDepth        int         `json:"virtualization_depth"`
	VirtualizationInterfaceID  *uuid.UUID  `json:"virtualization_interface_id"`
	VirtualizationParentHostID *uuid.UUID  `json:"virtualization_parent_host_id"`
	VirtualizationRootHostID   *uuid.UUID  `json:"virtualization_root_host_id"`
}

func (d *dialect) newerHost(r *Host) *newerHost {
	out := &newerHost{
		rowTimes: rowTimes{r.ID, r.CreatedAt, r.UpdatedAt}, scope: d.scope(r.NetworkID),
		Name: r.Name, Hostname: r.Hostname, Description: r.Description, Source: d.newerSource(r.Source), Hidden: r.Hidden,
		Tags: r.Tags, SNMP: r.SNMP, CredentialAssignments: r.CredentialAssignments,
		IPAddresses: shapeAll(r.Interfaces, d.newerAddress), Interfaces: shapeAll(r.IfEntries, d.newerIfEntry),
		Ports: shapeAll(r.Ports, d.newerPort), Services: shapeAll(r.Services, d.newerService),
	}
	out.wholeVirtualization, out.splitVirtualization = d.virtualization(r.Virtualization, r.Facts.VirtualizationServiceID)
	if out.CredentialAssignments == nil {
		out.CredentialAssignments = []Assignment{}
	}
	if d.shapes.history {
		out.seen = &seen{r.Facts.LastSeenAt}
	}
	if d.shapes.ranked {
		out.hostNames, out.hostHardware = names(r), hardware(r)
	}
	if d.shapes.os {
		out.discoveries, out.hostOS = &discoveries{}, &hostOS{r.Facts.OS, r.Facts.Sources["os"]}
	}
	if d.shapes.ancestry {
		out.hostAncestry = &hostAncestry{
			AssetTag: r.Facts.AssetTag, AssetTagSource: r.Facts.Sources["asset_tag"],
			VirtualizationInterfaceID: r.Facts.VirtualizationInterface,
			VirtualizationDepth:       len(r.Facts.Ancestors),
		}
		if n := len(r.Facts.Ancestors); n > 0 {
			out.VirtualizationParentHostID, out.VirtualizationRootHostID = &r.Facts.Ancestors[0], &r.Facts.Ancestors[n-1]
		}
	}
	return out
}

func names(r *Host) *hostNames {
	out := &hostNames{
		NameSource: r.Facts.Sources["name"], HostnameSource: r.Facts.Sources["hostname"], NameLadder: ladder(r),
	}
	out.DisplayNameRung, out.DisplayName = displayedRung(out.NameLadder)
	return out
}

func hardware(r *Host) *hostHardware {
	f, by := &r.Facts, r.Facts.Sources
	return &hostHardware{
		SysName: f.SysName, Manufacturer: f.Manufacturer, Model: f.Model, SerialNumber: f.SerialNumber,
		FirmwareRevision: f.FirmwareRevision, SoftwareRevision: f.SoftwareRevision,
		ChassisIDSource: by["chassis_id"], FirmwareRevisionSource: by["firmware_revision"],
		ManagementURLSource: by["management_url"], ManufacturerSource: by["manufacturer"], ModelSource: by["model"],
		SerialNumberSource: by["serial_number"], SoftwareRevisionSource: by["software_revision"],
		SysContactSource: by["sys_contact"], SysDescrSource: by["sys_descr"], SysLocationSource: by["sys_location"],
		SysNameSource: by["sys_name"], SysObjectIDSource: by["sys_object_id"],
	}
}

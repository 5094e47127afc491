// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/json"
	"math"
	"time"

	"github.com/google/uuid"
)

// Rows as daemons and the generic endpoints take them: whole, with ids and times that the client may set. Times that
// are absent are those of the epoch, as on the server.

func epoch() time.Time { return time.Unix(0, 0).UTC() }

func (o object) wholeInterface() *Interface {
	return &Interface{
		ID: o.ownID(), CreatedAt: o.timeOr("created_at", o.prob.unborn), UpdatedAt: o.timeOr("updated_at", o.prob.unborn),
		NetworkID: o.id("network_id"), HostID: o.id("host_id"), SubnetID: o.id("subnet_id"),
		IPAddress: o.address("ip_address"), MACAddress: o.mac("mac_address"), Name: o.optStr("name"),
		Position: o.int32Or("position", 0),
	}
}

func (o object) wholePort(d *dialect) *Port {
	if !d.derivesTypes || o.value("type") != nil {
		o.str("type")
	}
	p := &Port{
		ID: o.ownID(), CreatedAt: o.timeOr("created_at", o.prob.unborn), UpdatedAt: o.timeOr("updated_at", o.prob.unborn),
		HostID: o.id("host_id"), NetworkID: o.id("network_id"),
		Number: o.portNumber(), Protocol: o.oneOf("protocol", "Tcp", "Udp"),
	}
	p.Type = d.portType(p.Number, p.Protocol)
	return p
}

func (o object) portNumber() uint16 { return uint16(o.integer("number", 0, math.MaxUint16)) }

// wholeBinding differs in its absent times: now. It may have the names of 0.14.
func (o object) wholeBinding(now time.Time) *Binding {
	o.aliases = true
	b := o.bindingContent()
	b.ID, b.ServiceID, b.NetworkID = o.ownID(), o.id("service_id"), o.id("network_id")
	b.CreatedAt, b.UpdatedAt = o.timeOr("created_at", now), o.timeOr("updated_at", now)
	return b
}

// bindingContent is what a binding says, whoever it belongs to.
func (o object) bindingContent() *Binding {
	types := []string{o.prob.words.bindAddress, bindPort}
	if o.aliases {
		types = append(types, bindInterface)
	}
	b := &Binding{Type: o.oneOf("type", types...)}
	if b.Type != bindPort {
		b.Type = bindInterface
		id := o.id("interface_id")
		b.InterfaceID = &id
		return b
	}
	id := o.id("port_id")
	b.PortID, b.InterfaceID = &id, o.optID("interface_id")
	return b
}

func (o object) wholeService(d *dialect, now time.Time) *Service {
	s := &Service{
		ID: o.ownID(), CreatedAt: o.timeOr("created_at", o.prob.unborn), UpdatedAt: o.timeOr("updated_at", o.prob.unborn),
		HostID: o.id("host_id"), NetworkID: o.id("network_id"),
		ServiceDefinition: d.definition(o.str("service_definition")), Name: o.str("name"),
		Source: o.source(d), Tags: o.tags(), Position: o.int32Or("position", 0),
	}
	o.serviceGuest(d, s, true)
	for _, v := range o.prob.list(o.need("bindings")) {
		s.Bindings = append(s.Bindings, *o.prob.object(v).wholeBinding(now))
	}
	return s
}

func (o object) wholeHost(d *dialect) *Host {
	h := &Host{
		ID: o.ownID(), CreatedAt: o.timeOr("created_at", o.prob.unborn), UpdatedAt: o.timeOr("updated_at", o.prob.unborn),
		Name: o.str("name"), NetworkID: o.id("network_id"), Hostname: o.optStr("hostname"),
		Description: o.needStr("description"), Source: o.source(d), Hidden: o.boolean("hidden"),
		Tags: o.tags(), SNMP: o.snmp(d),
	}
	o.hostGuest(d, h)
	return h
}

// snmp reads the fields that hosts have since 0.14.
func (o object) snmp(d *dialect) SNMP {
	if !d.snmp {
		return SNMP{}
	}
	out := SNMP{
		SysDescr: o.optStr("sys_descr"), SysObjectID: o.optStr("sys_object_id"), SysLocation: o.optStr("sys_location"),
		SysContact: o.optStr("sys_contact"), ManagementURL: o.optStr("management_url"), ChassisID: o.optStr("chassis_id"),
	}
	if d.snmpCredential {
		out.SNMPCredentialID = o.optID("snmp_credential_id")
	}
	return out
}

// source reads where a row came from; newer servers have no metadata.
func (o object) source(d *dialect) Source {
	v := o.prob.object(o.need("source"))
	s := Source{Type: v.oneOf("type", sourceManual, "System", sourceDiscovery, sourceMatch, "Unknown")}
	if s.Type != sourceDiscovery && s.Type != sourceMatch {
		return s
	}
	s.Metadata = []json.RawMessage{}
	if !d.shapes.history {
		v.need("metadata")
	}
	for _, m := range v.listOr("metadata") {
		entry := v.prob.object(m)
		entry.str("type")
		entry.id("daemon_id")
		entry.time("date")
		s.Metadata = append(s.Metadata, rawJSON(m))
	}
	if s.Type == sourceMatch {
		d := v.prob.object(v.need("details"))
		s.Details = &MatchDetails{
			Reason:     rawJSON(d.need("reason")),
			Confidence: d.oneOf("confidence", confidences()...),
		}
	}
	return s
}

// confidences are how sure a discovery can be, least sure first.
func confidences() []string { return []string{"NotApplicable", "Low", "Medium", "High", "Certain"} }

func rawJSON(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		return json.RawMessage("null")
	}
	return raw
}

func (o object) ifEntry() *IfEntry {
	e := &IfEntry{
		IfIndex: int32(o.integer("if_index", math.MinInt32, math.MaxInt32)), IfDescr: o.str("if_descr"),
		IfAlias: o.optStr("if_alias"), IfType: 1, AdminStatus: "Up", OperStatus: "Up",
		MACAddress: o.mac("mac_address"), InterfaceID: o.optID("interface_id"),
	}
	if t := o.optInt32("if_type"); t != nil {
		e.IfType = *t
	}
	if o.value("speed_bps") != nil {
		speed := o.integer("speed_bps", math.MinInt64, math.MaxInt64)
		e.SpeedBPS = &speed
	}
	if o.value("admin_status") != nil {
		e.AdminStatus = o.oneOf("admin_status", "Up", "Down", "Testing")
	}
	if o.value("oper_status") != nil {
		e.OperStatus = o.oneOf("oper_status", "Up", "Down", "Testing", "Unknown", "Dormant", "NotPresent", "LowerLayerDown")
	}
	return e
}

// wholeIfEntry is an SNMP row as a daemon reports it.
func (o object) wholeIfEntry() *IfEntry {
	for _, required := range []string{"if_type", "admin_status", "oper_status"} {
		o.need(required)
	}
	e := o.ifEntry()
	e.ID, e.CreatedAt, e.UpdatedAt = o.ownID(), o.timeOr("created_at", o.prob.unborn), o.timeOr("updated_at", o.prob.unborn)
	e.IfName.Text, e.Neighbor = o.optStr("if_name"), o.value("neighbor")
	e.IfNeighbour = IfNeighbour{
		LLDPChassisID: o.value("lldp_chassis_id"), LLDPPortID: o.value("lldp_port_id"),
		LLDPSysName: o.value("lldp_sys_name"), LLDPPortDesc: o.value("lldp_port_desc"),
		LLDPMgmtAddr: o.value("lldp_mgmt_addr"), LLDPSysDesc: o.value("lldp_sys_desc"),
		CDPDeviceID: o.value("cdp_device_id"), CDPPortID: o.value("cdp_port_id"),
		CDPPlatform: o.value("cdp_platform"), CDPAddress: o.value("cdp_address"),
	}
	return e
}

// bornIfNew gives a row that came without an id one, and the time.
func (s *Server) bornIfNew(id *uuid.UUID, created, updated *Stamp) {
	if *id != uuid.Nil {
		return
	}
	now := Stamp{s.now()}
	*id, *created, *updated = s.newID(), now, now
}

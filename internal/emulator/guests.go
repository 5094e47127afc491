// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"

	"github.com/google/uuid"
)

// guest is what runs a host or a service: how, and the service that does.
type guest struct {
	how     *Virtualization
	service *uuid.UUID
}

// guest reads what runs a row: one object with the service in it, or since the split two fields.
func (o object) guest(d *dialect, kinds []guestKind, lenient bool) guest {
	key := "virtualization"
	if d.shapes.split {
		key = "virtualization_metadata"
	}
	var out guest
	if d.shapes.split {
		out.service = o.optID("virtualization_service_id")
	}
	if o.value(key) == nil {
		return out
	}
	v := o.prob.object(o.value(key))
	v.expectEnum("type")
	name, _ := v.value("type").(string)
	at := slices.IndexFunc(kinds, func(k guestKind) bool { return k.name == name })
	if at < 0 {
		if !lenient {
			v.prob.say("type: unknown variant `" + name + "`")
		}
		return out
	}
	from := v.prob.object(v.need("details"))
	details := map[string]any{}
	for _, field := range kinds[at].fields {
		details[field] = from.optStr(field)
	}
	if !d.shapes.split {
		id := from.id("service_id")
		details["service_id"], out.service = id, &id
	}
	out.how = &Virtualization{Type: name, Details: details}
	return out
}

// hostGuest reads what runs a host.
func (o object) hostGuest(d *dialect, h *Host) {
	g := o.guest(d, d.guests.hosts, false)
	h.Virtualization, h.Facts.VirtualizationServiceID = g.how, g.service
	if d.shapes.ancestry {
		h.Facts.VirtualizationInterface = o.optID("virtualization_interface_id")
	}
}

// serviceGuest reads what runs a service.
func (o object) serviceGuest(d *dialect, r *Service, lenient bool) {
	g := o.guest(d, d.guests.services, lenient && d.guests.lenient)
	r.Virtualization, r.VirtualizationServiceID = g.how, g.service
}

func errNoRunner(service *uuid.UUID) error {
	return errInvalid("virtualization_service_id %s does not match any service", service)
}

// ancestors are the hosts that a host runs on, nearest first.
func (s *store) ancestors(h *Host) []uuid.UUID {
	var out []uuid.UUID
	for h.Facts.VirtualizationServiceID != nil {
		runner, ok := s.services.rows[*h.Facts.VirtualizationServiceID]
		if !ok || slices.Contains(out, runner.HostID) {
			break
		}
		out = append(out, runner.HostID)
		h = s.hosts.rows[runner.HostID]
	}
	return out
}

// releaseGuests lets go what a service runs that is deleted.
func (s *store) releaseGuests(service uuid.UUID) {
	s.moveGuests(service, nil)
}

// moveGuests gives what a service runs to another, or to none.
func (s *store) moveGuests(from uuid.UUID, to *uuid.UUID) {
	for _, r := range s.hosts.pick(s.hostsByRunner[from]) {
		c := *r
		c.Facts.VirtualizationServiceID = to
		s.storeHost(&c)
	}
	for _, r := range s.services.pick(s.servicesByRunner[from]) {
		c := *r
		c.VirtualizationServiceID = to
		s.storeService(&c)
	}
}

// runs tells whether the service that shall run something exists, or need not.
func (s *store) runs(service *uuid.UUID) bool {
	return service == nil || !s.dialect.shapes.split || s.services.has(*service)
}

// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/json"
	"slices"

	"github.com/google/uuid"
)

// putService makes a service with its bindings, or adds to the one on its host that is the same. It shows the service
// as it was sent, with what the server set. Steps that were done stay done when a later one fails.
func (c *call) putService(r *Service) (*Service, error) {
	c.bornIfNew(&r.ID, &r.CreatedAt, &r.UpdatedAt)
	r.Bindings = deduplicate(r.Bindings)
	existing := c.db.servicesOf(r.HostID)
	if i := slices.IndexFunc(existing, func(o *Service) bool { return sameService(o, r) }); i >= 0 {
		old := existing[i]
		if old.ID == r.ID || (old.Source.discovered() && r.Source.discovered()) {
			return c.mergeService(old, r)
		}
	}
	r.Position = int32(len(existing))
	if err := c.checkKinds(r.Bindings); err != nil {
		return nil, err
	}
	if err := c.db.checkOnHost(r); err != nil {
		return nil, err
	}
	if !r.Source.discovered() {
		if err := c.db.checkFree(r); err != nil {
			return nil, err
		}
	}
	if err := c.db.insertService(r); err != nil {
		return nil, err
	}
	return r, c.saveServiceParts(r)
}

// changeService replaces a service and its bindings.
func (c *call) changeService(r *Service) error {
	if !c.db.services.has(r.ID) {
		return errInternal("Could not find service")
	}
	r.Bindings = deduplicate(r.Bindings)
	if err := c.checkKinds(r.Bindings); err != nil {
		return err
	}
	if err := c.db.checkOnHost(r); err != nil {
		return err
	}
	if err := c.db.checkFree(r); err != nil {
		return err
	}
	if err := c.db.updateService(r); err != nil {
		return err
	}
	return c.saveServiceParts(r)
}

// saveServiceParts writes the bindings and the tags of a service that was just written. A daemon sets no tags.
func (c *call) saveServiceParts(r *Service) error {
	if err := c.saveBindings(r); err != nil {
		return err
	}
	if c.caller.daemon {
		return nil
	}
	return c.db.setTags(entity{string(kindService), r.ID}, r.Tags, c.access.organization)
}

// saveBindings makes the bindings of a service those of the list: what is not in it goes first, then each is changed or made.
func (c *call) saveBindings(r *Service) error {
	keep := idSet{}
	for i := range r.Bindings {
		keep[r.Bindings[i].ID] = struct{}{}
	}
	old := map[uuid.UUID]*Binding{}
	for _, b := range c.db.bindingsOf(r.ID) {
		old[b.ID] = b
		if _, ok := keep[b.ID]; !ok {
			c.db.deleteBinding(b.ID)
		}
	}
	for i := range r.Bindings {
		b := &r.Bindings[i]
		b.ServiceID, b.NetworkID = r.ID, r.NetworkID
		if b.ID == uuid.Nil {
			b.ID = c.newID()
		}
		write := c.db.insertBinding
		if o, ok := old[b.ID]; ok {
			b.CreatedAt = o.CreatedAt
			write = c.db.updateBinding
		}
		if err := write(b); err != nil {
			return err
		}
	}
	return nil
}

// mergeService adds what was found anew to a service: bindings that conflict with those it has are left out without a word.
func (c *call) mergeService(old, found *Service) (*Service, error) {
	for i := range found.Bindings {
		b := found.Bindings[i]
		covered := slices.ContainsFunc(old.Bindings, func(o Binding) bool { return supersedes(&o, &b) })
		if covered || conflict(&b, old.Bindings) != "" {
			continue
		}
		old.Bindings = slices.DeleteFunc(old.Bindings, func(o Binding) bool { return supersedes(&b, &o) })
		if !slices.ContainsFunc(old.Bindings, func(o Binding) bool { return sameBinding(&o, &b) }) {
			old.Bindings = append(old.Bindings, b)
		}
	}
	if found.Virtualization != nil {
		old.Virtualization = found.Virtualization
	}
	old.Source = c.dialect.mergeMatch(old.Source, found.Source)
	if err := c.db.updateService(old); err != nil {
		return nil, err
	}
	return old, c.saveBindings(old)
}

// maxMetadata is how many discoveries a row remembers, newest first.
const maxMetadata = 10

// mergeMatch joins where a service came from with where it was found again.
func (d *dialect) mergeMatch(old, found Source) Source {
	if found.Type != sourceMatch {
		return old
	}
	if old.Type != sourceMatch {
		return found
	}
	out := Source{Type: sourceMatch, Metadata: d.capped(slices.Concat(found.Metadata, old.Metadata)), Details: old.Details}
	sure := func(m *MatchDetails) int { return slices.Index(confidences(), m.Confidence) }
	if sure(found.Details) > sure(old.Details) {
		out.Details = found.Details
	}
	return out
}

func (d *dialect) capped(list []json.RawMessage) []json.RawMessage {
	if d.capMetadata && len(list) > maxMetadata {
		return list[:maxMetadata]
	}
	return list
}

// checkOnHost refuses bindings to interfaces and ports of other hosts.
func (s *store) checkOnHost(r *Service) error {
	onHost := func(iface *uuid.UUID) bool {
		row, ok := s.interfaces.rows[*iface]
		return ok && row.HostID == r.HostID
	}
	for i := range r.Bindings {
		b := &r.Bindings[i]
		if b.Type == bindInterface {
			if !onHost(b.InterfaceID) {
				return errInvalid(s.dialect.words.say("Interface binding references interface %s which does not belong to this host"), b.InterfaceID)
			}
			continue
		}
		if port, ok := s.ports.rows[*b.PortID]; !ok || port.HostID != r.HostID {
			return errInvalid("Port binding references port %s which does not belong to this host", b.PortID)
		}
		if b.InterfaceID != nil && !onHost(b.InterfaceID) {
			return errInvalid(s.dialect.words.say("Port binding references interface %s which does not belong to this host"), b.InterfaceID)
		}
	}
	return nil
}

// checkFree refuses ports that another service of the host claims, naming the oldest that does.
func (s *store) checkFree(r *Service) error {
	if len(r.Bindings) == 0 {
		return nil
	}
	others := s.servicesOf(r.HostID)
	for _, wanted := range claims(r.Bindings) {
		for _, o := range others {
			if o.ID == r.ID || !slices.ContainsFunc(claims(o.Bindings), wanted.overlaps) {
				continue
			}
			port := wanted.port.String()
			if p, ok := s.ports.rows[wanted.port]; ok && p.HostID == r.HostID {
				port = p.display()
			}
			return errInvalid("Port %s is already bound to '%s' on this host. Use 'Transfer Ports' to reassign it, "+
				"or remove the binding from '%s' first.", port, o.Name, o.Name)
		}
	}
	return nil
}

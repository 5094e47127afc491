// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"github.com/google/uuid"
)

func subnetRoutes() []route {
	return append(crud(kindSubnet, member, getSubnet, deleteSubnet, bulkDeleteSubnets),
		route{method: http.MethodGet, path: "/api/v1/subnets", who: viewerOrDaemon, reads: true, handle: listSubnets},
		route{method: http.MethodPost, path: "/api/v1/subnets", who: memberOrDaemon, handle: createSubnet},
		route{method: http.MethodPut, path: "/api/v1/subnets/{id}", who: member, handle: updateSubnet})
}

func subnetOrders() orders[*Subnet] {
	return orders[*Subnet]{
		"created_at":  func(a, b *Subnet) int { return a.CreatedAt.Compare(b.CreatedAt.Time) },
		"updated_at":  func(a, b *Subnet) int { return a.UpdatedAt.Compare(b.UpdatedAt.Time) },
		"name":        func(a, b *Subnet) int { return strings.Compare(a.Name, b.Name) },
		"cidr":        func(a, b *Subnet) int { return strings.Compare(a.CIDR, b.CIDR) },
		"subnet_type": func(a, b *Subnet) int { return strings.Compare(a.SubnetType, b.SubnetType) },
		"network_id":  func(a, b *Subnet) int { return strings.Compare(a.NetworkID.String(), b.NetworkID.String()) },
	}
}

func listSubnets(c *call) (any, error) {
	show := func(r *Subnet) *Subnet { out, _ := c.db.subnet(r.ID); return out }
	networkOf := func(r *Subnet) uuid.UUID { return r.NetworkID }
	if c.caller.daemon {
		c.query = map[string][]string{"limit": {"0"}}
	}
	keep, err := inNetworks(c, networkOf)
	if err != nil {
		return nil, err
	}
	rows := c.db.subnets.where(keep)
	if err := subnetOrders().sort(c, rows); err != nil {
		return nil, err
	}
	return paged(c, rows, show)
}

func getSubnet(c *call) (any, error) {
	r, ok := c.db.subnet(c.ids[0])
	if !ok {
		return nil, c.dialect.errNotFound(kindSubnet, c.ids[0])
	}
	return r, c.mayDo(r.NetworkID, "access")
}

// parseSubnet reads a subnet. Unlike other handlers this one answers a broken body with 400 and the envelope.
func (c *call) parseSubnet() (*Subnet, error) {
	body, err := parseBody(c.request)
	if e, ok := errors.AsType[*apiError](err); ok {
		return nil, errInvalid("%s", e.text)
	}
	o := c.prob.object(body)
	r := &Subnet{
		ID: o.ownID(), CreatedAt: o.timeOr("created_at", o.prob.unborn), UpdatedAt: o.timeOr("updated_at", o.prob.unborn),
		CIDR: o.cidr(), NetworkID: o.id("network_id"), Name: o.str("name"), Description: o.needStr("description"),
		SubnetType: o.oneOf("subnet_type", c.dialect.subnetTypes...),
		Source:     Source{Type: sourceSystem}, Tags: o.tags(), CIDRSource: byHand,
	}
	if o.has("source") {
		r.Source = o.source(c.dialect)
	}
	if c.dialect.manualSubnets && !c.caller.daemon {
		r.Source = Source{Type: sourceManual}
	}
	if c.dialect.shapes.split {
		r.VirtualizationServiceID = o.optID("virtualization_service_id")
	}
	if c.prob.text != "" {
		return nil, errInvalid("%s", c.prob.text)
	}
	return r, nil
}

func checkSubnetText(prefix string, r *Subnet) error {
	description := ""
	if r.Description != nil {
		description = *r.Description
	}
	return cmp.Or(tooLong(prefix, "name", r.Name, 100), tooLong(prefix, "description", description, 500))
}

func createSubnet(c *call) (any, error) {
	r, err := c.parseSubnet()
	if err != nil {
		return nil, err
	}
	if err := checkSubnetText("Subnet", r); err != nil {
		return nil, err
	}
	if c.caller.daemon && !c.caller.sees(r.NetworkID) {
		return nil, c.dialect.errNetworkMismatch(kindSubnet, "Daemon cannot create subnets on other networks")
	}
	if !c.caller.sees(r.NetworkID) {
		if !c.dialect.coded {
			return nil, errStatus(http.StatusForbidden, "You don't have access to this network")
		}
		return nil, c.mayUse(r.NetworkID, "")
	}
	out, err := c.putSubnet(r)
	if e, ok := errors.AsType[*apiError](err); ok {
		return nil, errInternal("%s", e.text) // this handler takes every error for its own
	}
	return out, err
}

// putSubnet makes a subnet, or finds the one with its CIDR in the network, which is then answered as it is, but without
// its tags. System subnets are never found.
func (c *call) putSubnet(r *Subnet) (*Subnet, error) {
	for _, old := range c.db.subnets.pick(c.db.subnetsByNetwork[r.NetworkID]) {
		if old.CIDR != r.CIDR && old.ID != r.ID {
			continue
		}
		found, err := sameSubnet(old, r)
		if err != nil {
			return nil, err
		}
		if found {
			out := *old
			out.Tags = []uuid.UUID{}
			return &out, nil
		}
		break // only the first is looked at
	}
	c.bornIfNew(&r.ID, &r.CreatedAt, &r.UpdatedAt)
	if err := c.db.insertSubnet(r); err != nil {
		return nil, err
	}
	if c.caller.daemon {
		return r, nil
	}
	return r, c.db.setTags(entity{string(kindSubnet), r.ID}, r.Tags, c.access.organization)
}

func sameSubnet(old, r *Subnet) (bool, error) {
	if old.Source.Type == sourceDiscovery && r.Source.Type == sourceDiscovery {
		if len(r.Source.Metadata) == 0 {
			return false, errInternal(
				"Error comparing discovered subnets during creation: subnet missing discovery metadata")
		}
		return len(old.Source.Metadata) > 0, nil
	}
	return old.Source.Type != sourceSystem && r.Source.Type != sourceSystem, nil
}

// addSystemSubnets makes the two subnets that every network has from the start.
func (s *Server) addSystemSubnets(network uuid.UUID) error {
	for _, r := range []Subnet{
		{Name: "Internet", SubnetType: "Internet", Description: new("This subnet uses the 0.0.0.0/0 CIDR as an " +
			"organizational container for services running on the internet (e.g., public DNS servers, cloud services, etc.).")},
		{Name: "Remote Network", SubnetType: "Remote", Description: new("This subnet uses the 0.0.0.0/0 CIDR as an " +
			"organizational container for hosts on remote networks (e.g., mobile connections, friend's networks, public WiFi, etc.).")},
	} {
		r.CIDR, r.NetworkID, r.Source = "0.0.0.0/0", network, Source{Type: sourceSystem}
		s.bornIfNew(&r.ID, &r.CreatedAt, &r.UpdatedAt)
		if err := s.db.insertSubnet(&r); err != nil {
			return err
		}
	}
	return nil
}

func updateSubnet(c *call) (any, error) {
	r, err := c.parseSubnet()
	if err != nil {
		return nil, err
	}
	old, ok := c.db.subnet(c.ids[0])
	if !ok {
		return nil, c.dialect.errNotFoundAs(kindSubnet, c.ids[0], "Subnet "+c.ids[0].String()+" not found")
	}
	if err := c.keepsAddresses(old, r); err != nil {
		return nil, err
	}
	r.ID, r.CreatedAt, r.UpdatedAt, r.Source = old.ID, old.CreatedAt, old.UpdatedAt, old.Source
	if err := checkSubnetText("subnets", r); err != nil {
		return nil, err
	}
	if err := c.mayUpdate(old.NetworkID, r.NetworkID); err != nil {
		return nil, err
	}
	if err := c.db.updateSubnet(r); err != nil {
		return nil, err
	}
	return r, c.db.setTags(entity{string(kindSubnet), r.ID}, r.Tags, c.access.organization)
}

// keepsAddresses refuses a new CIDR that leaves interfaces outside.
func (c *call) keepsAddresses(old, r *Subnet) error {
	if old.CIDR == r.CIDR {
		return nil
	}
	for _, i := range c.db.interfaces.pick(c.db.interfacesBySub[old.ID]) {
		if r.contains(i.IPAddress) {
			continue
		}
		name := "unnamed"
		if i.Name != nil {
			name = *i.Name
		}
		return c.dialect.errOutOfRange(i.IPAddress, r.CIDR, "Cannot change CIDR to "+r.CIDR+": interface \""+name+
			"\" has IP "+i.IPAddress+" which would be outside the new range")
	}
	return nil
}

func deleteSubnet(c *call) (any, error) {
	r, ok := c.db.subnets.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errNotFound(kindSubnet, c.ids[0])
	}
	if err := c.mayDelete(r.NetworkID); err != nil {
		return nil, err
	}
	c.db.deleteSubnet(r.ID)
	return nil, nil
}

func bulkDeleteSubnets(c *call) (any, error) {
	return bulkDelete(c, c.db.subnets.rows, func(r *Subnet) error { return c.mayBulkDelete(r.NetworkID) }, c.db.deleteSubnet)
}

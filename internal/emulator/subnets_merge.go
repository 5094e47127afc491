// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"

	"github.com/google/uuid"
)

func subnetMergeRoutes() []route {
	return []route{
		{method: http.MethodPost, path: "/api/v1/subnets/{id}/merge", who: member, body: true, handle: mergeSubnets},
	}
}

// mergeSubnets gives the addresses of a subnet to another and deletes it.
func mergeSubnets(c *call) (any, error) {
	into := c.prob.object(c.body).id("into")
	if err := c.prob.err(); err != nil {
		return nil, err
	}
	var both []*Subnet
	for _, id := range []uuid.UUID{c.ids[0], into} {
		s, ok := c.db.subnet(id)
		if !ok {
			return nil, c.dialect.errNotFound(kindSubnet, id)
		}
		if err := c.mayDo(s.NetworkID, "access"); err != nil {
			return nil, err
		}
		both = append(both, s)
	}
	from, to := both[0], both[1]
	if from.NetworkID != to.NetworkID {
		return nil, c.dialect.errNetworkMismatch(kindSubnet, "")
	}
	if from.ID == to.ID {
		return nil, errInvalid("Can't merge a subnet with itself")
	}
	for _, r := range c.db.interfaces.pick(c.db.interfacesBySub[from.ID]) {
		moved := *r
		moved.SubnetID = to.ID
		if err := c.db.updateInterface(&moved); err != nil {
			return nil, err
		}
	}
	c.db.deleteSubnet(from.ID)
	return to, nil
}

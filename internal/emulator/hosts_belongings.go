// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"

	"github.com/google/uuid"
)

// mergeBelongings moves what older servers lost with the host that goes: SNMP rows, but for those of an index that there
// is, and tags.
func (c *call) mergeBelongings(dst, other *Host, interfaces map[uuid.UUID]uuid.UUID) {
	has := c.db.ifEntriesOf(dst.ID)
	for _, r := range c.db.ifEntriesOf(other.ID) {
		if slices.ContainsFunc(has, func(o *IfEntry) bool { return o.IfIndex == r.IfIndex }) {
			continue
		}
		moved := *r
		moved.HostID, moved.NetworkID = dst.ID, dst.NetworkID
		if r.InterfaceID != nil {
			to := interfaces[*r.InterfaceID]
			moved.InterfaceID = &to
		}
		c.db.deleteIfEntry(r.ID)
		c.db.storeIfEntry(&moved)
	}
	to := entity{string(kindHost), dst.ID}
	for _, tag := range c.db.tagging.list(entity{string(kindHost), other.ID}) {
		if c.db.checkExclusive(to, append(c.db.tagging.list(to), tag)) == nil {
			c.db.tagging.add(to, tag)
		}
	}
}

// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

// Census knows which rows in the backends are the operator's.
type Census struct {
	// Reader is the cache.
	Reader    client.Reader
	Snapshots *snapshot.Store
	// Instances are the operator's, now and formerly.
	Instances []core.Instance
}

// Orphans counts the rows of ours whose object is gone, in the networks of a backend whose lists were read.
func (c *Census) Orphans(ctx context.Context, b *registry.Backend) (int, error) {
	total := 0
	for _, n := range b.Facts().Networks {
		view, ok := c.Snapshots.View(snapshot.Key{Origin: b.Origin(), Account: b.Account(), Network: n.ID})
		if !ok {
			continue
		}
		rows := view.RowsByOwner(c.Instances...)
		if len(rows) == 0 {
			continue
		}
		if err := eachObject(ctx, c.Reader, func(ref core.Ref, _ client.Object) { delete(rows, core.Owner(n.ID, ref)) }); err != nil {
			return 0, err
		}
		for _, count := range rows {
			total += count
		}
	}
	return total, nil
}

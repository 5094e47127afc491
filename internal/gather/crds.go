// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func namespaceKind() schema.GroupVersionKind {
	return schema.GroupVersionKind{Version: "v1", Kind: "Namespace"}
}

func crdKind() schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"}
}

// CRDs watches over the CRDs of the kinds whose objects own rows: without one of them nothing may be deleted or
// withdrawn (docs/deletion.md).
type CRDs struct {
	reader client.Reader
	clock  clock.PassiveClock
	// turn holds whoever reads, or looks at what was read; the others wait for as long as their contexts last.
	turn   chan struct{}
	readAt time.Time
	stand  bool
}

// NewCRDs makes a check that reads live, at most once a second.
func NewCRDs(live client.Reader, c clock.PassiveClock) *CRDs {
	return &CRDs{reader: live, clock: c, turn: make(chan struct{}, 1)}
}

// crdsFor is how long an answer counts. No object goes with its CRD before that is terminating, and whatever is withdrawn
// waits for a longer moment of quiet: the answer that a withdrawal rests on is from after that.
const crdsFor = time.Second

// crdsWithin is how long an API server that does not answer holds up those who ask.
const crdsWithin = 10 * time.Second

// Stand says that every CRD is there and not terminating.
func (c *CRDs) Stand(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, crdsWithin)
	defer cancel()
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return false, fmt.Errorf("waiting until the CRDs are read: %w", ctx.Err())
	}
	if now := c.clock.Now(); !c.readAt.IsZero() && now.Sub(c.readAt) < crdsFor {
		return c.stand, nil
	}
	stand := true
	for _, plural := range []string{"hosts", "services", "bindings", "credentials"} {
		crd := &metav1.PartialObjectMetadata{}
		crd.SetGroupVersionKind(crdKind())
		err := c.reader.Get(ctx, types.NamespacedName{Name: plural + ".inventory.scanopy.io"}, crd)
		if err != nil && !apierrors.IsNotFound(err) {
			return false, fmt.Errorf("reading the CRD of %s: %w", plural, err)
		}
		if err != nil || !crd.GetDeletionTimestamp().IsZero() {
			stand = false
		}
	}
	c.stand, c.readAt = stand, c.clock.Now()
	return stand, nil
}

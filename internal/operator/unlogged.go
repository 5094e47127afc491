// SPDX-License-Identifier: Apache-2.0

package operator

import (
	"context"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// unlogged reads Secrets: from level 8 on, client-go writes whole answers to the logger of the context.
type unlogged struct{ client.Reader }

// Get implements client.Reader.
func (u unlogged) Get(ctx context.Context, key client.ObjectKey, obj client.Object, how ...client.GetOption) error {
	return u.Reader.Get(log.IntoContext(ctx, logr.Discard()), key, obj, how...)
}

// List implements client.Reader.
func (u unlogged) List(ctx context.Context, list client.ObjectList, how ...client.ListOption) error {
	return u.Reader.List(log.IntoContext(ctx, logr.Discard()), list, how...)
}

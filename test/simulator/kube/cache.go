// SPDX-License-Identifier: Apache-2.0

package kube

import (
	"context"
	"math/rand/v2"
	"reflect"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/internal/index"
)

// Cache is what a process has seen of the server: each kind lags behind by itself. It is the client of that process:
// it reads from what was seen and writes to the server.
type Cache struct {
	client.Client // absent: what is not served must not be asked for

	server  *Server
	random  *rand.Rand
	objects map[Key]client.Object
	seen    map[Kind]int
	indexes []index.Index
	// before is called before each write.
	before func(what string)
}

// NewCache lists everything that is there. Lists come in an order that random chooses.
func NewCache(s *Server, random *rand.Rand, before func(what string)) *Cache {
	c := &Cache{server: s, random: random, objects: map[Key]client.Object{}, seen: map[Kind]int{}, indexes: index.All(), before: before}
	for key, obj := range s.objects {
		c.objects[key] = obj
	}
	for _, kind := range Kinds() {
		c.seen[kind] = len(s.log[kind])
	}
	return c
}

// Initial are the objects of a kind as they were listed.
func (c *Cache) Initial(kind Kind) []client.Object { return c.server.List(kind) }

// Pending are the kinds with events that were not delivered yet.
func (c *Cache) Pending() []Kind {
	var out []Kind
	for _, kind := range Kinds() {
		if c.seen[kind] < len(c.server.log[kind]) {
			out = append(out, kind)
		}
	}
	return out
}

// Deliver takes in the next event of a kind.
func (c *Cache) Deliver(kind Kind) Event {
	e := c.server.log[kind][c.seen[kind]]
	c.seen[kind]++
	if e.New != nil {
		c.objects[KeyOf(e.New)] = e.New
	} else {
		delete(c.objects, KeyOf(e.Old))
	}
	return e
}

// Get implements client.Reader.
func (c *Cache) Get(_ context.Context, name client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	return get(c.objects, name, into)
}

func get(objects map[Key]client.Object, name client.ObjectKey, into client.Object) error {
	key := Key{KindOf(into), name.Namespace, name.Name}
	obj, ok := objects[key]
	if !ok {
		return apierrors.NewNotFound(key.Kind.resource(), key.Name)
	}
	if partial, ok := into.(*metav1.PartialObjectMetadata); ok {
		*partial = *metadataOf(obj)
		return nil
	}
	reflect.ValueOf(into).Elem().Set(reflect.ValueOf(copyOf(obj)).Elem())
	return nil
}

// List implements client.Reader.
func (c *Cache) List(_ context.Context, list client.ObjectList, opts ...client.ListOption) error {
	o := (&client.ListOptions{}).ApplyOptions(opts)
	kind := KindOf(list)
	var keys []Key
	for key, obj := range c.objects {
		if key.Kind == kind && (o.Namespace == "" || o.Namespace == key.Namespace) && c.selects(kind, o.FieldSelector, obj) {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, compareKeys)
	c.random.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	objects := make([]client.Object, 0, len(keys))
	for _, key := range keys {
		objects = append(objects, copyOf(c.objects[key]))
	}
	fill(list, objects)
	return nil
}

func (c *Cache) selects(kind Kind, selector fields.Selector, obj client.Object) bool {
	if selector == nil {
		return true
	}
	for _, r := range selector.Requirements() {
		i := slices.IndexFunc(c.indexes, func(x index.Index) bool { return x.Field == r.Field && KindOf(x.Object) == kind })
		if i < 0 {
			panic("no index " + r.Field + " of " + string(kind))
		}
		if !slices.Contains(c.indexes[i].Extract(obj), r.Value) {
			return false
		}
	}
	return true
}

// Patch implements client.Writer.
func (c *Cache) Patch(_ context.Context, obj client.Object, patch client.Patch, _ ...client.PatchOption) error {
	c.before("patch " + KeyOf(obj).String())
	return c.server.Patch(obj, patch, false)
}

// Status implements client.StatusClient.
func (c *Cache) Status() client.SubResourceWriter { return status{cache: c} }

type status struct {
	client.SubResourceWriter

	cache *Cache
}

// Patch implements client.SubResourceWriter.
func (s status) Patch(_ context.Context, obj client.Object, patch client.Patch, _ ...client.SubResourcePatchOption) error {
	s.cache.before("patch status of " + KeyOf(obj).String())
	return s.cache.server.Patch(obj, patch, true)
}

// Live reads from the server.
type Live struct {
	client.Reader // absent: lists are not served

	Server *Server
}

// Get implements client.Reader.
func (l Live) Get(_ context.Context, name client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	return get(l.Server.objects, name, into)
}

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
	// keys remembers what the indexes say of an object.
	keys map[client.Object]map[string][]string
	// before is called before each write, after after it.
	before func(what string)
	after  func(what string, obj client.Object, err error)
}

// NewCache lists everything that is there. Lists come in an order that random chooses.
func NewCache(s *Server, random *rand.Rand, before func(what string), after func(what string, obj client.Object, err error)) *Cache {
	c := &Cache{server: s, random: random, objects: map[Key]client.Object{}, seen: map[Kind]int{}, indexes: index.All(), keys: map[client.Object]map[string][]string{}, before: before, after: after}
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
	delete(c.keys, e.Old)
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
		if !slices.Contains(c.keysOf(kind, r.Field, obj), r.Value) {
			return false
		}
	}
	return true
}

// keysOf are the keys by which an index finds an object.
func (c *Cache) keysOf(kind Kind, field string, obj client.Object) []string {
	if keys, ok := c.keys[obj][field]; ok {
		return keys
	}
	i := slices.IndexFunc(c.indexes, func(x index.Index) bool { return x.Field == field && KindOf(x.Object) == kind })
	if i < 0 {
		panic("no index " + field + " of " + string(kind))
	}
	if c.keys[obj] == nil {
		c.keys[obj] = map[string][]string{}
	}
	c.keys[obj][field] = c.indexes[i].Extract(obj)
	return c.keys[obj][field]
}

// Patch implements client.Writer.
func (c *Cache) Patch(_ context.Context, obj client.Object, patch client.Patch, _ ...client.PatchOption) error {
	return c.write("patch of "+KeyOf(obj).String(), obj, patch, false)
}

// Status implements client.StatusClient.
func (c *Cache) Status() client.SubResourceWriter { return status{cache: c} }

type status struct {
	client.SubResourceWriter

	cache *Cache
}

// Patch implements client.SubResourceWriter.
func (s status) Patch(_ context.Context, obj client.Object, patch client.Patch, _ ...client.SubResourcePatchOption) error {
	return s.cache.write("status of "+KeyOf(obj).String(), obj, patch, true)
}

func (c *Cache) write(what string, obj client.Object, patch client.Patch, status bool) error {
	c.before(what)
	err := c.server.Patch(obj, patch, status)
	c.after(what+" "+summary(obj), obj, err)
	return err
}

// Live reads from the server.
type Live struct {
	client.Reader // absent: lists are not served

	Server *Server
	// Read is told what was read and is there.
	Read func(Key)
}

// Get implements client.Reader.
func (l Live) Get(_ context.Context, name client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	err := get(l.Server.objects, name, into)
	if err == nil {
		l.Read(Key{KindOf(into), name.Namespace, name.Name})
	}
	return err
}

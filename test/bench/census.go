// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// census watches all Hosts, Services, Bindings and Backends and remembers how far each is.
type census struct {
	mu      sync.Mutex
	objects map[string]standing
}

// standing is how far an object is.
type standing struct {
	kind    string
	ready   bool
	message string
}

// newCensus watches until ctx ends.
func newCensus(ctx context.Context, config *rest.Config) (*census, error) {
	objects, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	c := &census{objects: map[string]standing{}}
	factory := dynamicinformer.NewDynamicSharedInformerFactory(objects, 0)
	for _, resource := range []string{"hosts", "services", "bindings", "backends"} {
		informer := factory.ForResource(v1alpha1.GroupVersion.WithResource(resource)).Informer()
		_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc:    func(o any) { c.put(o) },
			UpdateFunc: func(_, o any) { c.put(o) },
			DeleteFunc: func(o any) { c.drop(o) },
		})
		if err != nil {
			return nil, err
		}
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	return c, ctx.Err()
}

func (c *census) put(o any) {
	object, ok := o.(*unstructured.Unstructured)
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.objects[object.GetKind()+" "+object.GetName()] = standingOf(object)
}

func (c *census) drop(o any) {
	if gone, ok := o.(cache.DeletedFinalStateUnknown); ok {
		o = gone.Obj
	}
	if object, ok := o.(*unstructured.Unstructured); ok {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.objects, object.GetKind()+" "+object.GetName())
	}
}

// standingOf takes an object for ready if its condition Ready says so of its newest generation.
func standingOf(object *unstructured.Unstructured) standing {
	s := standing{kind: object.GetKind(), message: "not judged yet"}
	observed, _, _ := unstructured.NestedInt64(object.Object, "status", "observedGeneration")
	conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	for _, entry := range conditions {
		if condition, ok := entry.(map[string]any); ok && condition["type"] == v1alpha1.ConditionReady {
			s.ready = condition["status"] == "True" && observed == object.GetGeneration()
			s.message = fmt.Sprintf("%v %v %v", condition["status"], condition["reason"], condition["message"])
		}
	}
	return s
}

// count tells how many objects of a kind there are, how many of them are ready, and what one of the others says.
func (c *census) count(kind string) (all, ready int, complaint string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, s := range c.objects {
		switch {
		case s.kind != kind:
			continue
		case s.ready:
			ready++
		default:
			complaint = key + ": " + s.message
		}
		all++
	}
	return all, ready, complaint
}

// awaitReady waits until there are that many objects of each kind, all of them ready.
func (c *census) awaitReady(ctx context.Context, timeout time.Duration, want map[string]int) error {
	var missing string
	err := wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, timeout, true, func(context.Context) (bool, error) {
		missing = ""
		for kind, n := range want {
			if all, ready, complaint := c.count(kind); all != n || ready != n {
				missing += fmt.Sprintf("\n  %d of %d of kind %s are ready, one of the others: %s", ready, n, kind, complaint)
			}
		}
		return missing == "", nil
	})
	if err != nil {
		return fmt.Errorf("waiting until everything is ready: %w%s", err, missing)
	}
	return nil
}

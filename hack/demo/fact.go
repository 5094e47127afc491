// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/util/jsonpath"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// What facts are mostly about.
const (
	ready   = `{.status.conditions[?(@.type=="Ready")].status}`
	reason  = `{.status.conditions[?(@.type=="Ready")].reason}`
	message = `{.status.conditions[?(@.type=="Ready")].message}`
	outcome = `{.status.outcome}`
	pending = `{range .status.pendingChanges[*]}{@}, {end}`
	shadows = `{range .status.shadows[*]}{.kind} {.name} ({.reason}), {end}`
)

// factTimeout is how long the operator has for each fact.
const factTimeout = 30 * time.Second

// fact is something that must become true of an object: a value is, or with has contains, what is written here.
type fact struct {
	// object is short name and name, such as schost/web-01.
	object string
	// path is a JSONPath.
	path string
	is   string
	has  []string
}

// label says in a word what the path is about.
func (f fact) label() string {
	switch f.path {
	case ready:
		return "Ready is"
	case reason:
		return "the reason is"
	case message:
		return "it says"
	case outcome:
		return "the outcome is"
	case pending:
		return "it would write"
	case shadows:
		return "it shadows"
	default:
		return strings.Trim(f.path, "{.}") + " is"
	}
}

// holds tells whether the object's status speaks of its newest generation and has what the fact asks for, and what it
// has.
func (f fact) holds(object *unstructured.Unstructured) (bool, string) {
	observed, _, _ := unstructured.NestedInt64(object.Object, "status", "observedGeneration")
	if observed != object.GetGeneration() {
		return false, fmt.Sprintf("nothing yet: generation %d was looked at, and this is %d", observed, object.GetGeneration())
	}
	value, err := evaluate(f.path, object)
	if err != nil {
		return false, err.Error()
	}
	for _, part := range f.has {
		if !strings.Contains(value, part) {
			return false, value
		}
	}
	return f.is == "" || value == f.is, value
}

func (f fact) String() string {
	if f.is != "" {
		return fmt.Sprintf("%q", f.is)
	}
	return fmt.Sprintf("something with %q", f.has)
}

func evaluate(path string, object *unstructured.Unstructured) (string, error) {
	template := jsonpath.New("fact").AllowMissingKeys(true)
	if err := template.Parse(path); err != nil {
		return "", err
	}
	var out bytes.Buffer
	err := template.Execute(&out, object.Object)
	return strings.TrimSuffix(out.String(), ", "), err
}

// await watches the fact's object until the fact holds, and returns the value.
func (f fact) await(ctx context.Context, objects dynamic.Interface) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, factTimeout)
	defer cancel()
	resource, name, err := resourceOf(f.object)
	if err != nil {
		return "", err
	}
	of := dynamic.ResourceInterface(objects.Resource(resource))
	if resource.Resource != "clusterbackends" {
		of = objects.Resource(resource).Namespace(namespace)
	}
	events, err := of.Watch(ctx, metav1.SingleObject(metav1.ObjectMeta{Name: name}))
	if err != nil {
		return "", err
	}
	defer events.Stop()
	last := "there is no such object"
	for {
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("%s did not become as it should within %s: %s should be %s, it is %q", f.object, factTimeout, f.path, f, last)
		case event, open := <-events.ResultChan():
			object, ok := event.Object.(*unstructured.Unstructured)
			if !open || !ok {
				return "", fmt.Errorf("watching %s: %w", f.object, apierrors.FromObject(event.Object))
			}
			held, value := f.holds(object)
			if held {
				return value, nil
			}
			last = value
		}
	}
}

// resourceOf takes schost/web-01 apart.
func resourceOf(object string) (schema.GroupVersionResource, string, error) {
	short, name, _ := strings.Cut(object, "/")
	resource, ok := map[string]string{
		"scbe": "backends", "sccbe": "clusterbackends", "schost": "hosts", "scsvc": "services", "scbind": "bindings",
		"sccred": "credentials",
	}[short]
	if !ok {
		return schema.GroupVersionResource{}, "", fmt.Errorf("unknown kind in %q", object)
	}
	return v1alpha1.GroupVersion.WithResource(resource), name, nil
}

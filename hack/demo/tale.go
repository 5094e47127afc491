// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"strings"

	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
)

// tale is an event that an object must get.
type tale struct {
	// object is short name and name, such as schost/web-01.
	object string
	reason string
	// has are parts of what it says.
	has []string
}

// holds tells whether an event is the one.
func (t tale) holds(event *unstructured.Unstructured) (bool, string) {
	_, name, _ := strings.Cut(t.object, "/")
	about, _, _ := unstructured.NestedString(event.Object, "regarding", "name")
	reason, _, _ := unstructured.NestedString(event.Object, "reason")
	note, _, _ := unstructured.NestedString(event.Object, "note")
	if about != name || reason != t.reason {
		return false, ""
	}
	for _, part := range t.has {
		if !strings.Contains(note, part) {
			return false, ""
		}
	}
	return true, note
}

// await watches the events until there is the one, and returns what it says.
func (t tale) await(ctx context.Context, objects dynamic.Interface) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, factTimeout)
	defer cancel()
	events, err := objects.Resource(eventsv1.SchemeGroupVersion.WithResource("events")).Namespace(namespace).Watch(ctx, metav1.ListOptions{})
	if err != nil {
		return "", err
	}
	defer events.Stop()
	for {
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("%s got no event %s with %q within %s", t.object, t.reason, t.has, factTimeout)
		case got := <-events.ResultChan():
			if event, ok := got.Object.(*unstructured.Unstructured); ok {
				if held, note := t.holds(event); held {
					return note, nil
				}
			}
		}
	}
}

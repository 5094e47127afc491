// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic/fake"
	clienttesting "k8s.io/client-go/testing"
	"sigs.k8s.io/yaml"
)

const judged = `
apiVersion: inventory.scanopy.io/v1alpha1
kind: Binding
metadata: {name: web-http, namespace: lab, generation: 2}
status:
  observedGeneration: 2
  outcome: Effective
  conditions:
  - {type: Accepted, status: "True", reason: Accepted}
  - {type: Ready, status: "True", reason: Synced, message: as declared}
  shadows:
  - {kind: Binding, name: web-http-again, reason: Duplicate}
  - {kind: Service, name: proxy, reason: PortClaimed}
`

func object(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	raw, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	o := &unstructured.Unstructured{}
	if err := o.UnmarshalJSON(raw); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestFacts(t *testing.T) {
	stale := strings.Replace(judged, "observedGeneration: 2", "observedGeneration: 1", 1)
	cases := map[string]struct {
		fact   fact
		object string
		holds  bool
		value  string
	}{
		"a condition is as it should":        {fact{path: reason, is: "Synced"}, judged, true, "Synced"},
		"a condition is otherwise":           {fact{path: reason, is: "Duplicate"}, judged, false, "Synced"},
		"a message has all parts":            {fact{path: message, has: []string{"as", "declared"}}, judged, true, "as declared"},
		"a message lacks a part":             {fact{path: message, has: []string{"as", "not"}}, judged, false, "as declared"},
		"a field is not there":               {fact{path: `{.status.id}`, is: "x"}, judged, false, ""},
		"shadows are listed with reasons":    {fact{path: shadows, has: []string{"Service proxy (PortClaimed)"}}, judged, true, "Binding web-http-again (Duplicate), Service proxy (PortClaimed)"},
		"an older generation proves nothing": {fact{path: reason, is: "Synced"}, stale, false, "nothing yet: generation 1 was looked at, and this is 2"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			held, value := c.fact.holds(object(t, c.object))
			if held != c.holds || value != c.value {
				t.Errorf("got %v, %q; want %v, %q", held, value, c.holds, c.value)
			}
		})
	}
}

// watched is a client whose watches show what is put into it.
func watched() (*fake.FakeDynamicClient, *watch.FakeWatcher) {
	objects, events := fake.NewSimpleDynamicClient(runtime.NewScheme()), watch.NewFakeWithChanSize(2, false)
	objects.PrependWatchReactor("*", clienttesting.DefaultWatchReactor(events, nil))
	return objects, events
}

func TestAFactIsWaitedFor(t *testing.T) {
	objects, events := watched()
	events.Add(object(t, strings.Replace(judged, "Effective", "Pending", 1)))
	events.Modify(object(t, judged))
	value, err := fact{object: "scbind/web-http", path: outcome, is: "Effective"}.await(t.Context(), objects)
	if value != "Effective" || err != nil {
		t.Errorf("got %q, %v", value, err)
	}
}

func TestAFactThatNeverHoldsIsToldWithWhatThereIs(t *testing.T) {
	objects, events := watched()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	events.Add(object(t, strings.Replace(judged, "Effective", "Pending", 1)))
	_, err := fact{object: "scbind/web-http", path: outcome, is: "Effective"}.await(ctx, objects)
	if err == nil || !strings.Contains(err.Error(), `should be "Effective", it is "Pending"`) {
		t.Errorf("got %v", err)
	}
}

func TestAWatchThatBreaksIsAnError(t *testing.T) {
	objects, events := watched()
	events.Stop()
	if _, err := (fact{object: "scbind/web-http", path: outcome, is: "Effective"}).await(t.Context(), objects); err == nil {
		t.Error("no error")
	}
	if _, err := (fact{object: "pod/x"}).await(t.Context(), nil); err == nil || !strings.Contains(err.Error(), `"pod/x"`) {
		t.Errorf("got %v", err)
	}
}

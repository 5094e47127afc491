// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// The server versions that have all types, in the words of two dialects.
const (
	sites     = "0.17.22"
	addresses = "0.17.21"
)

// older are versions that have some types: what they lack is told, and no value of it is read.
func older() []string { return []string{"0.15.3", "0.16.0", "0.17.1", "0.17.16"} }

// large is more than a client reads of an answer.
const large = 33 << 20

const (
	writing  = "^(POST|PUT|PATCH|DELETE)$"
	envelope = `{"success":false,"data":null,"error":"cannot take ECHO","code":"ECHO"}`
)

// answers are all errors that a server can answer.
func answers() map[string]emulator.Fault {
	out := map[string]emulator.Fault{
		"a page":               {Status: 502, Body: "<html>ECHO</html>", ContentType: "text/html", Echo: "plain"},
		"a page as success":    {Status: 200, Body: "<html>ECHO</html>", ContentType: "text/html", Echo: "plain"},
		"no envelope":          {Status: 422, Body: "invalid type: string ECHO at line 1", ContentType: "text/plain", Echo: "plain"},
		"another success":      {Status: 200, Body: `{"success":true,"data":"ECHO"}`, Echo: "plain"},
		"a huge answer":        {Pad: large},
		"half an envelope":     {Status: 400, Body: `{"success":false,"error":"ECHO`, Echo: "plain"},
		"half an answer":       {Truncate: 60},
		"an answer that tears": {Truncate: 60, Cut: true},
		"no answer":            {Cut: true},
		"a lost answer":        {Cut: true, When: emulator.After},
		"a late answer":        {Delay: "1500ms", When: emulator.After},
		"a redirect":           {Status: 302, Location: "http://ECHO.example/ECHO?ECHO", Echo: "url"},
		"a redirect as said":   {Status: 307, Location: "http://elsewhere.example/ECHO", Echo: "hex"},
	}
	for _, status := range []int{400, 401, 403, 404, 409, 422, 429, 500, 502} {
		f := emulator.Fault{Status: status, Body: envelope, Echo: "plain"}
		if status == 429 {
			f.RetryAfter = "1"
		}
		out[fmt.Sprint(status)] = f
	}
	for _, echo := range []string{"base64", "url", "hex"} {
		out["400 in "+echo] = emulator.Fault{Status: 400, Body: envelope, Echo: echo}
	}
	return out
}

// TestNoSecretIsEverSaid runs all worlds at once, since most of their time they wait.
func TestNoSecretIsEverSaid(t *testing.T) {
	a := open(t)
	var group sync.WaitGroup
	all := answers()
	for i, name := range slices.Sorted(maps.Keys(all)) {
		w := a.world(name+" to writes", []string{sites, addresses}[i%2])
		group.Go(func() { w.suffers(all[name]) })
	}
	versions := slices.Concat(older(), []string{sites, addresses})
	for i, name := range []string{"401", "403", "500", "a page", "a redirect", "half an answer", "no answer"} {
		w := a.world(name+" to everything", versions[i%len(versions)])
		group.Go(func() { w.unreachable(all[name]) })
	}
	for _, version := range versions {
		calm := a.world("no error", version)
		group.Go(calm.lives)
	}
	for _, version := range []string{sites, addresses} {
		misled := a.world("wrong values", version)
		group.Go(misled.corrects)
	}
	group.Wait()
	a.findsNothing()
}

// suffers is a world whose server takes what is read and refuses what is written: every type when it is made, until the
// server can do better, and once when its values are changed.
func (w *world) suffers(f emulator.Fault) {
	made := f
	made.Method, made.Times = writing, -1
	if f.Status == 429 || f.Status == 403 {
		made.Path = "/credentials" // else the Host alone is refused, time and again
	}
	w.spoil(made)
	w.apply(w.vault(w.birds.right()))
	w.declare()
	w.until("something was written", func(context.Context) (bool, error) { return w.writes() > 0, nil })
	w.told("", len(w.every()))
	w.scanopy.ClearFaults()
	w.renews("True")

	changed, most := f, mostErrors(f)
	changed.Method = "^PUT$"
	for _, c := range w.scanopy.State().Credentials {
		if hasSecret(c) && most > 0 {
			most--
			changed.Path = "/credentials/" + c.ID.String() + "$"
			w.spoil(changed)
		}
	}
	w.renews("")
	w.until("each was changed with an error", func(context.Context) (bool, error) { return len(w.scanopy.Faults()) == 0, nil })
}

// mostErrors is how many changes an error comes to in a time that a test has: some ask for a pause each.
func mostErrors(f emulator.Fault) int {
	if f.Status == 429 || f.Status == 403 || f.Delay != "" || f.Pad > 0 {
		return 2
	}
	return len(credentials())
}

// hasSecret says that something of a credential is changed with the values of Secrets.
func hasSecret(c emulator.Credential) bool {
	for _, field := range c.Settings {
		if e, ok := field.(emulator.Envelope); ok && e.Value != "" {
			return true
		}
	}
	return false
}

// renews changes all values, and waits until the server has them and all are told of with this status.
func (w *world) renews(status string) {
	values := w.birds.right()
	w.apply(w.vault(values))
	w.manifest(strings.ReplaceAll(w.backend, "metadata: {name: default}",
		fmt.Sprintf("metadata: {name: default, annotations: {inventory.scanopy.io/reconcile-requested-at: '%d'}}", w.birds.number())))
	w.holds(values)
	w.told(status, len(w.every()))
}

// unreachable is a world whose server fails after it worked.
func (w *world) unreachable(f emulator.Fault) {
	w.apply(w.vault(w.birds.right()))
	w.declare()
	w.told("True", len(w.every()))
	f.Times = -1
	w.spoil(f)
	w.scanopy.ResetLog()
	w.apply(w.vault(w.birds.right()))
	w.manifest(credential("late", "SnmpV2c", credentials()["SnmpV2c"]))
	w.until("the server was asked", func(context.Context) (bool, error) { return len(w.scanopy.Log().Entries) > 1, nil })
}

// lives is a world in which everything works: values are written, rotated, and deleted.
func (w *world) lives() {
	for range 2 {
		values := w.birds.right()
		w.apply(w.vault(values))
		w.declare()
		w.holds(values)
		w.told("True", len(w.every()))
		w.told("", len(credentials()))
	}
	obj := &unstructured.Unstructured{}
	obj.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("Credential"))
	if err := w.kube.DeleteAllOf(w.Context(), obj, client.InNamespace(w.namespace)); err != nil {
		w.Error(err)
	}
	w.until("all are deleted", func(context.Context) (bool, error) { return len(w.scanopy.State().Credentials) == 0, nil })
}

// corrects is a world whose values have the wrong form first.
func (w *world) corrects() {
	w.apply(w.vault(w.birds.wrong()))
	w.declare()
	w.told("False", len(credentials())-6) // the types without a form, and those without a secret, are fine
	values := w.birds.right()
	w.apply(w.vault(values))
	w.holds(values)
}

func (w *world) spoil(f emulator.Fault) {
	w.Helper()
	if err := w.scanopy.AddFaults(f); err != nil {
		w.Error(err)
	}
}

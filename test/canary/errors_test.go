// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// The server versions: all have all types, in the words of two dialects.
const (
	sites     = "0.17.22"
	addresses = "0.17.21"
)

const (
	writing  = "^(POST|PUT|PATCH|DELETE)$"
	envelope = `{"success":false,"data":null,"error":"cannot take ECHO","code":"ECHO"}`
)

// answers are all errors that a server can answer.
func answers() map[string]emulator.Fault {
	out := map[string]emulator.Fault{
		"a page":               {Status: 502, Body: "<html>ECHO</html>", ContentType: "text/html", Echo: "plain"},
		"a page as success":    {Status: 200, Body: "<html>ECHO</html>", ContentType: "text/html", Echo: "plain"},
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
	for _, name := range slices.Sorted(maps.Keys(all)) {
		kinds := some()
		if name == "400" {
			kinds = every()
		}
		w := a.world(name+" to writes", sites)
		group.Go(func() { w.refused(all[name], kinds...) })
	}
	for _, name := range []string{"401", "403", "500", "a page", "a redirect", "half an answer", "no answer"} {
		w := a.world(name+" to everything", sites)
		group.Go(func() { w.unreachable(all[name]) })
	}
	for _, version := range []string{sites, addresses} {
		calm, misled, doubted := a.world("no error", version), a.world("wrong values", version), a.world("400", version)
		group.Go(calm.lives)
		group.Go(misled.corrects)
		group.Go(func() { doubted.refused(all["400 in hex"], every()...) })
	}
	group.Wait()
	a.findsNothing()
}

// refused is a world whose server takes what is read and refuses what is written, at first and with a new value.
func (w *world) refused(f emulator.Fault, kinds ...string) {
	f.Method, f.Times = writing, -1
	if f.Status == 429 || f.Status == 403 {
		f.Path = "/credentials" // else the Host alone is refused, time and again
	}
	w.spoil(f)
	w.apply(w.vault(w.birds.right()))
	w.declare(kinds...)
	w.until("something was written", func(context.Context) (bool, error) { return w.writes() > 0, nil })
	w.apply(w.vault(w.birds.right()))
	w.told("", len(kinds))
}

// unreachable is a world whose server fails after it worked.
func (w *world) unreachable(f emulator.Fault) {
	w.apply(w.vault(w.birds.right()))
	w.declare("SnmpV2c", "SshKey")
	w.told("True", 2)
	f.Times = -1
	w.spoil(f)
	w.scanopy.ResetLog()
	w.apply(w.vault(w.birds.right()))
	w.declare("SnmpV1")
	w.until("the server was asked", func(context.Context) (bool, error) { return len(w.scanopy.Log().Entries) > 1, nil })
}

// lives is a world in which everything works: values are written, rotated, and deleted.
func (w *world) lives() {
	for range 2 {
		values := w.birds.right()
		w.apply(w.vault(values))
		w.declare(every()...)
		w.holds(values)
		w.told("True", len(credentials()))
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
	w.declare(every()...)
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

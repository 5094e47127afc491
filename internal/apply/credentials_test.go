// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/apply"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
	"github.com/scanopy-operator/scanopy-operator/test/emulated"
)

// vault is a server with a store of its credentials.
type vault struct {
	*testing.T

	server *emulator.Server
	client *scanopy.Client
	store  *snapshot.Credentials
	key    snapshot.Key
	told   []string
}

func newVault(t *testing.T) *vault {
	t.Helper()
	v := &vault{T: t, store: snapshot.NewCredentials(clocktesting.NewFakeClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)))}
	v.server, v.client = credentialServer(t, "0.17.22")
	v.list()
	return v
}

func (v *vault) list() {
	v.Helper()
	if done, err := v.store.List(v.Context(), v.key, v.client, true, func() bool { return true }); !done || err != nil {
		v.Fatal(done, err)
	}
}

// row is what is wanted of an SNMP credential whose value is in a Secret.
func (v *vault) row(id, name, value string) core.ObservedCredential {
	return core.ObservedCredential{
		ID: id, OrganizationID: v.server.Bootstrap().Organization.String(), Name: name, Type: "SnmpV2c", Fields: v.fields(value),
	}
}

func (v *vault) fields(value string) []core.CredentialField {
	return []core.CredentialField{{
		Name: "community", Path: "snmpV2c.community", Mode: core.ModeInline, Ref: core.SecretKey{Name: "s", Key: "k"}, Value: core.NewSecret(value),
	}}
}

func (v *vault) wish(id, name, value string) core.CredentialWish {
	return core.CredentialWish{
		ID: id, OrganizationID: v.server.Bootstrap().Organization.String(), Name: name, Type: "SnmpV2c", Fields: v.fields(value),
	}
}

// run runs steps with so many tokens.
func (v *vault) run(tokens int, steps ...core.CredentialStep) core.CredentialResult {
	v.Helper()
	return v.runIn(v.Context(), tokens, steps...)
}

func (v *vault) runIn(ctx context.Context, tokens int, steps ...core.CredentialStep) core.CredentialResult {
	v.Helper()
	v.told = nil
	limiter := registry.NewLimiter(clocktesting.NewFakeClock(time.Now()), registry.Budget{PerMinute: 1, Burst: tokens}, func(string) {})
	lease, ok := limiter.TryLease(tokens, "test", registry.PriorityEdit)
	if !ok {
		v.Fatal("no tokens")
	}
	defer lease.Release()
	return apply.RunCredentials(ctx, apply.CredentialWork{
		Plan: core.CredentialPlan{Steps: steps}, Client: v.client, Lease: lease, Store: v.store, Key: v.key,
		Told: func(s core.CredentialStep, _ *core.StepError, kind apply.Failure) {
			v.told = append(v.told, fmt.Sprint(s.Kind, " ", kind))
		},
	})
}

func (v *vault) seen() (names []string, known bool) {
	view, known := v.store.View(v.key)
	for i := range view.Rows {
		names = append(names, view.Rows[i].Name)
	}
	slices.Sort(names)
	return names, known
}

func (v *vault) values() map[string]string {
	out := map[string]string{}
	for _, c := range v.server.State().Credentials {
		e, _ := c.Settings["community"].(emulator.Envelope)
		out[c.Name] = e.Value
	}
	return out
}

func (v *vault) creates(names ...string) core.CredentialStep {
	s := core.CredentialStep{Kind: core.StepCreateCredentials}
	for _, name := range names {
		s.Writes = append(s.Writes, v.row(newID(), name, "value of "+name))
	}
	return s
}

func TestCredentialsAreMadeTogetherUpdatedAndDeletedAndTheStoreFollows(t *testing.T) {
	v := newVault(t)
	create := v.creates("a", "b")
	if out := v.run(1, create); len(out.Steps) != 1 || !out.Steps[0].Done {
		t.Fatalf("%+v %v", out, v.told)
	}
	if d := cmp.Diff(map[string]string{"a": "value of a", "b": "value of b"}, v.values()); d != "" {
		t.Error(d)
	}
	id := create.Writes[0].ID
	view, _ := v.store.View(v.key)
	base := view.Rows[slices.IndexFunc(view.Rows, func(r core.ObservedCredential) bool { return r.ID == id })]
	out := v.run(2,
		core.CredentialStep{Kind: core.StepUpdateCredential, IDs: []string{id}, Wish: v.wish(id, "a", "rotated"), Base: &base, Values: true},
		core.CredentialStep{Kind: core.StepDeleteCredentials, IDs: []string{create.Writes[1].ID}})
	names, known := v.seen()
	if len(out.Steps) != 2 || !out.Steps[1].Done || !known || !slices.Equal(names, []string{"a"}) || v.values()["a"] != "rotated" {
		t.Errorf("%+v, %v, %v", out, names, v.values())
	}
	if counts := v.server.Log().Counts; counts["GET /api/v1/credentials/{id}"] != 0 {
		t.Errorf("a Secret that changed is one request: %v", counts)
	}
}

func TestAnUpdateThatReadsFirstKeepsWhatSomebodyAdded(t *testing.T) {
	v := newVault(t)
	create := v.creates("a")
	v.run(1, create)
	id := create.Writes[0].ID
	view, _ := v.store.View(v.key)
	base := view.Rows[0]
	theirs, err := v.client.GetCredential(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	theirs.NetworkIDs = []string{v.server.Bootstrap().Network.String()}
	if _, err := v.client.UpdateCredential(t.Context(), id, theirs); err != nil {
		t.Fatal(err)
	}
	wish := v.wish(id, "renamed", "value of a")
	wish.Fields[0].Value = core.Secret{} // it is stored already
	v.run(2, core.CredentialStep{Kind: core.StepUpdateCredential, IDs: []string{id}, Wish: wish, Base: &base, Fresh: true})
	held := v.server.State().Credentials[0]
	if len(held.AssignedNetworkIDs) != 1 || v.values()["renamed"] != "value of a" {
		t.Errorf("%+v", held)
	}
}

func TestARunEndsWhereTokensEnd(t *testing.T) {
	v := newVault(t)
	if out := v.run(1, v.creates("a"), v.creates("b")); len(out.Steps) != 1 || out.Waiting != core.ReasonThrottled {
		t.Errorf("%+v", out)
	}
	if names, _ := v.seen(); !slices.Equal(names, []string{"a"}) {
		t.Errorf("%v", names)
	}
}

func TestWhatFollowsFromAFailureIsReadFromItsKind(t *testing.T) {
	refusal := `{"success":false,"data":null,"error":"no","code":"validation"}`
	for name, c := range map[string]struct {
		fault emulator.Fault
		told  string
		// known says that what the list says is still believed, next that the step after it is tried.
		known, next bool
	}{
		"a refusal is that step's, and the list is read anew": {emulator.Fault{Status: 400, Body: refusal}, "CreateCredentials 0", false, true},
		"a 403 for the key ends the run": {
			emulator.Fault{Status: 403, Body: `{"success":false,"data":null,"error":"no","code":"auth_permission_denied"}`}, "CreateCredentials 1", true, false,
		},
		"half a bulk may stand: nothing is concluded": {emulator.Fault{AfterRows: 1, Cut: true}, "CreateCredentials 2", false, false},
		"a lost answer likewise":                      {emulator.Fault{When: emulator.After, Cut: true}, "CreateCredentials 2", false, false},
		"without a login nothing works":               {emulator.Fault{Status: 401, Body: refusal}, "CreateCredentials 3", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVault(t)
			c.fault.Method = "POST"
			if err := v.server.AddFaults(c.fault); err != nil {
				t.Fatal(err)
			}
			out := v.run(2, v.creates("a", "b"), v.creates("c"))
			if _, known := v.seen(); !slices.Equal(v.told, []string{c.told}) || known != c.known || (len(out.Steps) == 2) != c.next {
				t.Errorf("told %q, list known %v, %d steps", v.told, known, len(out.Steps))
			}
			if out.Steps[0].Done || out.Steps[0].Err == nil {
				t.Errorf("%+v", out.Steps[0])
			}
		})
	}
}

func TestAThrottledRunSaysSoAndKeepsTheList(t *testing.T) {
	v := newVault(t)
	if err := v.server.AddFaults(emulator.Fault{Method: "POST", Status: 429, RetryAfter: "5"}); err != nil {
		t.Fatal(err)
	}
	out := v.run(2, v.creates("a"), v.creates("b"))
	if _, known := v.seen(); out.Waiting != core.ReasonThrottled || len(out.Steps) > 0 || len(v.told) > 0 || !known {
		t.Errorf("%+v, told %v", out, v.told)
	}
}

func TestAWriteOfCredentialsThatHasBegunIsNotCutOff(t *testing.T) {
	v := newVault(t)
	ctx, cancel := context.WithCancel(t.Context())
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cancel()
		v.server.ServeHTTP(w, r)
	}))
	t.Cleanup(web.Close)
	v.client = emulated.Client(t, "0.17.22", scanopy.Config{URL: web.URL, Token: v.server.Bootstrap().Tokens.Owner})
	out := v.runIn(ctx, 2, v.creates("a", "b"), v.creates("c"))
	if len(out.Steps) != 1 || !out.Steps[0].Done || len(v.values()) != 2 {
		t.Errorf("%+v %v: %v", out, v.told, v.values())
	}
	if names, known := v.seen(); !known || len(names) != 2 {
		t.Errorf("seen are %v, known %v", names, known)
	}
}

func TestThatACredentialIsNotThereIsAnAnswer(t *testing.T) {
	v := newVault(t)
	id := newID()
	if out := v.run(1, core.CredentialStep{Kind: core.StepConfirmCredential, IDs: []string{id}}); !out.Steps[0].Done {
		t.Errorf("%+v", out)
	}
	if view, _ := v.store.View(v.key); !slices.Equal(view.Confirmed, []string{id}) {
		t.Errorf("%v", view.Confirmed)
	}
}

func TestATagIsMadeAndOneThatIsThereByNowIsFoundByTheNextList(t *testing.T) {
	v := newVault(t)
	step := core.CredentialStep{Kind: core.StepMakeTag, Tag: "shiny", Organization: v.server.Bootstrap().Organization.String()}
	if out := v.run(1, step); !out.Steps[0].Done {
		t.Fatalf("%+v", out)
	}
	if view, _ := v.store.View(v.key); len(view.Tags) != 1 || view.Tags[0].Name != "shiny" {
		t.Errorf("%+v", view.Tags)
	}
	v.run(1, step)
	if _, known := v.seen(); known || !slices.Equal(v.told, []string{"MakeTag 0"}) {
		t.Errorf("known %v, told %v", known, v.told)
	}
}

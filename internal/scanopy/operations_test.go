// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	idA = "8f1e8a6e-0000-8000-8000-00000000000a"
	idB = "8f1e8a6e-0000-8000-8000-00000000000b"
	idN = "8f1e8a6e-0000-8000-8000-0000000000ff"
)

// operation is a method of the client and an answer that satisfies it.
type operation struct {
	method, path, data string
	do                 func(context.Context, *Client) error
}

func row(extra string) string { return `{"id":"` + idA + `","network_id":"` + idN + `"` + extra + `}` }

func drop[T any](_ T, err error) error { return err }

// words are what dialects spell differently.
type words struct {
	version, networks, interfaces string
	// hosts and others are the keys that lists are filtered by; scope is a row's.
	hosts, others, scope string
}

// spoken are versions of each dialect, each with the first and last of what is
// known of it.
func spoken() map[string]words {
	out := map[string]words{}
	for _, v := range []string{"0.13.5", "0.14.13", "0.15.3"} {
		out[v] = words{v, "networks", "interfaces", "network_id", "network_id", "network_id"}
	}
	for _, v := range []string{"0.16.0", "0.17.1", "0.17.16", "0.17.21"} {
		out[v] = words{v, "networks", "ip-addresses", "network_id", "network_id", "network_id"}
	}
	for _, v := range []string{"0.17.22", "0.17.30"} {
		out[v] = words{v, "sites", "ip-addresses", "site_ids", "site_id", "site_id"}
	}
	return out
}

// as serves what is written for 0.14.13 as another version would.
func (w words) as(next http.HandlerFunc) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) { next(translator{rw, w}, r) }
}

type translator struct {
	http.ResponseWriter

	words words
}

func (t translator) Unwrap() http.ResponseWriter { return t.ResponseWriter }

func (t translator) Write(raw []byte) (int, error) {
	text := strings.ReplaceAll(string(raw), "0.14.13", t.words.version)
	_, err := io.WriteString(t.ResponseWriter, strings.ReplaceAll(text, `"network_id"`, `"`+t.words.scope+`"`))
	return len(raw), err
}

// operations are all that the client can do with a server of 0.14.13.
func operations() map[string]operation { return operationsOf(spoken()["0.14.13"]) }

func operationsOf(w words) map[string]operation {
	out := operationsOfAll(w)
	if CapabilitiesOf(w.version).CredentialsNeed() == "" {
		maps.Copy(out, credentialOperations(w))
	}
	return out
}

// credentialOperations are those with credentials, from 0.15 on.
func credentialOperations(w words) map[string]operation {
	snmp := Credential{OrganizationID: idB, Name: "c", Type: SnmpV2c, Fields: []CredentialField{
		{Name: "community", Mode: ModeInline, Secret: NewSecret(canary)},
	}}
	return map[string]operation{
		"ListCredentials":       {"GET", "/api/v1/credentials", "[" + row("") + "]", func(ctx context.Context, c *Client) error { return drop(c.ListCredentials(ctx, 0, 0)) }},
		"GetCredential":         {"GET", "/api/v1/credentials/" + idA, row(""), func(ctx context.Context, c *Client) error { return drop(c.GetCredential(ctx, idA)) }},
		"CreateCredentials":     {"POST", "/api/v1/credentials/bulk", "[" + row("") + "]", func(ctx context.Context, c *Client) error { return drop(c.CreateCredentials(ctx, []Credential{snmp})) }},
		"UpdateCredential":      {"PUT", "/api/v1/credentials/" + idA, row(""), func(ctx context.Context, c *Client) error { return drop(c.UpdateCredential(ctx, idA, snmp)) }},
		"BulkDeleteCredentials": {"POST", "/api/v1/credentials/bulk-delete", `{"deleted_count":1,"requested_count":1}`, func(ctx context.Context, c *Client) error { return drop(c.BulkDeleteCredentials(ctx, []string{idA})) }},
	}
}

func operationsOfAll(w words) map[string]operation {
	return map[string]operation{
		"Version":          {"GET", "/api/version", `{"api_version":1,"server_version":"0.14.13"}`, func(ctx context.Context, c *Client) error { return drop(c.Version(ctx)) }},
		"ListNetworks":     {"GET", "/api/v1/" + w.networks, "[" + row("") + "]", func(ctx context.Context, c *Client) error { return drop(c.ListNetworks(ctx, 0, 0)) }},
		"ListSubnets":      {"GET", "/api/v1/subnets", "[" + row("") + "]", func(ctx context.Context, c *Client) error { return drop(c.ListSubnets(ctx, idN, 0, 0)) }},
		"ListTags":         {"GET", "/api/v1/tags", "[" + row("") + "]", func(ctx context.Context, c *Client) error { return drop(c.ListTags(ctx, 0, 0)) }},
		"ListDaemons":      {"GET", "/api/v1/daemons", "[" + row("") + "]", func(ctx context.Context, c *Client) error { return drop(c.ListDaemons(ctx, idN, 0, 0)) }},
		"ListHosts":        {"GET", "/api/v1/hosts", "[" + row("") + "]", func(ctx context.Context, c *Client) error { return drop(c.ListHosts(ctx, idN, 0, 0)) }},
		"GetHost":          {"GET", "/api/v1/hosts/" + idA, row(""), func(ctx context.Context, c *Client) error { return drop(c.GetHost(ctx, idA)) }},
		"CreateHost":       {"POST", "/api/v1/hosts", row(""), func(ctx context.Context, c *Client) error { return drop(c.CreateHost(ctx, HostCreate{NetworkID: idN})) }},
		"UpdateHost":       {"PUT", "/api/v1/hosts/" + idA, row(""), func(ctx context.Context, c *Client) error { return drop(c.UpdateHost(ctx, idA, HostUpdate{})) }},
		"DeleteHost":       {"DELETE", "/api/v1/hosts/" + idA, "null", func(ctx context.Context, c *Client) error { return c.DeleteHost(ctx, idA) }},
		"BulkDeleteHosts":  {"POST", "/api/v1/hosts/bulk-delete", `{"deleted_count":1,"requested_count":2}`, func(ctx context.Context, c *Client) error { return drop(c.BulkDeleteHosts(ctx, []string{idA, idB})) }},
		"MayWrite":         {"POST", "/api/v1/hosts/bulk-delete", "null", func(ctx context.Context, c *Client) error { return c.MayWrite(ctx) }},
		"ConsolidateHosts": {"PUT", "/api/v1/hosts/" + idA + "/consolidate/" + idB, row(""), func(ctx context.Context, c *Client) error { return drop(c.ConsolidateHosts(ctx, idA, idB)) }},
		"CreateInterface":  {"POST", "/api/v1/" + w.interfaces, row(""), func(ctx context.Context, c *Client) error { return drop(c.CreateInterface(ctx, Interface{})) }},
		"DeleteInterface":  {"DELETE", "/api/v1/" + w.interfaces + "/" + idA, "null", func(ctx context.Context, c *Client) error { return c.DeleteInterface(ctx, idA) }},
		"CreatePort":       {"POST", "/api/v1/ports", row(""), func(ctx context.Context, c *Client) error { return drop(c.CreatePort(ctx, Port{})) }},
		"DeletePort":       {"DELETE", "/api/v1/ports/" + idA, "null", func(ctx context.Context, c *Client) error { return c.DeletePort(ctx, idA) }},
		"DeleteService":    {"DELETE", "/api/v1/services/" + idA, "null", func(ctx context.Context, c *Client) error { return c.DeleteService(ctx, idA) }},
		"CreateBinding":    {"POST", "/api/v1/bindings", row(""), func(ctx context.Context, c *Client) error { return drop(c.CreateBinding(ctx, Binding{})) }},
		"DeleteBinding":    {"DELETE", "/api/v1/bindings/" + idA, "null", func(ctx context.Context, c *Client) error { return c.DeleteBinding(ctx, idA) }},
		"CreateSubnet":     {"POST", "/api/v1/subnets", row(""), func(ctx context.Context, c *Client) error { return drop(c.CreateSubnet(ctx, SubnetCreate{})) }},
		"CreateTag":        {"POST", "/api/v1/tags", row(""), func(ctx context.Context, c *Client) error { return drop(c.CreateTag(ctx, TagCreate{})) }},
		"AddTag":           {"POST", "/api/v1/tags/assign/bulk-add", `{"affected_count":1}`, func(ctx context.Context, c *Client) error { return drop(c.AddTag(ctx, EntityHost, []string{idA}, idB)) }},
		"RemoveTag": {"POST", "/api/v1/tags/assign/bulk-remove", `{"affected_count":1}`, func(ctx context.Context, c *Client) error {
			return drop(c.RemoveTag(ctx, EntityHost, []string{idA}, idB))
		}},
	}
}

const envelopeMeta = `"meta":{"api_version":1,"server_version":"0.14.13","pagination":{"total_count":1}}}`

func success(data string) string { return `{"success":true,"data":` + data + `,` + envelopeMeta }

func failure(words, code string) string {
	if code != "" {
		code = `"code":"` + code + `",`
	}
	return `{"success":false,"error":"` + words + `",` + code + envelopeMeta
}

// fault is a way for a server to go wrong.
type fault struct {
	serve  http.HandlerFunc
	reason Reason
	status int
}

func answers(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// faults are what each operation must survive. Each body that can holds the
// token, as a server that echoes what it was sent would.
func faults() map[string]fault {
	html := "<html><body>" + canary + "</body></html>"
	return map[string]fault{
		"400 in an envelope":               {serve: answers(400, failure("bad "+canary, "")), reason: BadRequest, status: 400},
		"400 in plain text":                {serve: answers(400, "Invalid URL: "+canary), reason: BadRequest, status: 400},
		"422 in plain text":                {serve: answers(422, canary), reason: BadRequest, status: 422},
		"401":                              {serve: answers(401, failure("Not authenticated", "auth_not_authenticated")), reason: Unauthorized, status: 401},
		"401 without a body":               {serve: answers(401, ""), reason: Unauthorized, status: 401},
		"401 that is no failed login":      {serve: answers(401, failure("You aren't allowed to create entities on this network", "")), reason: Forbidden, status: 401},
		"402":                              {serve: answers(402, failure("Your plan does not include api access", "")), reason: PermissionDenied, status: 402},
		"403 of the level":                 {serve: answers(403, failure("no", "auth_permission_denied")), reason: PermissionDenied, status: 403},
		"403 of the row":                   {serve: answers(403, failure("no", "entity_access_denied")), reason: Forbidden, status: 403},
		"403 of an expired key":            {serve: answers(403, failure("This API key has expired", "entity_expired")), reason: Unauthorized, status: 403},
		"403 in HTML":                      {serve: answers(403, html), reason: Forbidden, status: 403},
		"404 with the server's code":       {serve: answers(404, failure("gone", "entity_not_found")), reason: NotFound, status: 404},
		"404 without a body":               {serve: answers(404, ""), reason: UnknownRoute, status: 404},
		"404 in HTML":                      {serve: answers(404, html), reason: UnknownRoute, status: 404},
		"405":                              {serve: answers(405, ""), reason: UnknownRoute, status: 405},
		"409":                              {serve: answers(409, failure("Cannot add", "")), reason: Conflict, status: 409},
		"413":                              {serve: answers(413, html), reason: BadRequest, status: 413},
		"429":                              {serve: answers(429, failure("Rate limit exceeded", ""), "Retry-After", "7"), reason: RateLimited, status: 429},
		"500 in an envelope":               {serve: answers(500, failure("error returned from database", "")), reason: ServerError, status: 500},
		"502 in HTML":                      {serve: answers(502, html), reason: ServerError, status: 502},
		"503":                              {serve: answers(503, "", "Retry-After", "9"), reason: ServerError, status: 503},
		"200 in HTML":                      {serve: answers(200, html), reason: NotJSON, status: 200},
		"200 without a body":               {serve: answers(200, ""), reason: NotJSON, status: 200},
		"200 with half a body":             {serve: answers(200, success("[")[:20]), reason: BadAnswer, status: 200},
		"200 that is no success":           {serve: answers(200, failure("no", "")), reason: BadAnswer, status: 200},
		"200 in an answer of others":       {serve: answers(200, `{"hello":"`+canary+`"}`), reason: BadAnswer, status: 200},
		"a redirect":                       {serve: answers(301, html, "Location", "https://user:"+canary+"@other.example/login?token="+canary), reason: Redirected, status: 301},
		"a redirect that keeps the method": {serve: answers(307, "", "Location", "/elsewhere?token="+canary), reason: Redirected, status: 307},
		"a cut connection":                 {serve: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, reason: Unreachable},
		"a truncated answer":               {serve: truncated(1000), reason: Unreachable, status: 200},
		"an answer that says it is huge":   {serve: truncated(maxAnswer + 1), reason: TooLarge, status: 200},
		"no answer in time":                {serve: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, reason: Timeout},
	}
}

// truncated promises more than it gives.
func truncated(promised int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(promised))
		_, _ = io.WriteString(w, `{"success":true,`)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// TestEveryFaultOfEveryOperationIsClassed is the table of operations and faults.
func TestEveryFaultOfEveryOperationIsClassed(t *testing.T) {
	for _, version := range []string{"0.14.13", "0.17.16", "0.17.22"} {
		w := spoken()[version]
		for name, f := range faults() {
			if f.reason == Timeout && version != "0.14.13" {
				continue // nothing of it depends on the version
			}
			t.Run(version+" "+name, func(t *testing.T) {
				t.Parallel()
				srv := httptest.NewServer(drained(w.as(f.serve)))
				t.Cleanup(srv.Close)
				timeout := 10 * time.Second
				if f.reason == Timeout {
					timeout = time.Second // enough to send the request on a busy machine
				}
				c := testClient(t, Config{URL: srv.URL + "/base/path/", Timeout: timeout}, version)
				var wait sync.WaitGroup
				for op, o := range operationsOf(w) {
					wait.Go(func() { checkFault(t, op, o, f, o.do(t.Context(), c)) })
				}
				wait.Wait()
			})
		}
	}
}

// drained reads the request first, so that the client never fails to write it.
func drained(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		next(w, r)
	}
}

func checkFault(t *testing.T, op string, o operation, f fault, err error) {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Errorf("%s: got %v", op, err)
		return
	}
	reason := f.reason
	if f.status == http.StatusInternalServerError && o.method != http.MethodGet {
		reason = WriteFailed // in its own words the server says that it is this write
	}
	if e.Reason != reason || e.Status != f.status || !e.Sent {
		t.Errorf("%s: got reason %s, status %d, sent %t", op, e.Reason, e.Status, e.Sent)
	}
	if e.Op == "" || !strings.HasPrefix(e.Route, o.method+" /api/") || strings.Contains(e.Route, idA) {
		t.Errorf("%s: op %q, route %q", op, e.Op, e.Route)
	}
	if len(e.Message) > maxMessage || e.Message == "" {
		t.Errorf("%s: message %q", op, e.Message)
	}
	if f.reason == RateLimited && e.RetryAfter != 7*time.Second {
		t.Errorf("%s: retry after %s", op, e.RetryAfter)
	}
	for what := error(e); what != nil; what = errors.Unwrap(what) {
		if text := fmt.Sprintf("%v %+v %#v", what, what, what); strings.Contains(text, canary) || strings.Contains(text, "token=") {
			t.Errorf("%s: the error tells secrets: %s", op, text)
		}
	}
}

// TestEveryOperationSendsOneRequestBelowTheBasePath is the table's 200.
func TestEveryOperationSendsOneRequestBelowTheBasePath(t *testing.T) {
	for version, w := range spoken() {
		for name, o := range operationsOf(w) {
			t.Run(version+" "+name, func(t *testing.T) { sendsOneRequest(t, w, o) })
		}
	}
}

func sendsOneRequest(t *testing.T, w words, o operation) {
	t.Helper()
	var mu sync.Mutex
	var asked []string
	srv := httptest.NewServer(w.as(func(rw http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.Method+" "+r.URL.Path)
		mu.Unlock()
		if r.Header.Get("Authorization") != "Bearer "+canary || r.Header.Get("User-Agent") != "me/1" {
			t.Errorf("headers: %v", r.Header)
		}
		_, _ = io.WriteString(rw, success(o.data))
	}))
	defer srv.Close()
	var seen []string
	c := testClient(t, Config{
		URL: srv.URL + "/base/path/", UserAgent: "me/1", OnDoubt: func() { t.Error("the server's version was doubted") },
		Observe: func(route string, status int, _ time.Duration) { seen = append(seen, fmt.Sprint(route, " ", status)) },
	}, w.version)
	if err := o.do(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if want := o.method + " /base/path" + o.path; len(asked) != 1 || asked[0] != want {
		t.Errorf("asked %v, not %s", asked, want)
	}
	if len(seen) != 1 || strings.Contains(seen[0], idA) || !strings.HasSuffix(seen[0], " 200") {
		t.Errorf("observed %v", seen)
	}
}

func TestAKeyMayWriteUnlessItIsRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		serve http.HandlerFunc
		want  Reason
	}{
		"to those who may nothing is deleted":  {answers(400, failure("No IDs provided for bulk operation", "validation_bulk_empty")), ""},
		"0.13 says so without a code":          {answers(400, failure("No IDs provided for bulk operation", "")), ""},
		"those who may not are refused":        {answers(403, failure("no", "auth_permission_denied")), PermissionDenied},
		"what a proxy says is not the answer":  {answers(400, "No IDs"), BadRequest},
		"what is broken says nothing about it": {answers(502, ""), ServerError},
	} {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewServer(tc.serve)
			defer srv.Close()
			err := testClient(t, Config{URL: srv.URL}, "0.14.13").MayWrite(t.Context())
			if (err != nil) != (tc.want != "") || (err != nil && !HasReason(err, tc.want)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestNoOperationButVersionWorksWithoutADialect
func TestNoOperationButVersionWorksWithoutADialect(t *testing.T) {
	srv := httptest.NewServer(answers(200, success(operations()["Version"].data)))
	defer srv.Close()
	c, err := newClient(Config{URL: srv.URL, Token: canary, AllowLoopback: true}, noProxy)
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range operations() {
		err := o.do(t.Context(), c)
		if name == "Version" {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		if !HasReason(err, UnsupportedVersion) || WasSent(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestIDsThatAreNoUUIDsAreNeverSent
func TestIDsThatAreNoUUIDsAreNeverSent(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("something was sent") }))
	defer srv.Close()
	c := testClient(t, Config{URL: srv.URL}, "0.14.13")
	for _, id := range []string{"", "x", "../" + idA[3:], idA + "/", strings.Repeat("?", 36)} {
		for name, err := range map[string]error{
			"delete":      c.DeleteHost(t.Context(), id),
			"get":         drop(c.GetHost(t.Context(), id)),
			"bulk":        drop(c.BulkDeleteHosts(t.Context(), []string{idA, id})),
			"consolidate": drop(c.ConsolidateHosts(t.Context(), idA, id)),
			"tag":         drop(c.RemoveTag(t.Context(), EntityHost, []string{idA}, id)),
		} {
			if !HasReason(err, BadRequest) || WasSent(err) {
				t.Errorf("%s of %q: %v", name, id, err)
			}
		}
	}
}

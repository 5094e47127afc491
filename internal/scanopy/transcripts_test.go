// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"sigs.k8s.io/yaml"
)

var update = flag.Bool("update", false, "rewrite testdata/reasons.golden")

type transcript struct {
	Server string `json:"server"`
	Steps  []step `json:"steps"`
}

type step struct {
	Request string          `json:"request"`
	Body    json.RawMessage `json:"body"`
	With    *struct {
		Raw   *string `json:"raw"`
		Token *string `json:"token"`
	} `json:"with"`
	Status int             `json:"status"`
	Answer json.RawMessage `json:"answer"`
}

var variable = regexp.MustCompile(`\$\{(\w+)\}`)

// readTranscript fills variables with ids that are the same for equal names.
func readTranscript(t *testing.T, path string) transcript {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := variable.ReplaceAllStringFunc(string(raw), func(name string) string {
		return uuid.NewSHA1(uuid.NameSpaceURL, []byte(name)).String()
	})
	text = strings.ReplaceAll(text, "<time>", "'2026-11-22T04:00:00.123456Z'")
	text = strings.ReplaceAll(text, "'2026-11-22T04:00:00.123456Z', Actual: '2026-11-22T04:00:00.123456Z'", "t, Actual: t")
	var out transcript
	if err := yaml.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return out
}

// player is a server that gives one recorded answer and keeps what it was asked.
type player struct {
	step  step
	asked *http.Request
	body  []byte
}

func (p *player) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.asked = r
	p.body, _ = io.ReadAll(r.Body)
	var text struct {
		Text *string `json:"<text>"`
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(p.step.Status)
	if json.Unmarshal(p.step.Answer, &text) == nil && text.Text != nil {
		_, _ = io.WriteString(w, *text.Text)
		return
	}
	_, _ = w.Write(p.step.Answer)
}

// TestRecordedAnswers plays recordings of real servers through the client:
// requests must be sent as they were recorded, answers read, refusals classed
// as the golden file says.
func TestRecordedAnswers(t *testing.T) {
	var golden, sent []string
	_ = filepath.WalkDir("testdata/answers", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		tr := readTranscript(t, path)
		p := &player{}
		srv := httptest.NewServer(p)
		defer srv.Close()
		c := testClient(t, Config{URL: srv.URL + "/base"}, tr.Server)
		for i, s := range tr.Steps {
			p.step, p.asked = s, nil
			method, target, _ := strings.Cut(s.Request, " ")
			u, _ := url.Parse(target)
			result, err, ok := call(t.Context(), c, method, u, s)
			if !ok {
				continue
			}
			where := fmt.Sprintf("%s step %d", path, i)
			sent = append(sent, where)
			checkRequest(t, where, p, method, u)
			checkResult(t, where, s, result, err)
			golden = append(golden, goldenLine(method, u, s, err))
		}
		return nil
	})
	if len(sent) < 250 {
		t.Errorf("only %d steps were played", len(sent))
	}
	compareGolden(t, golden)
}

func checkRequest(t *testing.T, where string, p *player, method string, u *url.URL) {
	t.Helper()
	if p.asked == nil {
		t.Fatalf("%s: nothing was sent", where)
	}
	if p.asked.Method != method || p.asked.URL.Path != "/base"+u.Path {
		t.Errorf("%s: sent %s %s", where, p.asked.Method, p.asked.URL.Path)
	}
	if got, want := p.asked.URL.Query().Get("network_id"), u.Query().Get("network_id"); got != want {
		t.Errorf("%s: asked for network %q, not %q", where, got, want)
	}
	if len(p.step.Body) == 0 {
		return
	}
	want := canonical(t, p.step.Body, method)
	if body, ok := want.(map[string]any); ok && (strings.HasSuffix(u.Path, "/subnets") || strings.HasSuffix(u.Path, "/tags")) {
		delete(body, "description") // nobody declares one
	}
	if diff := cmp.Diff(want, canonical(t, p.body, method)); diff != "" {
		t.Errorf("%s: body differs (- recorded, + sent)\n%s", where, diff)
	}
}

// neverSent are keys of recorded requests that the client has no use for.
var neverSent = []string{"position", "color", "created_at", "updated_at", "management_url", "sys_location", "note"}

// canonical leaves out of a body what means nothing by being there.
func canonical(t *testing.T, raw []byte, method string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("body is not JSON: %s", raw)
	}
	return strip(v, method)
}

func strip(v any, method string) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = strip(v[i], method)
		}
		return v
	case map[string]any:
		for key, x := range v {
			x = strip(x, method)
			list, isList := x.([]any)
			switch {
			case x == nil, x == false, slices.Contains(neverSent, key):
				delete(v, key)
			case isList && len(list) == 0 && (key == "tags" || method == http.MethodPost):
				delete(v, key)
			case key == "mac_address":
				v[key] = strings.ToUpper(x.(string))
			case key == "tags":
				v[key] = slices.CompactFunc(list, func(a, b any) bool { return a == b })
			default:
				v[key] = x
			}
		}
		return v
	}
	return v
}

// checkResult compares what the client made of an answer with its rows.
func checkResult(t *testing.T, where string, s step, result any, err error) {
	t.Helper()
	if (err == nil) != (s.Status == http.StatusOK) {
		t.Fatalf("%s: status %d gave error %v", where, s.Status, err)
	}
	if err != nil || result == nil {
		return
	}
	var env struct {
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(s.Answer, &env); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{}
	countIDs(env.Data, want)
	for id := range want {
		if !strings.Contains(fmt.Sprintf("%+v", flat(result)), id) {
			t.Errorf("%s: id %s of the answer was lost", where, id)
		}
	}
}

// countIDs finds the id of every row in an answer.
func countIDs(raw json.RawMessage, into map[string]int) {
	var v any
	_ = json.Unmarshal(raw, &v)
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			for key, x := range v {
				if id, ok := x.(string); ok && (key == "id" || strings.HasSuffix(key, "_id")) && key != "user_id" && key != "api_key_id" {
					into[id]++
				}
				walk(x)
			}
		}
	}
	walk(v)
}

func flat(v any) string {
	raw, _ := json.Marshal(v)
	return string(raw)
}

func goldenLine(method string, u *url.URL, s step, err error) string {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return ""
	}
	words := uuidText.ReplaceAllString(e.Message, "ID")
	path := uuidText.ReplaceAllString(u.Path, "ID")
	return fmt.Sprintf("%s %d %s %s: %s", e.Reason, s.Status, method, path, words)
}

var uuidText = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)

func compareGolden(t *testing.T, lines []string) {
	t.Helper()
	slices.Sort(lines)
	lines = slices.Compact(lines)
	got := strings.TrimSpace(strings.Join(lines, "\n")) + "\n"
	const file = "testdata/reasons.golden"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("reasons differ (- golden, + now)\n%s", diff)
	}
}

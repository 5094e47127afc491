// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/emulated"
)

func TestTheEmulatorAnswersLikeTheServersItWasRecordedFrom(t *testing.T) {
	var out bytes.Buffer
	result, err := Suite{Judge: CoreJudge(core.Judge), Out: &out}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if result.Differs() || result.TranscriptsEqual < 200 || result.CasesEqual < 1600 {
		t.Errorf("%s\n%s", result, out.String())
	}
	if !strings.HasSuffix(out.String(), result.String()+"\n") {
		t.Errorf("the last line is not the result: %q", out.String())
	}
}

// write makes a file in a new folder and tells the folder.
func write(t *testing.T, name, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

const versionTranscript = `
scenario: meta/version
server: 0.14.13
new: []
steps:
- request: GET /api/version
  status: 200
  answer:
    success: true
    data: {api_version: 1, server_version: 0.14.13}
    meta: {api_version: 1, server_version: 0.14.13}
`

const oneCase = `{"kind": "put", "interfaces": 1, "ports": 1, "steps": [["s0", ["p0@*"]]], "answers": ["ok"], "after": {"s0": ["p0@*"]}}` + "\n"

func TestWhatDiffersIsFoundAndCounted(t *testing.T) {
	cases := map[string]struct {
		transcript, bindings string
		want                 Result
	}{
		"nothing differs": {versionTranscript, oneCase, Result{TranscriptsEqual: 1, CasesEqual: 1}},
		"a value differs": {
			strings.Replace(versionTranscript, "success: true", "success: false", 1), oneCase,
			Result{TranscriptsDiffer: 1, CasesEqual: 1},
		},
		"a status differs": {
			strings.Replace(versionTranscript, "status: 200", "status: 404", 1), oneCase,
			Result{TranscriptsDiffer: 1, CasesEqual: 1},
		},
		"a version that the emulator does not serve": {
			strings.Replace(versionTranscript, "server: 0.14.13", "server: 0.1.0", 1), oneCase,
			Result{TranscriptsDiffer: 1, CasesEqual: 1},
		},
		"an answer to bindings differs": {
			versionTranscript, strings.Replace(oneCase, `"ok"`, `"400 claimed"`, 1),
			Result{TranscriptsEqual: 1, CasesDiffer: 1},
		},
		"what came of bindings differs": {
			versionTranscript, strings.Replace(oneCase, `"after": {"s0": ["p0@*"]}`, `"after": {"s0": ["i0"]}`, 1),
			Result{TranscriptsEqual: 1, CasesDiffer: 1},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := Suite{
				Transcripts: write(t, "a.yaml", c.transcript),
				Bindings:    filepath.Join(write(t, "b.jsonl", c.bindings), "b.jsonl"), Out: io.Discard,
			}
			got, err := s.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// everyFifth are some of the binding cases that come with the suite.
func everyFifth(t *testing.T) string {
	t.Helper()
	raw, err := testdata.ReadFile("testdata/bindings.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for i, line := range strings.Split(string(raw), "\n") {
		if i%5 == 0 {
			out = append(out, line)
		}
	}
	return filepath.Join(write(t, "b.jsonl", strings.Join(out, "\n")), "b.jsonl")
}

func TestTheRulesOfBindingsAreTheSameInEveryVersion(t *testing.T) {
	for _, version := range emulator.Versions() {
		t.Run(version, func(t *testing.T) {
			var out bytes.Buffer
			result, err := Suite{
				Transcripts: write(t, "a.yaml", versionTranscript), Bindings: everyFifth(t), Version: version, Out: &out,
			}.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if result.Differs() || result.CasesEqual < 300 {
				t.Errorf("%s\n%s", result, out.String())
			}
		})
	}
}

func TestASharedServerIsCleanedBetweenScenarios(t *testing.T) {
	server, url := emulated.Start(t, emulator.Options{})
	boot := server.Bootstrap()
	boot.URL = url
	raw, err := json.Marshal(boot)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	result, err := Suite{
		Bindings:  filepath.Join(write(t, "b.jsonl", oneCase+oneCase), "b.jsonl"),
		Bootstrap: filepath.Join(write(t, "boot.json", string(raw)), "boot.json"), Out: &out,
	}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if result.Differs() || result.CasesEqual != 2 || result.TranscriptsEqual != 78 {
		t.Errorf("%s\n%s", result, out.String())
	}
}

func TestTheJudgeIsCheckedAgainstTheServer(t *testing.T) {
	cases, err := LoadCases(strings.NewReader(oneCase +
		`{"kind": "services", "interfaces": 1, "ports": 1, "steps": [["s0", ["i0"]], ["s1", ["i0", "p0@*"]]], "answers": ["ok", "400 all-against-interface"], "after": {"s0": ["i0"]}}`))
	if err != nil {
		t.Fatal(err)
	}
	accept := func(declared []Declared) Verdict {
		v := Verdict{Effective: map[string][]string{}}
		for _, d := range declared {
			v.Effective[d.Service] = d.Bindings
		}
		return v
	}
	for name, c := range map[string]struct {
		judge Judge
		wrong int
	}{
		"nobody judges":                          {nil, 0},
		"one that takes everything misses a no":  {accept, 1},
		"one that refuses everything misses yes": {func([]Declared) Verdict { return Verdict{Refused: true} }, 2},
		"one that forgets misses what came of it": {
			func(d []Declared) Verdict { return Verdict{Refused: len(d) == 2} }, 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			wrong := 0
			for _, line := range cases {
				wrong += len(c.judge.check(line))
			}
			if wrong != c.wrong {
				t.Errorf("%d differences, want %d", wrong, c.wrong)
			}
		})
	}
}

func TestTheMatcherReadsAnswersAsTheRecordingsMeanThem(t *testing.T) {
	const id, other = "11111111-1111-8111-8111-111111111111", "22222222-2222-8222-8222-222222222222"
	cases := map[string]struct {
		want, got any
		equal     bool
	}{
		"a new variable takes an id":              {"${x}", id, true},
		"a new variable takes a key":              {"${x}", "scp_d_1", true},
		"a new variable takes nothing else":       {"${x}", "web", false},
		"a known variable has its value":          {[]any{"${x}", "${x}"}, []any{id, id}, true},
		"a known variable has no other value":     {[]any{"${x}", "${x}"}, []any{id, other}, false},
		"a variable in a text is one too":         {[]any{"${x}", "id ${x}"}, []any{id, "id " + id}, true},
		"one variable twice in a text":            {"${x} and ${x}", id + " and " + other, false},
		"a time":                                  {"<time>", "2026-01-01T00:00:00.123456Z", true},
		"a time in a message":                     {"at <time>.", "at 2026-01-01 00:00:00.1 UTC.", true},
		"any words":                               {"bad: <any>", "bad: \nworse", true},
		"a missing key":                           {map[string]any{"a": nil}, map[string]any{}, false},
		"an unexpected key":                       {map[string]any{}, map[string]any{"a": nil}, false},
		"null is not absent":                      {map[string]any{"a": nil}, map[string]any{"a": nil}, true},
		"numbers are equal however written":       {1, json.Number("1.0"), true},
		"a number is no truth":                    {true, json.Number("1"), false},
		"objects come in any order":               {[]any{map[string]any{"a": 1}, map[string]any{"a": 2}}, []any{map[string]any{"a": json.Number("2")}, map[string]any{"a": json.Number("1")}}, true},
		"a list of another length":                {[]any{1}, []any{}, false},
		"a text is no object":                     {map[string]any{}, "a", false},
		"dots and brackets in a text mean dots":   {"a.b[<any>", "axb[c", false},
		"an unknown variable takes no upper case": {"${x}", "AAAAAAAA-1111-8111-8111-111111111111", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			diffs := newMatcher().compare(c.want, c.got, variables{}, "$")
			if (len(diffs) == 0) != c.equal {
				t.Errorf("differences %q, want equal %v", diffs, c.equal)
			}
		})
	}
}

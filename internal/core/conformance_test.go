// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// recorded is a line of the binding cases that were recorded from a real server.
type recorded struct {
	Kind       string
	Interfaces int
	Ports      int
	Steps      [][2]json.RawMessage
	Answers    []string
	After      map[string][]string
}

func (r *recorded) services(t *testing.T) []coretest.Case {
	t.Helper()
	var out []coretest.Case
	for _, step := range r.Steps {
		var c coretest.Case
		if err := json.Unmarshal(step[0], &c.Service); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(step[1], &c.Bindings); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

func readRecorded(t *testing.T) []recorded {
	t.Helper()
	f, err := os.Open("../../test/conformance/testdata/bindings.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	var out []recorded
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var r recorded
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

// checkCase says where core and the recorded answer differ; after is nil when nothing is known of the end.
func checkCase(r *recorded, services []coretest.Case, ok bool, after map[string][]string) string {
	refused, got := coretest.Effective(r.Interfaces, r.Ports, services)
	if refused == ok {
		return fmt.Sprintf("refused is %v, the server said ok is %v", refused, ok)
	}
	if !ok || after == nil {
		return ""
	}
	want := map[string][]string{}
	for s, list := range after {
		if len(list) > 0 && s != "open" {
			want[s] = slices.Sorted(slices.Values(list))
		}
	}
	for s := range got {
		if len(got[s]) == 0 {
			delete(got, s)
		}
	}
	return cmp.Diff(want, got)
}

// checkSteps adds one service after another, as the server took them.
func checkSteps(t *testing.T, line int, r *recorded) {
	t.Helper()
	var accepted []coretest.Case
	for i, s := range r.services(t) {
		ok := r.Answers[i] == "ok"
		var after map[string][]string
		if ok && !slices.Contains(r.Answers[i+1:], "ok") {
			after = r.After
		}
		declared := append(slices.Clone(accepted), s)
		if d := checkCase(r, declared, ok, after); d != "" {
			t.Errorf("line %d, step %d: %s", line, i+1, d)
		}
		if ok {
			accepted = declared
		}
	}
}

// Law 6: core refuses nothing exactly when the server said ok, and then its effective set is what the server has.
func TestWhatCoreRefusesTheServerRefuses(t *testing.T) {
	checked := 0
	for n, r := range readRecorded(t) {
		switch r.Kind {
		case "put":
			checked++
			if d := checkCase(&r, r.services(t), r.Answers[0] == "ok", r.After); d != "" {
				t.Errorf("line %d: %s", n+1, d)
			}
		case "services":
			checked++
			checkSteps(t, n+1, &r)
		}
	}
	if checked < 500 {
		t.Errorf("only %d cases were checked", checked)
	}
}

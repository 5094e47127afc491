// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAFewHostsStayNearTheBudgets(t *testing.T) {
	var out bytes.Buffer
	b := &bench{root: "../..", n: 20, progress: t.Output(), board: &board{n: 20, out: &out, generous: 2}}
	t.Cleanup(b.close)
	if err := b.build(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := scenarioNamed("host-by-host")
	if err != nil {
		t.Fatal(err)
	}
	s.after = []step{editStep(), deleteStep()}
	if err := b.play(t.Context(), s); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if err := b.board.verdict(); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
}

func TestWritesAreReadFromPaths(t *testing.T) {
	for path, want := range map[string]write{
		"/apis/inventory.scanopy.io/v1alpha1/namespaces/lab/hosts/web-01/status": {Namespace: "lab", Resource: "hosts", Name: "web-01", Subresource: "status"},
		"/apis/inventory.scanopy.io/v1alpha1/namespaces/lab/hosts/web-01":        {Namespace: "lab", Resource: "hosts", Name: "web-01"},
		"/apis/inventory.scanopy.io/v1alpha1/clusterbackends/one/status":         {Resource: "clusterbackends", Name: "one", Subresource: "status"},
		"/api/v1/namespaces/lab/events":                                          {Namespace: "lab", Resource: "events"},
		"/apis/events.k8s.io/v1/namespaces/lab/events/e.1":                       {Namespace: "lab", Resource: "events", Name: "e.1"},
		"/apis/authentication.k8s.io/v1/tokenreviews":                            {Resource: "tokenreviews"},
		"/api/v1/namespaces/lab":                                                 {Resource: "namespaces", Name: "lab"},
		"/api/v1/namespaces/lab/status":                                          {Resource: "namespaces", Name: "lab", Subresource: "status"},
	} {
		if diff := cmp.Diff(want, parseWrite(path)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

func TestABudgetThatIsBrokenIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		n      int
		judge  func(*board, string, float64, float64, string)
		value  float64
		broken bool
	}{
		"a figure at its budget is fine":                  {1000, (*board).judge, 2, false},
		"a figure over its budget is not":                 {20, (*board).judge, 2.01, true},
		"a budget for many Hosts binds for many":          {1000, (*board).judgeMany, 2.01, true},
		"a budget for many Hosts does not bind for a few": {999, (*board).judgeMany, 2.01, false},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			b := &board{n: c.n, out: &out}
			c.judge(b, "x/requests", c.value, 2, "requests")
			if (b.verdict() != nil) != c.broken {
				t.Errorf("verdict is %v", b.verdict())
			}
			if want := "x/requests " + number(c.value) + " requests\n"; out.String() != want {
				t.Errorf("printed %q, want %q", out.String(), want)
			}
		})
	}
}

func TestMemoryIsReadInMiB(t *testing.T) {
	got, err := memory("Name:\tmanager\nVmHWM:\t  204800 kB\nVmRSS:\t    1024 kB\n", "VmHWM")
	if err != nil || got != 200 {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := memory("Name:\tgone\n", "VmRSS"); err == nil {
		t.Error("a missing field is no error")
	}
}

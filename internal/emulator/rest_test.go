// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// late makes a bulk of three credentials, each with a row for its network, whose client is cut off after three rows.
func late(t *testing.T) (v versioned, bulk []fields) {
	t.Helper()
	v = asVersion(t, "0.17.22")
	for _, name := range []string{"a", "b", "c"} {
		bulk = append(bulk, v.cred(snmp(name), fields{
			"id": uuid.NewString(), "name": name, "assigned_site_ids": []any{v.boot.Network},
		}))
	}
	if err := v.AddFaults(emulator.Fault{Path: "/credentials/bulk$", AfterRows: 3, Rests: true, Cut: true}); err != nil {
		t.Fatal(err)
	}
	if r, err := v.try("POST", "/api/v1/credentials/bulk", bulk); err == nil {
		t.Fatalf("answered %d %s", r.status, r.body)
	}
	return v, bulk
}

// shelved are the credentials with the number of their networks.
func (v versioned) shelved() string {
	var out []string
	for _, c := range v.State().Credentials {
		out = append(out, fmt.Sprint(c.Name, len(c.AssignedNetworkIDs)))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestARequestGoesOnThoughItsClientWasCutOff(t *testing.T) {
	v, _ := late(t)
	steps := []struct {
		what  string
		fault emulator.Fault
		shows int
		holds string
	}{
		{"it rests", emulator.Fault{}, 2, "a1 b0"},
		{"two rows before a list", emulator.Fault{Wakes: 2}, 3, "a1 b1 c0"},
		{"the rest after one", emulator.Fault{Wakes: -1, When: emulator.After}, 3, "a1 b1 c1"},
		{"nothing rests", emulator.Fault{Wakes: -1}, 3, "a1 b1 c1"},
	}
	for _, step := range steps {
		if err := v.AddFaults(step.fault); err != nil {
			t.Fatal(err)
		}
		if rows := v.must("GET", "/api/v1/credentials", nil).rows(t); len(rows) != step.shows || v.shelved() != step.holds {
			t.Errorf("%s: %d are listed, %s are there", step.what, len(rows), v.shelved())
		}
	}
}

func TestARequestThatRestedFailsAtWhatSomebodyMadeMeanwhile(t *testing.T) {
	v, bulk := late(t)
	v.must("POST", "/api/v1/credentials", v.cred(snmp("other"), fields{"id": bulk[2]["id"], "name": "other"}))
	v.Wake(-1)
	if got := v.shelved(); got != "a1 b1 other0" {
		t.Errorf("%s are there", got)
	}
}

func TestARequestRestsOnlyAfterSomeRows(t *testing.T) {
	if err := asVersion(t, "0.17.22").AddFaults(emulator.Fault{Rests: true, Cut: true}); err == nil {
		t.Error("accepted")
	}
}

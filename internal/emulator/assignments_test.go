// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

// assignmentsOf are the credentials that a host is shown with.
func (v versioned) assignmentsOf(host string) any {
	v.t.Helper()
	return data(v.t, v.must("GET", "/api/v1/hosts/"+host, nil))["credential_assignments"]
}

func (v versioned) assignment(credential string, addresses ...any) any {
	key := v.address + "_ids"
	if addresses == nil {
		return map[string]any{"credential_id": credential, key: nil}
	}
	return map[string]any{"credential_id": credential, key: addresses}
}

// give assigns credentials to a host, each for these of its addresses, or for all.
func (v versioned) give(host string, assignments ...any) {
	v.t.Helper()
	if r := v.change(host, fields{"credential_assignments": assignments}); r.status != http.StatusOK {
		v.t.Fatalf("%d %s", r.status, r.body)
	}
}

// Paragraphs 1.2 and 2.4: the same assignments from the side of hosts and networks.

func TestAListOfAHostReplacesItsCredentialsAndNoneKeepsThem(t *testing.T) {
	each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
		subnet := v.addSubnet("lan", "10.0.0.0/8")
		a, b := v.addCred(snmp("a"), nil), v.addCred(snmp("b"), nil)
		body, h := v.plainBody(subnet, "web", "10.0.0.1")
		body["credential_assignments"] = []fields{{"credential_id": a, v.address + "_ids": []string{h.address}}}
		made := v.must("POST", "/api/v1/hosts", body)
		h.id = made.id(t)
		if diff := cmp.Diff([]any{v.assignment(a, h.address)}, data(t, made)["credential_assignments"]); diff != "" {
			t.Error(diff)
		}
		for _, step := range []struct {
			send any
			want []any
		}{
			{nil, []any{v.assignment(a, h.address)}},
			{[]fields{{"credential_id": b, v.address + "_ids": nil}}, []any{v.assignment(b)}},
			{[]fields{{"credential_id": b}, {"credential_id": a}}, []any{v.assignment(b), v.assignment(a)}},
			{[]fields{}, []any{}},
		} {
			if r := v.change(h.id, fields{"credential_assignments": step.send}); r.status != http.StatusOK {
				t.Fatalf("%d %s", r.status, r.body)
			}
			if diff := cmp.Diff(any(step.want), v.assignmentsOf(h.id)); diff != "" {
				t.Errorf("after %v: %s", step.send, diff)
			}
		}
		r := v.change(h.id, fields{"credential_assignments": []fields{{"credential_id": uuid.New()}}})
		refused(t, r, http.StatusInternalServerError, "foreign key")
	})
}

func TestWhatIsDeletedTakesItsAssignmentsAlong(t *testing.T) {
	each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
		subnet := v.addSubnet("lan", "10.0.0.0/8")
		one, two := v.addHost(subnet, "one", "10.0.0.1"), v.addHost(subnet, "two", "10.0.0.2")
		network := v.must("POST", "/api/v1/"+v.networks, fields{"name": "n", "organization_id": v.boot.Organization}).id(t)
		a, b := v.addCred(snmp("a"), nil), v.addCred(snmp("b"), nil)
		v.give(one.id, v.assignment(a, one.address))
		v.give(two.id, v.assignment(a), v.assignment(b))
		body := fields{"name": "n", "organization_id": v.boot.Organization, "credential_ids": []string{a, b}}
		v.must("PUT", "/api/v1/"+v.networks+"/"+network, body)
		left := func() []int {
			c := v.State().Credentials[0]
			return []int{len(c.HostAssignments), len(c.AssignedNetworkIDs)}
		}
		for _, step := range []struct {
			path string
			want []int
		}{
			{v.addresses + "/" + one.address, []int{1, 1}}, {"hosts/" + two.id, []int{0, 1}},
			{v.networks + "/" + network, []int{0, 0}}, {"credentials/" + a, nil},
		} {
			v.must("DELETE", "/api/v1/"+step.path, nil)
			if step.want == nil {
				continue
			}
			if diff := cmp.Diff(step.want, left()); diff != "" {
				t.Errorf("after %s: %s", step.path, diff)
			}
		}
		if rest := v.State().Credentials; len(rest) != 1 || rest[0].ID.String() != b {
			t.Errorf("left %+v", rest)
		}
	})
}

// Paragraph 7.2.

func TestANetworkIsGivenItsCredentialsAsAWhole(t *testing.T) {
	each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
		a := v.addCred(snmp("a"), nil)
		path := "/api/v1/" + v.networks + "/" + v.boot.Network.String()
		put := func(ids any) reply {
			body := fields{"name": "Lab", "organization_id": v.boot.Organization}
			if ids, _ := ids.([]string); len(ids) == 1 && ids[0] != a {
				body["name"] = "Refused"
			}
			if ids != nil {
				body["credential_ids"] = ids
			}
			return v.do("PUT", path, body)
		}
		shown := func() any { return data(t, v.must("GET", path, nil))["credential_ids"] }
		put([]string{a})
		if diff := cmp.Diff(any([]any{a}), shown()); diff != "" {
			t.Error(diff)
		}
		if got := v.State().Credentials[0].AssignedNetworkIDs; len(got) != 1 || got[0] != v.boot.Network {
			t.Errorf("the credential's side is %v", got)
		}
		refused(t, put([]string{uuid.NewString()}), http.StatusForbidden, "You don't have access to this Credential")
		if diff := cmp.Diff(any([]any{a}), shown()); diff != "" || v.State().Networks[0].Name != "Lab" {
			t.Errorf("changed by a request that was refused: %s", diff)
		}
		put(nil)
		if diff := cmp.Diff(any([]any{}), shown()); diff != "" {
			t.Error(diff)
		}
	})
}

// Paragraph 5.

func TestConsolidationMergesCredentialsAndTheBroadestScopeWins(t *testing.T) {
	each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
		subnet := v.addSubnet("lan", "10.0.0.0/8")
		dst, other := v.addHost(subnet, "dst", "10.0.0.1"), v.addHost(subnet, "other", "10.0.0.2")
		narrow, broad, own := v.addCred(snmp("a"), nil), v.addCred(snmp("b"), nil), v.addCred(snmp("c"), nil)
		v.give(dst.id, v.assignment(narrow, dst.address), v.assignment(broad, dst.address))
		v.give(other.id, v.assignment(narrow, other.address), v.assignment(broad), v.assignment(own, other.address))
		v.must("PUT", "/api/v1/hosts/"+dst.id+"/consolidate/"+other.id, nil)
		want := []any{v.assignment(narrow, dst.address, other.address), v.assignment(broad), v.assignment(own, other.address)}
		if diff := cmp.Diff(any(want), v.assignmentsOf(dst.id)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestADiscoveryLeavesCredentialsAlone(t *testing.T) {
	each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
		d := newDaemon(v)
		body := d.itself()
		host := d.reports(body).id(t)
		id := v.addCred(snmp("x"), nil)
		v.give(host, v.assignment(id))
		d.reports(body)
		if diff := cmp.Diff(any([]any{v.assignment(id)}), v.assignmentsOf(host)); diff != "" {
			t.Error(diff)
		}
	})
}

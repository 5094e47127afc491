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

func assignment(credential string, addresses ...any) any {
	if addresses == nil {
		return map[string]any{"credential_id": credential, "ip_address_ids": nil}
	}
	return map[string]any{"credential_id": credential, "ip_address_ids": addresses}
}

// Paragraphs 1.2 and 2.4: the same assignments from the side of hosts and networks.

func TestAListOfAHostReplacesItsCredentialsAndNoneKeepsThem(t *testing.T) {
	each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
		subnet := v.addSubnet("lan", "10.0.0.0/8")
		a, b := v.addCred(snmp("a"), nil), v.addCred(snmp("b"), nil)
		body, h := v.plainBody(subnet, "web", "10.0.0.1")
		body["credential_assignments"] = []fields{{"credential_id": a, "ip_address_ids": []string{h.address}}}
		made := v.must("POST", "/api/v1/hosts", body)
		h.id = made.id(t)
		if diff := cmp.Diff([]any{assignment(a, h.address)}, data(t, made)["credential_assignments"]); diff != "" {
			t.Error(diff)
		}
		for _, step := range []struct {
			send any
			want []any
		}{
			{nil, []any{assignment(a, h.address)}},
			{[]fields{{"credential_id": b, "ip_address_ids": nil}}, []any{assignment(b)}},
			{[]fields{{"credential_id": b}, {"credential_id": a}}, []any{assignment(b), assignment(a)}},
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
		a := v.addCred(snmp("a"), fields{"host_assignments": append(on(one.id, []string{one.address}), on(two.id, nil)...)})
		b := v.addCred(snmp("b"), fields{"host_assignments": on(two.id, nil)})
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
		a, forHosts := v.addCred(snmp("a"), nil), v.addCred(docker(), nil)
		path := "/api/v1/" + v.networks + "/" + v.boot.Network.String()
		put := func(ids any) reply {
			body := fields{"name": "Lab", "organization_id": v.boot.Organization}
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
		if got := data(t, v.must("GET", "/api/v1/credentials/"+a, nil))[v.assigned()]; !cmp.Equal(got, any([]any{v.boot.Network.String()})) {
			t.Errorf("the credential's side is %v", got)
		}
		refused(t, put([]string{uuid.NewString()}), http.StatusForbidden, "You don't have access to this Credential")
		refused(t, put([]string{forHosts}), http.StatusBadRequest, "cannot be assigned to a "+v.network)
		put(nil)
		if diff := cmp.Diff(any([]any{}), shown()); diff != "" {
			t.Error(diff)
		}
	})
}

// Paragraph 5.

func TestConsolidationMergesCredentialsAndTheBroadestScopeWins(t *testing.T) {
	for version, merges := range map[string]bool{"0.16.0": false, "0.17.1": true, "0.17.22": true} {
		t.Run(version, func(t *testing.T) {
			v := asVersion(t, version)
			subnet := v.addSubnet("lan", "10.0.0.0/8")
			dst, other := v.addHost(subnet, "dst", "10.0.0.1"), v.addHost(subnet, "other", "10.0.0.2")
			narrow, broad, own := v.addCred(snmp("a"), nil), v.addCred(snmp("b"), nil), v.addCred(snmp("c"), nil)
			v.change(dst.id, fields{"credential_assignments": []fields{
				{"credential_id": narrow, "ip_address_ids": []string{dst.address}}, {"credential_id": broad, "ip_address_ids": []string{dst.address}},
			}})
			v.change(other.id, fields{"credential_assignments": []fields{
				{"credential_id": narrow, "ip_address_ids": []string{other.address}}, {"credential_id": broad},
				{"credential_id": own, "ip_address_ids": []string{other.address}},
			}})
			v.must("PUT", "/api/v1/hosts/"+dst.id+"/consolidate/"+other.id, nil)
			want := []any{assignment(narrow, dst.address), assignment(broad, dst.address)}
			if merges {
				want = []any{assignment(narrow, dst.address, other.address), assignment(broad), assignment(own, other.address)}
			}
			if diff := cmp.Diff(any(want), v.assignmentsOf(dst.id)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestADiscoveryLeavesCredentialsAlone(t *testing.T) {
	each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
		d := newDaemon(v)
		body := d.itself()
		host := d.reports(body).id(t)
		id := v.addCred(snmp("x"), fields{"host_assignments": on(host, nil)})
		d.reports(body)
		if diff := cmp.Diff(any([]any{assignment(id)}), v.assignmentsOf(host)); diff != "" {
			t.Error(diff)
		}
	})
}

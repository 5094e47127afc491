// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

func TestAnUpgradeKeepsAllRowsAndTheirIDs(t *testing.T) {
	versions := emulator.Versions()
	from := slices.Index(versions, "0.14.13")
	b := inProcess(t, emulator.Options{Version: versions[from]})
	b.must("POST", "/api/v1/hosts", b.hostBody(b.subnet(), 1))
	before := b.State().Hosts
	for _, version := range versions[from+1:] {
		b.control("PUT", "/version", fields{"version": version})
		if got := data(t, b.must("GET", "/api/version", nil))["server_version"]; got != version || b.Version() != version {
			t.Fatalf("it is %v, want %s", got, version)
		}
		after := b.State().Hosts
		after[0].CredentialAssignments = nil
		if diff := cmp.Diff(before, after); diff != "" {
			t.Fatalf("%s: %s", version, diff)
		}
		host := b.must("GET", "/api/v1/hosts", nil).rows(t)[0].(map[string]any)
		names := tongueOf(version)
		if host["id"] != before[0].ID.String() || host[names.network+"_id"] != b.boot.Network.String() {
			t.Errorf("%s: host %v", version, host["id"])
		}
		if list, _ := host[names.addressList].([]any); len(list) != 2 {
			t.Errorf("%s: addresses %v", version, host[names.addressList])
		}
	}
}

func TestTheLogTellsRoutesByTheNamesOfTheVersion(t *testing.T) {
	each(t, emulator.Versions(), func(t *testing.T, v versioned) {
		v.must("GET", "/api/v1/"+v.addresses, nil)
		v.must("GET", "/api/v1/"+v.networks+"/"+v.boot.Network.String(), nil)
		want := map[string]int{"GET /api/v1/" + v.addresses: 1, "GET /api/v1/" + v.networks + "/{id}": 1}
		if diff := cmp.Diff(want, v.Log().Counts); diff != "" {
			t.Error(diff)
		}
	})
}
func TestUniversalCredentialsAreThereSince015(t *testing.T) {
	each(t, emulator.Versions(), func(t *testing.T, v versioned) {
		want := http.StatusOK
		if slices.Contains([]string{"0.13.5", "0.14.2", "0.14.13"}, v.version) {
			want = http.StatusNotFound
		}
		if r := v.do("GET", "/api/v1/credentials", nil); r.status != want {
			t.Errorf("status %d, want %d", r.status, want)
		}
	})
}

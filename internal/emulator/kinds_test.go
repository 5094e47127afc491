// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// everyKind makes a row of each kind and returns its id by path.
func (b *bench) everyKind() map[string]string {
	b.t.Helper()
	subnet := b.subnet()
	host := b.must("POST", "/api/v1/hosts", b.hostBody(subnet, 1)).id(b.t)
	h := b.State().Hosts[0]
	daemon := b.must("POST", "/api/v1/daemons/provision", fields{
		"name": "scout", "network_id": b.boot.Network, "url": "http://127.0.0.1:9",
	}).json(b.t)["data"].(map[string]any)["daemon"].(map[string]any)["id"].(string)
	return map[string]string{
		"hosts": host, "subnets": subnet, "daemons": daemon,
		"interfaces": h.Interfaces[0].ID.String(), "ports": h.Ports[0].ID.String(), "services": h.Services[0].ID.String(),
		"bindings": h.Services[1].Bindings[0].ID.String(),
		"tags": b.must("POST", "/api/v1/tags", fields{
			"name": "t", "color": "Red", "description": nil, "organization_id": b.boot.Organization,
		}).id(b.t),
	}
}

func TestEveryKindCanBeReadAndDeletedInBulk(t *testing.T) {
	for kind := range inProcess(t, emulator.Options{}).everyKind() {
		t.Run(kind, func(t *testing.T) {
			b := inProcess(t, emulator.Options{})
			id := b.everyKind()[kind]
			path := "/api/v1/" + kind
			if got := b.must("GET", path+"/"+id, nil).id(t); got != id {
				t.Errorf("read %s", got)
			}
			b.must("GET", path+"?limit=0", nil)
			deleted := b.must("POST", path+"/bulk-delete", []string{id, id}).json(t)["data"].(map[string]any)
			if deleted["deleted_count"] != 1.0 || deleted["requested_count"] != 2.0 {
				t.Errorf("deleted %v", deleted)
			}
			for _, method := range []string{"GET", "DELETE"} {
				refused(t, b.do(method, path+"/"+id, nil), http.StatusNotFound, "entity_not_found")
			}
		})
	}
}

func TestAKeyOfAnotherNetworkMayNeitherReadNorDelete(t *testing.T) {
	for version, status := range map[string]int{"0.14.13": http.StatusForbidden, "0.13.5": http.StatusUnauthorized} {
		b := inProcess(t, emulator.Options{})
		rows := b.everyKind()
		delete(rows, "tags")    // belong to the organization
		delete(rows, "daemons") // have a host that cannot go
		if err := b.SetVersion(version); err != nil {
			t.Fatal(err)
		}
		stranger := b.AddKey(emulator.Owner, b.boot.Network2)
		for kind, id := range rows {
			for _, call := range []struct {
				method, path string
				body         any
			}{
				{"GET", "/api/v1/" + kind + "/" + id, nil}, {"DELETE", "/api/v1/" + kind + "/" + id, nil},
				{"POST", "/api/v1/" + kind + "/bulk-delete", []string{id}},
			} {
				if r, err := b.tryAs(stranger, call.method, call.path, call.body); err != nil || r.status != status {
					t.Errorf("%s, %s %s: %d %v, want %d", version, call.method, kind, r.status, err, status)
				}
			}
		}
	}
}

func TestListsAreOrderedAsAsked(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	b.everyKind()
	for kind, orders := range map[string][]string{
		"hosts":    {"created_at", "updated_at", "name", "hostname", "network_id", "virtualized_by"},
		"services": {"created_at", "updated_at", "name", "position", "network_id", "host"},
		"subnets":  {"created_at", "updated_at", "name", "cidr", "subnet_type", "network_id"},
		"tags":     {"created_at", "updated_at", "name", "color"},
		"daemons":  {"created_at", "updated_at", "name", "last_seen", "network_id"},
	} {
		for _, order := range orders {
			b.must("GET", "/api/v1/"+kind+"?order_by="+order+"&group_by=created_at&order_direction=desc", nil)
		}
		for _, query := range []string{"order_by=nothing", "order_direction=up", "limit=1&limit=2", "network_id=x"} {
			if kind == "tags" && query == "network_id=x" {
				continue
			}
			if r := b.do("GET", "/api/v1/"+kind+"?"+query, nil); r.status != http.StatusBadRequest {
				t.Errorf("%s?%s: %d", kind, query, r.status)
			}
		}
	}
	names := func(direction string) (out []any) {
		for _, row := range b.must("GET", "/api/v1/services?order_by=name&order_direction="+direction, nil).rows(t) {
			out = append(out, row.(map[string]any)["name"])
		}
		return out
	}
	if up, down := names("asc"), names("desc"); up[0] != "s0" || down[0] != "s2" {
		t.Errorf("up %v, down %v", up, down)
	}
}

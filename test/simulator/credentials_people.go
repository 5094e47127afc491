// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"net/http"
	"slices"

	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// meddleWithCredentials is what a person does to credentials in the web UI, to those of others as to ours.
func (s *site) meddleWithCredentials() {
	w := s.world
	rows := s.State().Credentials
	s.witness.others(func() {
		switch n := w.random.IntN(100); {
		case n < 35 || len(rows) == 0:
			s.makeCredential()
		case n < 45:
			r := one(w, rows...)
			s.try(http.MethodDelete, "/api/v1/credentials/"+r.ID.String(), nil, "deletes credential "+r.Name)
		case n < 70 && w.assigns():
			r := one(w, rows...)
			s.editCredential(&r, "assigns", s.reassign)
		default:
			r := one(w, rows...)
			s.editCredential(&r, "edits", s.retouch)
		}
	})
}

// makeCredential makes one of somebody else, for some host or network.
func (s *site) makeCredential() {
	w := s.world
	name := "by hand " + decimal(w.random.IntN(1000))
	body := fields{"name": name, "organization_id": s.boot.Organization, "tags": []string{}, "credential_type": w.drawTheirs()}
	if w.assigns() {
		body["assigned_network_ids"], body["host_assignments"] = []string{}, []fields{}
		if hosts := s.State().Hosts; len(hosts) > 0 && w.chance(60) {
			body["host_assignments"] = []fields{w.drawAssignment(&hosts[w.random.IntN(len(hosts))])}
		}
	}
	s.try(http.MethodPost, "/api/v1/credentials", body, "makes credential "+name)
}

// drawTheirs are the settings of a credential of somebody else.
func (w *world) drawTheirs() fields {
	out := fields{"type": "SnmpV2c", "community": fields{"mode": "Inline", "value": "theirs"}}
	switch n := w.random.IntN(10); {
	case n < 4:
		return fields{"type": "DockerProxy", "port": 2375}
	case n < 6 && place(w.version) >= place("0.17.16"):
		return fields{"type": "UnifiApiKey", "port": 443, "site": "default", "api_key": fields{"mode": "Inline", "value": "theirs"}}
	}
	return out
}

// drawAssignment gives a credential to a host, or to one of its addresses.
func (w *world) drawAssignment(h *emulator.Host) fields {
	out := fields{"host_id": h.ID, "ip_address_ids": nil}
	if len(h.Interfaces) > 0 && w.chance(40) {
		out["ip_address_ids"] = []uuid.UUID{one(w, h.Interfaces...).ID}
	}
	return out
}

// editCredential changes a credential as the web UI does: it shows the row, and sends it back whole.
func (s *site) editCredential(r *emulator.Credential, what string, change func(row fields)) {
	path := "/api/v1/credentials/" + r.ID.String()
	status, row := s.send(s.token, nil, http.MethodGet, path, nil)
	if status != http.StatusOK {
		return
	}
	change(row)
	s.try(http.MethodPut, path, row, what+" credential "+r.Name)
}

// reassign gives a credential to a host or network, or takes it from one.
func (s *site) reassign(row fields) {
	w := s.world
	if w.chance(25) {
		s.reassignNetwork(row)
		return
	}
	given, _ := row["host_assignments"].([]any)
	if len(given) > 0 && w.chance(40) {
		n := w.random.IntN(len(given))
		row["host_assignments"] = slices.Delete(given, n, n+1)
		return
	}
	if hosts := s.State().Hosts; len(hosts) > 0 {
		to := w.drawAssignment(&hosts[w.random.IntN(len(hosts))])
		given = slices.DeleteFunc(given, func(a any) bool {
			has, _ := a.(fields)
			return has["host_id"] == to["host_id"].(uuid.UUID).String()
		})
		row["host_assignments"] = append(given, to)
	}
}

// reassignNetwork gives a credential to the second network, or takes it from all.
func (s *site) reassignNetwork(row fields) {
	key := "assigned_network_ids"
	if _, ok := row[key]; !ok {
		key = "assigned_site_ids"
	}
	if given, _ := row[key].([]any); len(given) > 0 {
		row[key] = []any{}
		return
	}
	row[key] = []any{one(s.world, s.boot.Network, s.boot.Network2)}
}

// retouch changes what a credential is called, or its description, tags or port.
func (s *site) retouch(row fields) {
	w := s.world
	settings, _ := row["credential_type"].(fields)
	switch n := w.random.IntN(4); {
	case n == 0 && w.describes():
		row["description"] = one(w, "by hand", "by foot")
	case n == 1:
		row["tags"] = []any{one(w, s.State().Tags...).ID}
	case n == 2 && settings["port"] != nil:
		settings["port"] = one(w, 2377, 2378)
	default:
		row["name"] = one(w, "Renamed", "Gamma")
	}
}

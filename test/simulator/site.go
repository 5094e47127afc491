// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/spell"
)

type fields = map[string]any

// site is a Scanopy server, who else uses it, and what is known of it.
type site struct {
	*emulator.Server

	world   *world
	name    string
	url     string
	boot    emulator.Bootstrap
	token   string
	subnets []string
	daemon  daemon
	witness *witness
	// silent is until when nothing may be asked after a 429.
	silent time.Time
}

func newSite(w *world, name string) *site {
	ids := rand.New(rand.NewPCG(w.random.Uint64(), 1)) //nolint:gosec // a seed must give the same again
	server, err := emulator.New(emulator.Options{Version: w.version, Clock: w.clock, NewID: func() uuid.UUID { return drawID(ids) }})
	must(err)
	s := &site{Server: server, world: w, name: name, url: "http://" + name + ".example", boot: server.Bootstrap()}
	s.witness = newWitness(s)
	s.token = server.AddKey(emulator.Owner, s.boot.Network, s.boot.Network2)
	for _, cidr := range []string{"10.0.0.0/24", "10.0.1.0/24"} {
		s.subnets = append(s.subnets, s.must("POST", "/api/v1/subnets", fields{
			"name": "net " + cidr, "cidr": cidr, "network_id": s.boot.Network, "description": nil, "subnet_type": "Lan",
			"source": fields{"type": "Manual"}, "tags": []string{},
		}))
	}
	for _, tag := range tagNames() {
		s.must("POST", "/api/v1/tags", fields{"name": tag, "color": "Green", "description": nil, "organization_id": s.boot.Organization})
	}
	return s
}

func drawID(from *rand.Rand) uuid.UUID {
	var id uuid.UUID
	for i := range id {
		id[i] = byte(from.UintN(256)) //nolint:gosec // it is below 256
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id
}

// newID is an id that somebody outside makes.
func (w *world) newID() string { return drawID(w.random).String() }

// must sends a request of somebody outside that cannot fail and gives the id of the row.
func (s *site) must(method, path string, body any) string {
	status, data := s.send(s.token, nil, method, path, body)
	if status != http.StatusOK {
		panic(fmt.Sprintf("%s %s: %d %v", method, path, status, data))
	}
	id, _ := data["id"].(string)
	return id
}

// send sends a request of somebody outside and gives the answer's status and data.
func (s *site) send(token string, header map[string]string, method, path string, body any) (int, fields) {
	path, raw, err := spell.As(s.Version(), path, body, header != nil)
	must(err)
	if body == nil {
		raw = nil
	}
	req, err := http.NewRequest(method, s.url+path, bytes.NewReader(raw)) // it is answered in the same process
	must(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	for name, value := range header {
		req.Header.Set(name, value)
	}
	resp, err := s.Transport().RoundTrip(req)
	must(err)
	answer, err := io.ReadAll(resp.Body)
	must(err)
	var out struct {
		Data  fields `json:"data"`
		Error any    `json:"error"`
	}
	_ = json.Unmarshal(answer, &out)
	if resp.StatusCode != http.StatusOK {
		return resp.StatusCode, fields{"error": out.Error}
	}
	return resp.StatusCode, out.Data
}

// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

type fields = map[string]any

// send does by hand, as the owner, what people do in Scanopy's web UI, and returns the data of the answer.
func (w *world) send(ctx SpecContext, method, path string, body any) fields {
	GinkgoHelper()
	path, raw := w.spell(path, body, false)
	req, err := http.NewRequestWithContext(ctx, method, w.url+path, bytes.NewReader(raw))
	Expect(err).NotTo(HaveOccurred())
	req.Header.Set("Authorization", "Bearer "+w.boot.Tokens.Owner)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	Expect(err).NotTo(HaveOccurred())
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	Expect(err).NotTo(HaveOccurred())
	Expect(resp.StatusCode).To(Equal(http.StatusOK), "%s %s: %s", method, path, answer)
	var out struct {
		Data fields `json:"data"`
	}
	_ = json.Unmarshal(answer, &out)
	return out.Data
}

// post makes a row and returns its id.
func (w *world) post(ctx SpecContext, path string, body any) string {
	GinkgoHelper()
	return fmt.Sprint(w.send(ctx, http.MethodPost, path, body)["id"])
}

func (w *world) addSubnet(ctx SpecContext, name, cidr string) string {
	GinkgoHelper()
	return w.post(ctx, "/api/v1/subnets", fields{
		"name": name, "cidr": cidr, "network_id": w.boot.Network, "description": nil, "subnet_type": "Lan",
		"source": fields{"type": "Manual"}, "tags": []string{},
	})
}

// addForeign adds a port and a service that listens on it to a host, by hand.
func (w *world) addForeign(ctx SpecContext, host uuid.UUID, number int, definition string) (service string) {
	GinkgoHelper()
	port := w.post(ctx, "/api/v1/ports", fields{
		"host_id": host, "network_id": w.boot.Network, "number": number, "protocol": "Tcp", "type": "Custom",
	})
	return w.addForeignService(ctx, host, port, definition)
}

func (w *world) addForeignService(ctx SpecContext, host uuid.UUID, port, definition string) (service string) {
	GinkgoHelper()
	id := uuid.NewString()
	return w.post(ctx, "/api/v1/services", fields{
		"host_id": host, "network_id": w.boot.Network, "service_definition": definition, "name": definition,
		"source": fields{"type": "Manual"}, "tags": []string{}, "virtualization": nil, "position": 0,
		"bindings": []fields{{
			"id": uuid.NewString(), "type": "Port", "port_id": port, "interface_id": nil, "service_id": id, "network_id": w.boot.Network,
		}},
	})
}

// spoil adds faults.
func (w *world) spoil(faults ...emulator.Fault) {
	GinkgoHelper()
	Expect(w.scanopy.AddFaults(faults...)).To(Succeed())
}

// requests counts the requests so far, such as "POST /api/v1/hosts".
func (w *world) requests(route string) int { return w.scanopy.Log().Counts[route] }

// writes are the requests so far that may change something.
func (w *world) writes() []string {
	out := []string{}
	for _, e := range w.scanopy.Log().Entries {
		if e.Method != http.MethodGet {
			out = append(out, e.Method+" "+e.Path)
		}
	}
	return out
}

// host is the only host of this name.
func (w *world) host(name string) emulator.Host {
	GinkgoHelper()
	hosts := w.scanopy.State().Hosts
	hosts = slices.DeleteFunc(hosts, func(h emulator.Host) bool { return h.Name != name })
	Expect(hosts).To(HaveLen(1), "hosts called %s", name)
	return hosts[0]
}

// portOf is the id of a port of a host.
func portOf(host emulator.Host, number uint16) string {
	GinkgoHelper()
	i := slices.IndexFunc(host.Ports, func(p emulator.Port) bool { return p.Number == number })
	Expect(i).To(BeNumerically(">=", 0), "port %d of %s", number, host.Name)
	return host.Ports[i].ID.String()
}

// holds waits until the server holds exactly this; see inventory.
func (w *world) holds(ctx SpecContext, lines ...string) {
	GinkgoHelper()
	Eventually(w.inventory).WithContext(ctx).Should(ConsistOf(lines), "%s", strings.Join(w.writes(), "\n"))
}

// keeps checks for a while that the server holds exactly this.
func (w *world) keeps(ctx SpecContext, lines ...string) {
	GinkgoHelper()
	Consistently(w.inventory).WithContext(ctx).Should(ConsistOf(lines))
}

// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"

	"github.com/google/uuid"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// daemon is one of the server's own, played by a test.
type daemon struct {
	w       *world
	id, key string
	// mac is that of the addresses that it finds; none by default.
	mac *string
}

// newDaemon provisions a daemon, as somebody does in the web UI. The host that it runs on is called scout.
func (w *world) newDaemon(ctx SpecContext) daemon {
	GinkgoHelper()
	if strings.HasPrefix(w.scanopy.Version(), "0.13.") {
		Skip("daemons of that version can't be played")
	}
	data := w.send(ctx, http.MethodPost, "/api/v1/daemons/provision", fields{
		"name": "scout", "network_id": w.boot.Network, "url": "http://127.0.0.1:9",
	})
	d, ok := data["daemon"].(fields)
	Expect(ok).To(BeTrue(), "%v", data)
	id, _ := d["id"].(string)
	key, _ := data["daemon_api_key"].(string)
	return daemon{w: w, id: id, key: key}
}

// finds reports a host with one address, a port for each number, and the service SSH on the first of them.
func (d daemon) finds(ctx SpecContext, name, address string, numbers ...int) {
	GinkgoHelper()
	host, iface, service := uuid.New(), uuid.New(), uuid.New()
	network := d.w.boot.Network
	var ports []fields
	for _, n := range numbers {
		ports = append(ports, fields{"id": uuid.New(), "network_id": network, "host_id": host, "number": n, "protocol": "Tcp", "type": "Custom"})
	}
	var services []fields
	if len(ports) > 0 {
		services = []fields{{
			"id": service, "host_id": host, "network_id": network, "service_definition": "SSH", "name": "SSH", "virtualization": nil,
			"source": fields{
				"type":     "DiscoveryWithMatch",
				"metadata": []fields{{"type": "Network", "daemon_id": d.id, "date": "2026-01-01T00:00:00Z"}},
				"details":  fields{"confidence": "High", "reason": fields{"type": "reason", "data": "seen"}},
			},
			"bindings": []fields{{"type": "Port", "id": uuid.New(), "service_id": service, "network_id": network, "port_id": ports[0]["id"], "interface_id": iface}},
		}}
	}
	d.send(ctx, "/api/v1/hosts/discovery", fields{
		"host": fields{
			"id": host, "name": name, "network_id": network, "hidden": false, "description": nil,
			"source": fields{"type": "Discovery", "metadata": []fields{}},
		},
		"interfaces": []fields{{"id": iface, "network_id": network, "host_id": host, "subnet_id": d.w.subnet, "ip_address": address, "mac_address": d.mac}},
		"ports":      ports, "services": services, "if_entries": []fields{},
	})
}

func (d daemon) send(ctx SpecContext, path string, body any) {
	GinkgoHelper()
	path, raw := d.w.spell(path, body, true)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.w.url+path, bytes.NewReader(raw))
	Expect(err).NotTo(HaveOccurred())
	req.Header.Set("Authorization", "Bearer "+d.key)
	req.Header.Set("X-Daemon-ID", d.id)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	Expect(err).NotTo(HaveOccurred())
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	Expect(err).NotTo(HaveOccurred())
	Expect(resp.StatusCode).To(Equal(http.StatusOK), "%s: %s", path, answer)
}

// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"
	"strings"
)

// What services are in Scanopy until their bindings change.
const (
	metrics = "metrics (Prometheus Node Exporter): 9100/TCP on eth0, present on eth1"
	web02   = "web (Caddy): 443/TCP on eth0, 80/TCP on all interfaces"
)

// story is the demo: the steps in their order. The manifests are in config/samples.
func story(version string) []step {
	steps := slices.Concat(beginnings(version), verdicts(), references(), changes(), merges(), credentials(version), ends())
	if strings.HasPrefix(version, "0.13.") {
		return steps // its daemons can't be played
	}
	return append(steps, adoption()...)
}

// beginnings are the steps in which all goes well.
func beginnings(version string) []step {
	const edge = "edge (Caddy): 443/TCP on eth0, 80/TCP on all interfaces"
	return []step{
		{
			title: "Where Scanopy is",
			words: `A Backend names the server, the Secret with the token and the network; a ClusterBackend does so for several namespaces. What
names neither uses the Backend called default. (The address and the token in the samples are replaced by those of the emulator.)`,
			apply: []string{"namespace.yaml", "secret.yaml", "backend.yaml", "clusterbackend.yaml"},
			facts: []fact{
				{object: "scbe/default", path: ready, is: "True"},
				{object: "scbe/default", path: `{.status.serverVersion}`, is: version},
				{object: "sccbe/shared", path: ready, is: "True"},
			},
			show: []string{"scbe,sccbe"},
		},
		{
			title: "A host with a service, by one manifest",
			words: "Interfaces, ports, a service and its bindings go to Scanopy as one host, by one request.",
			apply: []string{"host.yaml"},
			facts: []fact{
				{object: "schost/web-01", path: ready, is: "True"},
				{object: "schost/web-01", path: `{.status.counts.bindings.accepted}`, is: "2"},
			},
			show:      []string{"schost"},
			inventory: map[string][]string{"web-01": {edge}},
		},
		{
			title: "A service on it, from somebody else's manifests",
			words: "A Service names the Host, a Binding names the Service. The Host's own manifest stays as it is.",
			apply: []string{"service.yaml", "binding.yaml"},
			facts: []fact{
				{object: "scsvc/metrics", path: ready, is: "True"},
				{object: "scbind/metrics-eth1", path: outcome, is: "Effective"},
			},
			show:      []string{"scsvc,scbind"},
			inventory: map[string][]string{"web-01": {edge, metrics}},
		},
		{
			title: "A whole host by separate objects",
			words: "What step 2 did in one manifest, in four. They are judged together and go out together.",
			apply: []string{"demo/01-separate-objects.yaml"},
			facts: []fact{
				{object: "schost/web-02", path: ready, is: "True"},
				{object: "scsvc/web", path: ready, is: "True"},
				{object: "scbind/web-http", path: outcome, is: "Effective"},
				{object: "scbind/web-https-eth0", path: outcome, is: "Effective"},
			},
			show:      []string{"schost,scsvc,scbind"},
			inventory: map[string][]string{"web-02": {web02}},
		},
	}
}

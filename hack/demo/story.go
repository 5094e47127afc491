// SPDX-License-Identifier: Apache-2.0

package main

import "slices"

// story is the demo: the steps in their order. The manifests are in config/samples/demo.
func story() []step {
	steps := []step{
		{
			title: "Where Scanopy is",
			words: "A Backend names the server, the Secret with the token and the network. Whatever says nothing else uses the one called default.",
			apply: "01-backend.yaml",
			facts: []fact{
				{object: "scbe/default", path: ready, is: "True"},
				{object: "scbe/default", path: `{.status.serverVersion}`, is: "0.14.13"},
			},
			show: []string{"scbe"},
		},
		{
			title: "A host with its services, by one manifest",
			words: "Interfaces, ports, a service and its bindings go to Scanopy as one host, by one request.",
			apply: "02-one-manifest.yaml",
			facts: []fact{
				{object: "schost/web-01", path: ready, is: "True"},
				{object: "schost/web-01", path: `{.status.counts.bindings.accepted}`, is: "2"},
			},
			show:      []string{"schost"},
			inventory: map[string][]string{"web-01": {"edge (Caddy): 443/TCP on eth0, 80/TCP on all interfaces"}},
		},
		{
			title: "The same by separate objects",
			words: "A Host, a Service that names it and Bindings that name the Service. They are judged together and go out together.",
			apply: "03-separate-objects.yaml",
			facts: []fact{
				{object: "schost/web-02", path: ready, is: "True"},
				{object: "scsvc/web", path: ready, is: "True"},
				{object: "scbind/web-http", path: outcome, is: "Effective"},
				{object: "scbind/web-https-eth0", path: outcome, is: "Effective"},
			},
			show:      []string{"schost,scsvc,scbind"},
			inventory: map[string][]string{"web-02": {"web (Caddy): 443/TCP on eth0, 80/TCP on all interfaces"}},
		},
	}
	return slices.Concat(steps, verdicts(), references(), changes())
}

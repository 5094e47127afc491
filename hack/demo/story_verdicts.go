// SPDX-License-Identifier: Apache-2.0

package main

// verdicts are the steps in which not everything that is declared can be so.
func verdicts() []step {
	return []step{
		{
			title: "A duplicate, a superseded, a conflicting and a port-claimed binding",
			words: `The first two ask for what is so anyway: they are Ready. The other two can't be: they say what is in their way and what to
do, and the winner's status lists all that lost against it. Who was declared earlier wins; of two within one second, the one whose name comes first. The counts follow within 10 seconds.`,
			apply: []string{"demo/02-verdicts.yaml"},
			facts: []fact{
				{object: "scbind/web-http-again", path: ready, is: "True"},
				{object: "scbind/web-http-again", path: reason, is: "Duplicate"},
				{object: "scbind/web-http-again", path: message, has: []string{"web-http"}},
				{object: "scbind/web-http-eth0", path: ready, is: "True"},
				{object: "scbind/web-http-eth0", path: reason, is: "Superseded"},
				{object: "scbind/web-http-eth0", path: message, has: []string{"web-http"}},
				{object: "scbind/web-on-eth1", path: ready, is: "False"},
				{object: "scbind/web-on-eth1", path: reason, is: "Conflicted"},
				{object: "scbind/web-on-eth1", path: message, has: []string{"web-http"}},
				{object: "scsvc/web-proxy", path: ready, is: "False"},
				{object: "scsvc/web-proxy", path: reason, is: "PortClaimed"},
				{object: "scsvc/web-proxy", path: message, has: []string{"http (80/TCP)", "web"}},
				{object: "scbind/web-http", path: ready, is: "True"},
				{object: "scbind/web-http", path: shadows, has: []string{
					"Binding web-http-again (Duplicate)", "Binding web-http-eth0 (Superseded)", "Binding web-on-eth1 (Conflicted)", "Service web-proxy (PortClaimed)",
				}},
				{object: "scsvc/web", path: `{.status.bindingsSummary}`, is: "4/5"},
			},
			show:      []string{"scsvc,scbind"},
			inventory: map[string][]string{"web-02": {web02, "web-proxy (HAProxy): no binding"}},
		},
		{
			title: "A reference to another host is refused",
			words: "A service is where its host is. A binding to a port of another host is refused, and nothing else suffers from it.",
			apply: []string{"demo/03-cross-host.yaml"},
			facts: []fact{
				{object: "scbind/web-on-web-01", path: ready, is: "False"},
				{object: "scbind/web-on-web-01", path: reason, is: "CrossHost"},
				{object: "scbind/web-on-web-01", path: message, has: []string{"web-01"}},
				{object: "scsvc/web", path: ready, is: "True"},
			},
			show: []string{"scbind web-on-web-01"},
		},
	}
}

// references are the steps in which something that is referred to is missing.
func references() []step {
	return []step{
		{
			title: "A binding that comes before its service",
			words: "What is missing is told, and waited for. That is no refusal.",
			apply: []string{"demo/04-binding-first.yaml"},
			facts: []fact{
				{object: "scbind/cache-redis", path: ready, is: "False"},
				{object: "scbind/cache-redis", path: reason, is: "ServiceNotFound"},
				{object: "scbind/cache-redis", path: outcome, is: "Pending"},
			},
			show: []string{"scbind cache-redis"},
		},
		{
			title: "It heals by itself when the service comes",
			words: "Nobody touches the Binding.",
			apply: []string{"demo/05-service-later.yaml"},
			facts: []fact{
				{object: "scsvc/cache", path: ready, is: "True"},
				{object: "scbind/cache-redis", path: ready, is: "True"},
				{object: "scbind/cache-redis", path: outcome, is: "Effective"},
			},
			show:      []string{"scbind cache-redis"},
			inventory: map[string][]string{"web-02": {"cache (Redis): 6379/TCP on all interfaces", web02, "web-proxy (HAProxy): no binding"}},
		},
	}
}

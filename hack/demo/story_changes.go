// SPDX-License-Identifier: Apache-2.0

package main

// changes are the steps that take away and change what was declared.
func changes() []step {
	const others = "cache (Redis): 6379/TCP on all interfaces"
	return []step{
		{
			title:  "The winner is deleted, and the next takes its place",
			words:  "web-http goes. Its duplicate says the same and becomes the one that counts; what lost against web-http loses against that one now.",
			remove: "scbind/web-http",
			facts: []fact{
				{object: "scbind/web-http-again", path: outcome, is: "Effective"},
				{object: "scbind/web-http-eth0", path: outcome, is: "Superseded"},
				{object: "scbind/web-on-eth1", path: message, has: []string{"web-http-again"}},
				{object: "scsvc/web-proxy", path: reason, is: "PortClaimed"},
			},
			show: []string{"scsvc,scbind"},
			inventory: map[string][]string{"web-02": {
				others, web02, "web-proxy (HAProxy): no binding",
			}},
		},
		{
			title:  "The next goes too, and two others hold",
			words:  "Nothing listens on all interfaces now: port http on eth0 counts, and interface eth1 is free for web. web-proxy still meets web on eth0.",
			remove: "scbind/web-http-again",
			facts: []fact{
				{object: "scbind/web-http-eth0", path: outcome, is: "Effective"},
				{object: "scbind/web-on-eth1", path: outcome, is: "Effective"},
				{object: "scbind/web-on-eth1", path: ready, is: "True"},
				{object: "scsvc/web-proxy", path: message, has: []string{"web"}},
			},
			show: []string{"scsvc,scbind"},
			inventory: map[string][]string{"web-02": {
				others, "web (Caddy): 443/TCP on eth0, 80/TCP on eth0, present on eth1", "web-proxy (HAProxy): no binding",
			}},
		},
		{
			title: "An edit",
			words: "web-01 gets a description, a port and a binding to it. The host is read, merged and written, so that what others added to it stays.",
			apply: []string{"demo/06-edit.yaml"},
			facts: []fact{
				{object: "schost/web-01", path: ready, is: "True"},
				{object: "schost/web-01", path: `{.status.counts.bindings.accepted}`, is: "5"},
			},
			show: []string{"schost"},
			inventory: map[string][]string{"web-01": {
				"edge (Caddy): 2019/TCP on eth0, 443/TCP on eth0, 80/TCP on all interfaces", metrics,
			}},
		},
	}
}

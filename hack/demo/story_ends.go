// SPDX-License-Identifier: Apache-2.0

package main

// ends are the steps in which somebody else changes what was declared, and in which it is declared no more.
func ends() []step {
	return []step{
		{
			title: "A drift is repaired",
			words: `Somebody edits web-01 in Scanopy's web UI. What is declared wins: at the next look, which comes by itself every resyncPeriod,
it is put right and an event names the field. Done to one field three times within an hour, the operator stops and says whom to talk to.`,
			hand: byHand(`somebody gives web-01 the hostname "edited.example"`, rename("web-01", "edited.example")),
			facts: []fact{
				{object: "schost/web-01", path: ready, is: "True"},
			},
			tales: []tale{{object: "schost/web-01", reason: "Repaired", has: []string{"hostname", "edited.example", "web-01.lab.example"}}},
			show:  []string{"schost web-01"},
			inventory: map[string][]string{"web-01": {
				"edge (Caddy): 2019/TCP on eth0, 443/TCP on eth0, 80/TCP on all interfaces", metrics,
			}},
		},
		{
			title:     "A deletion",
			words:     "The Host goes when its host in Scanopy is gone: kubectl waits for that. Who had a service on it is told.",
			remove:    "schost/web-01",
			facts:     []fact{{object: "scsvc/metrics", path: reason, is: "HostNotFound"}},
			show:      []string{"schost,scsvc"},
			inventory: map[string][]string{"web-01": nil},
		},
	}
}

// SPDX-License-Identifier: Apache-2.0

package main

// merges are the steps in which two Hosts become one, and two again.
func merges() []step {
	const (
		db    = "db (PostgreSQL): 5432/TCP on all interfaces"
		shell = "shell (SSH): 22/TCP on mgmt"
		into  = `{.status.consolidatedInto}`
	)
	return []step{
		{
			title: "Two hosts",
			words: "Two Hosts with a service each; in truth they are one machine under two names.",
			apply: []string{"demo/10-apart.yaml"},
			facts: []fact{
				{object: "schost/db-01", path: ready, is: "True"},
				{object: "schost/db-01-old", path: ready, is: "True"},
			},
			show:      []string{"schost"},
			inventory: map[string][]string{"db-01": {db}, "db-01-old": {shell}},
		},
		{
			title: "A consolidation",
			words: `db-01-old is declared to be db-01. Scanopy merges the two, so that what a discovery found on either is kept, and what
is declared on either is on the one that is left.`,
			apply: []string{"demo/11-consolidated.yaml"},
			facts: []fact{
				{object: "schost/db-01-old", path: ready, is: "True"},
				{object: "schost/db-01-old", path: reason, is: "Consolidated"},
				{object: "schost/db-01-old", path: into, is: "db-01"},
			},
			tales:     []tale{{object: "schost/db-01-old", reason: "Consolidated", has: []string{"merged into that of Host db-01"}}},
			show:      []string{"schost"},
			inventory: map[string][]string{"db-01": {db, shell}, "db-01-old": nil},
		},
		{
			title: "Its undoing",
			words: "Without the field they are two again: first db-01 lets go of what is not its own, then the other is made.",
			apply: []string{"demo/10-apart.yaml"},
			facts: []fact{
				{object: "schost/db-01-old", path: ready, is: "True"},
				{object: "schost/db-01-old", path: reason, is: "Synced"},
				{object: "schost/db-01", path: ready, is: "True"},
			},
			show:      []string{"schost"},
			inventory: map[string][]string{"db-01": {db}, "db-01-old": {shell}},
		},
	}
}

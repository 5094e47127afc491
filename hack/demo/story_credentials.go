// SPDX-License-Identifier: Apache-2.0

package main

import (
	utilversion "k8s.io/apimachinery/pkg/util/version"
)

const (
	// keptSince is the first version that has credentials like those of the samples, assignedSince the first in which they
	// know the networks and hosts that they are for.
	keptSince     = "0.15.0"
	assignedSince = "0.17.1"
)

// isSince says whether a version is this one or later.
func isSince(version, first string) bool {
	return utilversion.MustParseGeneric(version).AtLeast(utilversion.MustParseGeneric(first))
}

// credentials are the step with what daemons log in with, and what a server lacks for it.
func credentials(version string) []step {
	s := step{
		title: "What daemons log in with",
		words: `A Credential takes its secret values from Secrets, and is tried on whole networks or given to single Hosts. Nothing shows the values,
Scanopy neither.`,
		apply: []string{"credential.yaml", "demo/12-unassigned.yaml"},
		show:  []string{"sccred"},
	}
	if !isSince(version, assignedSince) {
		s.title = "What this server can't do"
		s.words = `Credentials take their secret values from Secrets. They need a newer Scanopy, those for whole networks a still newer one: which,
the objects say. SERVER_VERSION=0.17.22 has all.`
	}
	s.facts = append(told("sccred/snmp-lab", version, assignedSince), told("sccred/snmp-unassigned", version, keptSince)...)
	return []step{s}
}

// told is what a Credential says that needs a version.
func told(object, version, first string) []fact {
	if isSince(version, first) {
		return []fact{{object: object, path: ready, is: "True"}, {object: object, path: `{.status.secrets[0].name}`, is: "snmp"}}
	}
	return []fact{{object: object, path: reason, is: "Unsupported"}, {object: object, path: message, has: []string{first + " or newer"}}}
}

// SPDX-License-Identifier: Apache-2.0

package main

import (
	utilversion "k8s.io/apimachinery/pkg/util/version"
)

// assignedSince is the first version in which a credential knows the networks and hosts that it is for.
const assignedSince = "0.17.1"

// keepsCredentials says whether a server has the credentials of the samples.
func keepsCredentials(version string) bool {
	return utilversion.MustParseGeneric(version).AtLeast(utilversion.MustParseGeneric(assignedSince))
}

// credentials are the step with what daemons log in with, or that says what a server lacks for it.
func credentials(version string) []step {
	const apply, show = "credential.yaml", "sccred"
	if !keepsCredentials(version) {
		return []step{{
			title: "What this server can't do",
			words: "Credentials for networks need a newer Scanopy; SERVER_VERSION=0.17.22 shows one. Which version, the object says.",
			apply: []string{apply},
			facts: []fact{
				{object: "sccred/snmp-lab", path: reason, is: "Unsupported"},
				{object: "sccred/snmp-lab", path: message, has: []string{"or newer"}},
			},
			show: []string{show},
		}}
	}
	return []step{{
		title: "What daemons log in with",
		words: `A Credential takes its secret values from Secrets, and is tried on whole networks or given to single Hosts. Nothing shows the values,
Scanopy neither.`,
		apply: []string{apply},
		facts: []fact{
			{object: "sccred/snmp-lab", path: ready, is: "True"},
			{object: "sccred/snmp-lab", path: `{.status.secrets[0].name}`, is: "snmp"},
		},
		show: []string{show},
	}}
}

// SPDX-License-Identifier: Apache-2.0

package main

// adoption are the steps with a machine that Scanopy knows before anybody declares it.
func adoption() []step {
	const ssh, files = "SSH (SSH): 22/TCP on ", "files (Samba): 445/TCP on all interfaces"
	return []step{
		{
			title: "A machine that discovery found",
			words: `A daemon of Scanopy has found 10.20.0.50, with SSH and another open port. A manifest declares the same machine. Nothing is
taken over unasked: the message says what is there and how to adopt it.`,
			found: &finding{name: "10.20.0.50", address: "10.20.0.50", ports: []int{22, 5000}},
			apply: []string{"demo/07-found.yaml"},
			facts: []fact{
				{object: "schost/nas", path: reason, is: "AlreadyExists"},
				{object: "schost/nas", path: message, has: []string{"10.20.0.50", "adoptionPolicy: IfUnowned", "spec.externalID: "}},
			},
			show:      []string{"schost"},
			inventory: map[string][]string{"10.20.0.50": {ssh + "10.20.0.50"}},
		},
		{
			title: "What adopting it would do",
			words: "managementPolicy ObserveOnly writes nothing: status.pendingChanges lists what would be written.",
			apply: []string{"demo/08-observed.yaml"},
			facts: []fact{
				{object: "schost/nas", path: reason, is: "Observed"},
				{object: "schost/nas", path: pending, has: []string{"adopted", "10.20.0.50\" becomes \"nas\"", "service files: created"}},
			},
			show:      []string{"schost"},
			inventory: map[string][]string{"10.20.0.50": {ssh + "10.20.0.50"}, "nas": nil},
		},
		{
			title: "It is adopted",
			words: "The Host takes it over: the name and the service are written, and SSH and both open ports stay as they were found.",
			apply: []string{"demo/09-adopted.yaml"},
			facts: []fact{
				{object: "schost/nas", path: ready, is: "True"},
				{object: "schost/nas", path: `{.status.source}`, is: "Discovery"},
				{object: "schost/nas", path: `{.status.discovered}`, is: "3"},
			},
			show:      []string{"schost"},
			inventory: map[string][]string{"nas": {ssh + "eth0", files}, "10.20.0.50": nil},
		},
		{
			title:     "An adopted host stays when its Host goes",
			words:     "What was there before is not deleted; deletionPolicy: Delete would.",
			remove:    "schost/nas",
			inventory: map[string][]string{"nas": {ssh + "eth0", files}},
		},
	}
}

// SPDX-License-Identifier: Apache-2.0

// Package batch sends together what belongs together: deletions of hosts as bulk requests.
//
// In go Items, each a group's hosts to delete; out come Outcomes, one per group, and calls of Options.OnDone. The
// package imports core, fault, scanopy, registry, snapshot and apply (for its locks), and knows no Kubernetes.
//
// Deleter.Delete returns at once. The items of one snapshot key go out when none has come for 1 s, at the latest 5 s
// after the first, and never more than 1,000 hosts at once. A batch takes a token for each request and the network's
// lock; while it lacks either, no goroutine waits: its key is called by the registry's OnReady or by that of the Locks,
// and Deleter.Ready wakes it. Whoever owns those must ask Deleter.Ready first. Right before each request
// Options.MayGo is asked for each group, about those of its hosts that the request is for.
//
// A bulk that a daemon refuses is halved until the culprits are found; the others go. A host that was not there any more
// has the state Missing: whether that counts as deleted only its pin can tell (semantics of deletion).
//
// Collector is the part that gathers, for other kinds of bulk requests.
package batch

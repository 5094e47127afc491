// SPDX-License-Identifier: Apache-2.0

// Package apply is the only writer of hosts and their rows: it runs a plan, request by request.
//
// In goes Work: a core.Plan with the client, limiter and snapshot key of its backend; out comes a core.Result with one
// outcome per step that was tried. Every answer goes into the snapshot. The package imports core, fault, scanopy,
// registry and snapshot, and knows no Kubernetes.
//
// # Admission
//
// Runner.Run leases min(n, burst) tokens and then tries the lock of the network; it waits for neither. Without them the
// Result has Ran false and says what for the key waits; it is called, by the registry's OnReady for tokens or by that of
// the Locks, when it is its turn, and what it was called for is kept for it for 5 s. A key that needs nothing any more
// must say so by Runner.Cancel (Run with an empty plan does it too). If Work.Seen is set and somebody wrote to the
// network since, nothing is sent and Replan is set; the lock stays with the key for the next try.
//
// # Steps
//
// Steps run in order up to the first failure. Tokens of a step are taken before it; without them the run ends between
// two steps with Waiting "tokens". A step that has begun is not cut off when the context ends.
//
//   - A host that a plan changes is read first, and nothing is sent if it differs in what the plan rests on: Replan.
//   - So is a copy that a broken creation left beside a host, which is deleted only if it is what it was in every way.
//   - What was sent is compared with the answer; if something is missing: Replan.
//   - A creation whose outcome is not certain sets Lost, makes the snapshot dirty and calls Work.Lost with a mark: nothing
//     may be sent for that host before View.ListedSince(mark).
//   - A write at which the server failed in its own words calls Work.Broke with a mark: what it names may be gone, and is
//     read again.
//   - A refused or vanished row is looked up again: if the host differs from what the snapshot had, Replan, else the
//     server's refusal is the outcome.
//
// Replan comes without any wait. Whoever judges again should give up after some rounds.
package apply

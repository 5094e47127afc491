// SPDX-License-Identifier: Apache-2.0

// Package snapshot keeps what Scanopy servers were last seen to hold, per origin, account and network.
//
// In go list answers, which the Store asks for by itself when it is told that they are due, and what apply and batch
// wrote or read meanwhile; out come Views: lookups by id, row, owner, address, MAC and name. The package imports core,
// fault, scanopy and registry, and knows no Kubernetes.
//
// # Reading
//
// Store.View never blocks and never sends; it gives no View before a first list has been read. A View is live: each
// call shows the state of its moment. View.Writes tells whether somebody of ours wrote between two calls. A
// core.ObservedHost that was given out never changes.
//
// # Refreshing
//
// Ensure, Relist, Renew and Dirty say how fresh a View must be. At most one refresh runs per Key. It is a small state
// machine: one token per request, and while there is none no goroutine waits; the limiter calls its key and
// Store.Ready wakes it. Whoever owns the registry's OnReady must therefore ask Store.Ready first. Options.OnRefresh is
// called when a refresh has ended, also with an error, which Store.Err keeps until one has succeeded. After an error
// the next refresh waits (Progress.Retry) until the caller asks again.
//
// # Who wins
//
// What was put, deleted or changed after a list began wins over that list; the order is that of the calls, not that of
// clocks. A list is read again when its total changes between pages or it holds fewer rows than it counts, at most
// three times; then all passes together count, and nothing is concluded from absence. One that goes on for ever is given
// up. A host that a whole list lacks
// leaves the indexes and becomes a suspect, until a list shows it again, it is put, or ConfirmGone is told of a 404.
package snapshot

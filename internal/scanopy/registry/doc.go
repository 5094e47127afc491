// SPDX-License-Identifier: Apache-2.0

// Package registry keeps one client per backend and one rate limiter per
// origin (scheme, host, port).
//
// In go a backend's key and its connection settings, and priorities of keys
// that want to send; out come clients, leases of tokens, and calls of OnReady
// for keys whose tokens are there. Fault turns the client's errors into those
// of package fault.
//
// No goroutine runs here and nobody waits: time passes through the clock's
// AfterFunc alone. The package imports scanopy and fault.
package registry

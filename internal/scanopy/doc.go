// SPDX-License-Identifier: Apache-2.0

// Package scanopy is the REST client of a Scanopy server.
//
// In go neutral types (Host, Interface, Port, Service, Binding, ...) and out
// come neutral types and *Error, classified once, here. How a server version
// spells them on the wire is a dialect's business and shows nowhere else.
//
// A Client never changes after New: WithDialect gives another one. Each
// method that takes a context sends exactly one request, never a second one
// by itself: neither after a 429 nor after a lost answer, and it follows no
// redirect. Whoever calls decides what a repetition may do.
//
// The package imports nothing of ours.
package scanopy

// SPDX-License-Identifier: Apache-2.0

// Package coretest is a small backend in memory for tests of core. In go plans, out comes what the server would have made
// of them, its gaps and its half-done work included. It imports core and the standard library, and nothing that ships
// imports it.
package coretest

// SPDX-License-Identifier: Apache-2.0

// Package simulator plays the whole operator against an emulated Scanopy and a Kubernetes API server in memory, on a
// clock of its own, in an order that a seed chooses, and checks what must hold whatever happens.
//
// In goes a seed, out comes a Report: the history and what was found wrong. Everything that may happen at the same time
// is a task that stops before and after each of its requests; one runs at a time, and which one goes on, which event is
// delivered, who else does what and when time passes is drawn from the seed. So a seed always gives the same history,
// and people, daemons, faults and the end of the process come between any two requests of ours.
package simulator

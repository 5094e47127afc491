// SPDX-License-Identifier: Apache-2.0

// Package core decides. In goes an Input: everything that Kubernetes and the backend say about one group. Out come a
// Judgement (the verdict and fate of each item), a Plan (ordered requests with notes in words) and the status of every
// member. It is pure: no context, clock, log, random, HTTP or Kubernetes client; time is data of the Input. It imports
// the standard library only.
package core

// SPDX-License-Identifier: Apache-2.0

// Command bench measures what the operator costs, against budgets: requests to Scanopy, writes to Kubernetes, time and
// resident memory. Each scenario has a control plane, an emulated Scanopy and a manager process of its own; between the
// manager and the API server stands a proxy that keeps a log of the writes.
//
// In go environment variables, out come lines "name value unit", and an exit code other than 0 if a budget is broken or
// a scenario does not end. Budgets that fit a large number of Hosts only bind from 1,000 on; below they are shown on
// standard error with the others. It imports the API, the emulator, test/controlplane and test/process.
//
//	N          number of Hosts, each with 3 Services and 6 Bindings (1000)
//	SCENARIOS  which to run, by comma: host-by-host, helm-order, worst-order, full-budget, default-budget (all)
//	LOGS       folder to keep the logs of requests, writes and the manager in (none)
package main

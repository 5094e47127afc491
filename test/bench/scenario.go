// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"math"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// scenario is one way in which N Hosts are applied, and what is looked at afterwards.
type scenario struct {
	name  string
	order order
	// rateLimit switches the server's rate limit on.
	rateLimit bool
	// budget is the Backend's; nil: the default.
	budget *v1alpha1.RateLimit
	// requests is the budget of requests for creating n Hosts.
	requests func(n float64) float64
	// leastRate is how many objects must be applied in a second for the budgets of requests and time to bind.
	leastRate float64
	// manyOnly tells that the budgets of requests and time bind for many Hosts only.
	manyOnly bool
	// slowness is the budget of the time in relation to what the server's limit allows; 0: none.
	slowness float64
	// after are the steps that follow, in order.
	after []step
}

// step is something that happens to Hosts that are there, and what it may cost.
type step struct {
	name string
	play func(context.Context, *stage) (stepBudget, error)
}

// stepBudget is what a step may cost; a negative number stands for no budget.
type stepBudget struct {
	requests, writes, events, inventoryWrites float64
}

func scenarios() []scenario {
	unlimited := &v1alpha1.RateLimit{RequestsPerMinute: 100000, Burst: 10000}
	full := &v1alpha1.RateLimit{RequestsPerMinute: 300, Burst: 150}
	return []scenario{
		{
			name: "host-by-host", order: hostByHost(), budget: unlimited,
			requests: func(n float64) float64 { return 1.02*n + 10 },
			after:    []step{restartStep(), editStep(), resyncStep(), deleteStep()},
		},
		{
			name: "helm-order", order: helmOrder(), budget: unlimited,
			requests: func(n float64) float64 { return 1.05*n + 10 },
		},
		{
			name: "worst-order", order: worstOrder(), leastRate: 100, rateLimit: true, manyOnly: true,
			requests: func(n float64) float64 { return 1.4 * n },
		},
		{
			name: "full-budget", order: hostByHost(), rateLimit: true, budget: full, leastRate: 100, manyOnly: true, slowness: 1.1,
			requests: func(n float64) float64 { return 1.02*n + 10 },
		},
		{
			name: "default-budget", order: hostByHost(), rateLimit: true, manyOnly: true,
			requests: func(n float64) float64 { return 1.02*n + 10 },
		},
	}
}

func scenarioNamed(name string) (scenario, error) {
	for _, s := range scenarios() {
		if s.name == name {
			return s, nil
		}
	}
	return scenario{}, fmt.Errorf("there is no scenario %q", name)
}

// allowedSeconds is how long n requests take if nothing but the server's limit slows them: 150 at once, then 5 a second.
func allowedSeconds(n float64) float64 {
	return math.Max(0, n-150) / 5
}

// resyncRequests is what reading everything anew may cost: the pages of the list and a few requests beside.
func resyncRequests(n int) float64 {
	return math.Ceil(float64(n)/1000) + 5
}

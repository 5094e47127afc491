// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// create applies everything and measures until all of it is ready and quiet.
func (s *stage) create(ctx context.Context, c scenario) error {
	for _, object := range connection(s.boot.URL, s.boot.Tokens.Member, c.budget) {
		if err := s.client.Create(ctx, object); err != nil {
			return err
		}
	}
	if err := s.census.awaitReady(ctx, time.Minute, map[string]int{"Backend": 1}); err != nil {
		return err
	}
	begun := time.Now()
	if err := c.order.apply(ctx, s.client, racks(s.n)); err != nil {
		return err
	}
	applied := time.Since(begun)
	if err := s.awaitAll(ctx); err != nil {
		return err
	}
	took := time.Since(begun)
	rate := float64(s.n*objectsPerHost) / applied.Seconds()
	s.show("apply-rate", rate, "objects/s")
	s.show("time", took.Seconds(), "s")
	if allowed := allowedSeconds(float64(s.n)); c.rateLimit && allowed > 0 {
		s.judgeTime(c, took.Seconds()/allowed, rate)
	}
	if err := s.awaitQuiet(ctx); err != nil {
		return err
	}
	s.judgeCreation(c, rate)
	return s.judgeMemory("manager")
}

func (s *stage) judgeTime(c scenario, ratio, rate float64) {
	if c.slowness == 0 || rate < c.leastRate {
		s.show("time-to-allowed", ratio, "ratio")
		return
	}
	s.board.judgeMany(s.scenario+"/time-to-allowed", ratio, c.slowness, "ratio")
}

// judgeCreation judges the requests only if everything was applied as fast as the scenario wants: a machine that is too
// slow for that lets the operator send more meanwhile, and its figures say nothing.
func (s *stage) judgeCreation(c scenario, rate float64) {
	name := func(figure string) string { return s.scenario + "/" + figure }
	n := float64(s.n)
	requests := float64(len(s.scanopy.Log().Entries))
	judge := s.board.judge
	if c.manyOnly {
		judge = s.board.judgeMany
	}
	if rate < c.leastRate {
		s.show("requests", requests, "requests")
		s.show("too-slow-to-judge", 1, "boolean")
	} else {
		judge(name("requests"), requests, c.requests(n), "requests")
	}
	s.show("requests-per-host", requests/n, "requests/host")
	counts := countWrites(s.traffic.log())
	s.board.judge(name("status-patches-per-object"), counts.status/(n*objectsPerHost), 2.2, "patches/object")
	s.board.judge(name("other-patches-per-host"), counts.other/n, 2, "patches/host")
	s.show("events-per-host", counts.events/n, "events/host")
	s.show("writes-to-the-rest", counts.rest, "writes")
}

func (s *stage) show(figure string, value float64, unit string) {
	s.board.show(s.scenario+"/"+figure, value, unit)
}

// awaitAll waits until everything is ready. It has four times what the default budget allows, and some minutes.
func (s *stage) awaitAll(ctx context.Context) error {
	timeout := 3*time.Minute + time.Duration(s.n)*time.Second
	return s.census.awaitReady(ctx, timeout, map[string]int{
		"Host": s.n, "Service": servicesPerHost * s.n, "Binding": bindingsPerHost * s.n,
	})
}

// awaitQuiet waits until the operator has sent nothing to either side for a while.
func (s *stage) awaitQuiet(ctx context.Context) error {
	last, since := -1, time.Now()
	return wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, 5*time.Minute, true, func(context.Context) (bool, error) {
		if err := s.manager.Err(); err != nil {
			return false, err
		}
		if now := len(s.scanopy.Log().Entries) + len(s.traffic.log()); now != last {
			last, since = now, time.Now()
		}
		return time.Since(since) >= s.quiet, nil
	})
}

// awaitCounts waits until the Backend counts all Hosts: counts are renewed now and then, and would else disturb a step
// that has to write nothing.
func (s *stage) awaitCounts(ctx context.Context) error {
	var seen *v1alpha1.BackendCounts
	err := wait.PollUntilContextTimeout(ctx, 500*time.Millisecond, 90*time.Second, true, func(ctx context.Context) (bool, error) {
		var backend v1alpha1.Backend
		err := s.client.Get(ctx, client.ObjectKey{Namespace: namespace, Name: backendName}, &backend)
		seen = backend.Status.Counts
		return seen != nil && int(seen.Hosts.Ready) == s.n && int(seen.Services.Ready) == s.n*servicesPerHost &&
			int(seen.Bindings.Ready) == s.n*bindingsPerHost, err
	})
	if err != nil {
		return fmt.Errorf("waiting until the Backend counts all: %w; it has %+v", err, seen)
	}
	return nil
}

// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// awaitInventory waits until Scanopy has these services on the host of that name, or no such host if there is none.
func (s *stage) awaitInventory(ctx context.Context, name string, services []string) error {
	want := strings.ReplaceAll(strings.Join(services, "; "), exporter, s.exporter())
	var got string
	err := wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, factTimeout, true, func(ctx context.Context) (bool, error) {
		state, err := s.scanopy.state(ctx)
		if err != nil {
			return false, err
		}
		got = ""
		for _, host := range state.Hosts {
			if host.Name == name {
				got = join(describe(state, host)[1:])
			}
		}
		return got == want, nil
	})
	if err != nil {
		return fmt.Errorf("scanopy should have on %s %q, it has %q: %w", name, want, got, err)
	}
	if want == "" {
		want = "no such host"
	}
	s.say.checked("%s in Scanopy: %s", name, want)
	return nil
}

// join puts the lines of a host's services into one.
func join(lines []string) string {
	trimmed := make([]string, 0, len(lines))
	for _, line := range lines {
		trimmed = append(trimmed, strings.TrimSpace(line))
	}
	return strings.Join(trimmed, "; ")
}

// total is how many requests Scanopy got from the operator so far.
func (s *stage) total(ctx context.Context) (int, error) {
	counts, err := s.scanopy.requests(ctx)
	total := 0
	for _, n := range counts {
		total += n
	}
	return total, err
}

// tellInventory prints what Scanopy has in the end, and what it took.
func (s *stage) tellInventory(ctx context.Context) error {
	state, err := s.scanopy.state(ctx)
	if err != nil {
		return err
	}
	s.say.words("\nWhat Scanopy has now\n====================")
	for _, host := range state.Hosts {
		s.say.output(strings.Join(describe(state, host), "\n"))
	}
	counts, err := s.scanopy.requests(ctx)
	if err != nil {
		return err
	}
	total, err := s.total(ctx)
	s.say.words("\nRequests that all of it took: %d", total)
	for _, route := range slices.Sorted(maps.Keys(counts)) {
		s.say.words("  %3d  %s", counts[route], route)
	}
	return err
}

// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const samples = "config/samples"

// What the samples have in the place of the address and the token, which differ from one Scanopy to the next.
const (
	sampleURL   = "https://scanopy.lab.example"
	sampleToken = "scp_u_write_your_own_here" //nolint:gosec // a placeholder, and no token
)

// step is one thing that is done and what must come of it.
type step struct {
	title string
	// words say what is done and why it comes out as it does.
	words string
	// found is what a daemon of Scanopy finds before.
	found *finding
	// apply are files of samples.
	apply []string
	// remove is an object to delete.
	remove string
	// hand is what somebody does in Scanopy, in words and as requests; the Backend default is looked at anew then.
	hand  deed
	facts []fact
	tales []tale
	// show is what kubectl get is asked for at the end.
	show []string
	// inventory is what Scanopy must have: by the host's name its services, none at all for a host that must not be there.
	inventory map[string][]string
}

// play does one step, checks it and tells what came of it.
func (s *stage) play(ctx context.Context, number int, st step) error {
	if st.found != nil {
		if err := s.scanopy.discover(ctx, s.version, st.found); err != nil {
			return err
		}
	}
	before, err := s.total(ctx)
	if err != nil {
		return err
	}
	s.say.title(number, st.title)
	s.say.words("%s", strings.TrimSpace(st.words))
	if err := s.act(ctx, number, st); err != nil {
		return err
	}
	for _, f := range st.facts {
		value, err := f.await(ctx, s.objects)
		if err != nil {
			return err
		}
		s.say.checked("%s: %s %s", f.object, f.label(), value)
	}
	for _, t := range st.tales {
		note, err := t.await(ctx, s.objects)
		if err != nil {
			return err
		}
		s.say.checked("%s: an event %s says %s", t.object, t.reason, note)
	}
	for _, name := range slices.Sorted(maps.Keys(st.inventory)) {
		if err := s.awaitInventory(ctx, name, st.inventory[name]); err != nil {
			return err
		}
	}
	if err := s.show(ctx, st.show); err != nil {
		return err
	}
	after, err := s.total(ctx)
	if err == nil {
		s.say.words("\n  Requests to Scanopy in this step: %d", after-before)
	}
	return err
}

// act applies, deletes or has somebody do something in Scanopy.
func (s *stage) act(ctx context.Context, number int, st step) error {
	if st.hand.does != nil {
		s.say.words("\n  In Scanopy: %s", st.hand.words)
		if err := st.hand.does(ctx, s.scanopy); err != nil {
			return err
		}
		return s.look(ctx, "scbe/default", number)
	}
	if st.remove != "" {
		s.say.command("kubectl delete", st.remove, "-n", namespace)
		out, err := s.plane.Kubectl(ctx, nil, "delete", st.remove, "-n", namespace, "--timeout="+factTimeout.String())
		s.say.output(out)
		if err != nil {
			return errors.Join(err, s.show(ctx, []string{st.remove + " -o wide"}))
		}
		return nil
	}
	for _, name := range st.apply {
		if err := s.apply(ctx, filepath.Join(samples, name)); err != nil {
			return err
		}
	}
	return nil
}

// apply shows a file as it is and applies it with the address and the token of the Scanopy that runs here.
func (s *stage) apply(ctx context.Context, file string) error {
	manifest, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	s.say.command("cat", file)
	s.say.output(string(manifest))
	text := strings.NewReplacer(sampleURL, s.scanopy.boot.URL, sampleToken, s.token(), exporter, s.exporter()).
		Replace(string(manifest))
	s.say.command("kubectl apply -f", file)
	out, err := s.plane.Kubectl(ctx, strings.NewReader(text), "apply", "-f", "-")
	s.say.output(out)
	return err
}

// token is the key that the operator uses: a Member's may write hosts, credentials take an Admin's.
func (s *stage) token() string {
	if isSince(s.version, keptSince) {
		return s.scanopy.boot.Tokens.Owner
	}
	return s.scanopy.boot.Tokens.Member
}

// exporter is a definition in the samples that came with 0.14.
const exporter = "Prometheus Node Exporter"

// exporter gives the definition that this version knows.
func (s *stage) exporter() string { return exporterOf(s.version) }

func exporterOf(version string) string {
	if strings.HasPrefix(version, "0.13.") {
		return "Prometheus"
	}
	return exporter
}

func (s *stage) show(ctx context.Context, what []string) error {
	for _, kinds := range what {
		s.say.command("kubectl get", kinds, "-n", namespace)
		out, err := s.plane.Kubectl(ctx, nil, append(append([]string{"get"}, strings.Fields(kinds)...), "-n", namespace)...)
		if err != nil {
			return err
		}
		s.say.output(out)
	}
	return nil
}

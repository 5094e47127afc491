// SPDX-License-Identifier: Apache-2.0

// Command demo shows the operator at work: it starts a real API server, the manager and an emulated Scanopy, applies
// the manifests of config/samples/demo with kubectl, and tells step by step what came of them.
//
// In go the manifests and the steps of story.go; out come words, and an exit code other than 0 if anything came
// otherwise than the story says. It imports the API, the emulator's types, test/controlplane and test/process.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

func main() {
	keep := flag.Bool("keep", false, "stay up after the last step until interrupted")
	version := flag.String("server-version", emulator.DefaultVersion,
		"version of the emulated Scanopy, one of "+strings.Join(emulator.Versions(), ", "))
	flag.Parse()
	// What starts the control plane logs nothing that people need; without a logger it prints a stack trace after 30 s.
	log.SetLogger(logr.Discard())
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, *version, *keep)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		fmt.Println("\nInterrupted; everything is stopped and removed.")
		stop()
		os.Exit(130)
	default:
		fmt.Fprintln(os.Stderr, "\nThe demo failed:", err)
		stop()
		os.Exit(1)
	}
}

// run plays the whole demo and leaves nothing behind.
func run(parent context.Context, version string, keep bool) (err error) {
	say := &teller{out: os.Stdout}
	ctx, s, err := newStage(parent, say, version)
	if err != nil {
		return err
	}
	last := ""
	defer func() {
		if err = errors.Join(err, s.tearDown()); err == nil {
			say.words("%s", last)
		}
	}()
	if err := s.perform(ctx); err != nil {
		return s.explain(ctx, err)
	}
	if !keep {
		last = "Everything is stopped and removed now. To stay and look around: make demo KEEP=1"
		return nil
	}
	if err := s.stay(ctx); err != nil {
		return err
	}
	if parent.Err() == nil {
		return context.Cause(ctx)
	}
	last = "\nEverything is stopped and removed now."
	return nil
}

// perform sets the stage and plays every step of the story.
func (s *stage) perform(ctx context.Context) error {
	begun := time.Now()
	if err := s.setUp(ctx); err != nil {
		return err
	}
	steps := story(s.version)
	for i, step := range steps {
		if err := s.play(ctx, i+1, step); err != nil {
			return fmt.Errorf("step %d, %s: %w", i+1, step.title, err)
		}
	}
	if err := s.tellInventory(ctx); err != nil {
		return err
	}
	s.say.words("\nAll %d steps came out as told, in %s.", len(steps), time.Since(begun).Round(time.Second))
	return nil
}

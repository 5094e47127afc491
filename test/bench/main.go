// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// What controller-runtime would say of its own is of no interest here.
	log.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

// run plays the chosen scenarios one after another. One that fails does not keep the others from being measured.
func run(ctx context.Context) error {
	n, chosen, err := settings()
	if err != nil {
		return err
	}
	b := &bench{root: ".", n: n, logs: os.Getenv("LOGS"), progress: os.Stderr, board: &board{n: n, out: os.Stdout}}
	defer b.close()
	if err := b.build(ctx); err != nil {
		return err
	}
	var failed []string
	for _, s := range chosen {
		if err := b.play(ctx, s); err != nil {
			fmt.Fprintf(os.Stderr, "bench: %s: %v\n", s.name, err)
			failed = append(failed, s.name)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("these scenarios did not end as they should: %s", strings.Join(failed, ", "))
	}
	return b.board.verdict()
}

// settings reads the environment.
func settings() (int, []scenario, error) {
	n := 1000
	if text := os.Getenv("N"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 1 {
			return 0, nil, fmt.Errorf("the environment variable N is %q: write a number of Hosts, such as 100", text)
		}
	}
	names := os.Getenv("SCENARIOS")
	if names == "" {
		return n, scenarios(), nil
	}
	var chosen []scenario
	for _, name := range strings.Split(names, ",") {
		s, err := scenarioNamed(strings.TrimSpace(name))
		if err != nil {
			return 0, nil, err
		}
		chosen = append(chosen, s)
	}
	return n, chosen, nil
}

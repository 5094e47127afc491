// SPDX-License-Identifier: Apache-2.0

// Command cmd plays the conformance suite. TRANSCRIPTS names a folder of transcripts, BINDINGS a file of binding
// cases, SCANOPY_BOOTSTRAP a file that describes a server; each has a default. It exits with 1 if anything differs.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/test/conformance"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	result, err := conformance.Suite{
		Transcripts: os.Getenv("TRANSCRIPTS"), Bindings: os.Getenv("BINDINGS"), Bootstrap: os.Getenv("SCANOPY_BOOTSTRAP"),
		Judge: conformance.CoreJudge(core.Judge), Out: os.Stdout,
	}.Run(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(2)
	}
	if result.Differs() {
		os.Exit(1)
	}
}

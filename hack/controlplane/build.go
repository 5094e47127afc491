// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// build makes one program and puts it into the folder whole or not at all.
type build struct {
	program program
	pins    pins
	folder  string
	out     io.Writer
	label   string
}

func (b build) run(ctx context.Context) error {
	temp, err := os.MkdirTemp(b.folder, ".build-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	target := filepath.Join(temp, b.program.name)
	begun := time.Now()
	_, _ = fmt.Fprintf(b.out, "building %s of Kubernetes %s (%s); the first time this takes minutes\n", b.program.name, b.pins.kubernetes, b.label)
	if err := b.compile(ctx, target); err != nil {
		return fmt.Errorf("building %s: %w", b.program.name, err)
	}
	_, _ = fmt.Fprintf(b.out, "  built in %s\n", time.Since(begun).Round(time.Second))
	return os.Rename(target, filepath.Join(b.folder, b.program.name))
}

// compile runs go build. Its -v names each package that is compiled, which is the progress shown;
// any other line of its output is kept and shown when it fails.
func (b build) compile(ctx context.Context, target string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-v", "-trimpath", "-ldflags", b.pins.ldflags(), "-o", target, b.program.pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = 10 * time.Second
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	p := &progress{out: b.out, begun: time.Now()}
	stop := p.tell(15 * time.Second)
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		p.line(lines.Text())
	}
	err = cmd.Wait()
	stop()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, strings.Join(p.said, "\n"))
	}
	return nil
}

// progress counts compiled packages and tells how many there are from time to time.
type progress struct {
	out   io.Writer
	begun time.Time

	mu       sync.Mutex
	compiled int
	said     []string
}

func (p *progress) line(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if text != "" && !strings.ContainsAny(text, " \t") {
		p.compiled++
		return
	}
	p.said = append(p.said, text)
}

// tell starts printing and returns what ends it.
func (p *progress) tell(every time.Duration) func() {
	done := make(chan struct{})
	var ended sync.WaitGroup
	ended.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				p.mu.Lock()
				_, _ = fmt.Fprintf(p.out, "  %d packages compiled, %s\n", p.compiled, time.Since(p.begun).Round(time.Second))
				p.mu.Unlock()
			}
		}
	})
	return func() {
		close(done)
		ended.Wait()
	}
}

// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// bench plays scenarios.
type bench struct {
	// root is the checkout's folder.
	root     string
	n        int
	logs     string
	progress io.Writer
	board    *board

	dir string
}

// build builds the manager into a temporary folder.
func (b *bench) build(ctx context.Context) error {
	var err error
	if b.dir, err = os.MkdirTemp("", "scanopy-operator-bench-"); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-o", b.manager(), "./cmd/manager")
	cmd.Dir = b.root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building the manager: %w\n%s", err, out)
	}
	return nil
}

func (b *bench) manager() string { return filepath.Join(b.dir, "manager") }

func (b *bench) close() {
	if b.dir != "" {
		_ = os.RemoveAll(b.dir)
	}
}

// play plays one scenario from nothing to nothing.
func (b *bench) play(ctx context.Context, c scenario) (err error) {
	s := &stage{
		scenario: c.name, n: b.n, board: b.board, program: b.manager(), quiet: 5 * time.Second,
		dir: filepath.Join(b.dir, c.name),
	}
	defer func() { err = errors.Join(err, b.keepLogs(s), s.tearDown()) }()
	if err := s.setUp(ctx, b.root, c.rateLimit, b.progress); err != nil {
		return err
	}
	if err := s.startManager("manager"); err != nil {
		return err
	}
	if err := s.create(ctx, c); err != nil {
		return s.explain(err)
	}
	for _, st := range c.after {
		if err := b.keepRequests(s, st.name+"-before"); err != nil {
			return err
		}
		if err := s.play(ctx, st); err != nil {
			return s.explain(fmt.Errorf("%s: %w", st.name, err))
		}
	}
	return nil
}

// explain adds what the manager said last, because its log goes.
func (s *stage) explain(err error) error {
	if s.manager == nil {
		return err
	}
	return fmt.Errorf("%w\nThe end of the manager's log:\n%s", err, s.manager.LogTail(10))
}

// keepLogs copies the logs to the folder that LOGS names.
func (b *bench) keepLogs(s *stage) error {
	if b.logs == "" {
		return nil
	}
	errs := []error{b.keepRequests(s, "end")}
	found, _ := filepath.Glob(filepath.Join(s.dir, "controlplane", "processes", "manager*.log"))
	for _, path := range found {
		text, err := os.ReadFile(path)
		errs = append(errs, err, os.WriteFile(filepath.Join(b.logs, s.scenario+"-"+filepath.Base(path)), text, 0o600))
	}
	return errors.Join(errs...)
}

// keepRequests writes the requests since the last step began, to both sides, in order.
func (b *bench) keepRequests(s *stage, name string) error {
	if b.logs == "" || s.scanopy == nil || s.traffic == nil {
		return nil
	}
	if err := os.MkdirAll(b.logs, 0o700); err != nil {
		return err
	}
	raw, err := json.MarshalIndent(map[string]any{"scanopy": s.scanopy.Log(), "kubernetes": s.traffic.log()}, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(b.logs, s.scenario+"-"+name+".json"), raw, 0o600)
}

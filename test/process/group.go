// SPDX-License-Identifier: Apache-2.0

// Package process runs programs that end when the process that started them ends, be it by Close,
// by a signal, by a panic or by kill -9.
//
// In: paths, arguments and environments of programs. Out: running processes, their ends and their
// logs. It imports the standard library only.
package process

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed guard.sh
var guard string

// Group starts processes and ends all of them.
type Group struct {
	dir string

	mu        sync.Mutex
	processes []*Process
	scripts   map[string]string
}

// NewGroup makes a group that keeps its scripts and logs in dir.
func NewGroup(dir string) (*Group, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return &Group{dir: dir, scripts: map[string]string{}}, nil
}

// Guarded writes a script that stands for the program: whoever runs it runs the program, and the
// program ends when this process has ended.
func (g *Group) Guarded(program string) (string, error) {
	if strings.ContainsRune(program, '\'') {
		return "", fmt.Errorf("a path with a quote cannot be run: %s", program)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if script, ok := g.scripts[program]; ok {
		return script, nil
	}
	path := filepath.Join(g.dir, fmt.Sprintf("run-%d-%s", len(g.scripts), filepath.Base(program)))
	text := strings.NewReplacer("{{PROGRAM}}", program, "{{PARENT}}", strconv.Itoa(os.Getpid())).Replace(guard)
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil { //nolint:gosec // a script must be executable
		return "", err
	}
	g.scripts[program] = path
	return path, nil
}

// Close stops all processes, the youngest first.
func (g *Group) Close() error {
	g.mu.Lock()
	running := g.processes
	g.processes = nil
	g.mu.Unlock()
	var errs []error
	for _, p := range slices.Backward(running) {
		errs = append(errs, p.Stop())
	}
	return errors.Join(errs...)
}

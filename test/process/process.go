// SPDX-License-Identifier: Apache-2.0

package process

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Spec says what to run.
type Spec struct {
	// Name is the process's own name in the group; its log is <dir>/<name>.log.
	Name string
	// Program is the path of the executable.
	Program string
	Args    []string
	// Env is added to the environment of this process.
	Env []string
	// Grace is how long Stop waits before it kills; absent: 10 seconds.
	Grace time.Duration
}

// Process is one program that runs, or has run.
type Process struct {
	spec Spec
	log  string
	cmd  *exec.Cmd
	done chan struct{}
	err  error
}

// Start runs a program in a process group of its own.
func (g *Group) Start(spec Spec) (*Process, error) {
	script, err := g.Guarded(spec.Program)
	if err != nil {
		return nil, err
	}
	if spec.Grace == 0 {
		spec.Grace = 10 * time.Second
	}
	p := &Process{spec: spec, log: filepath.Join(g.dir, spec.Name+".log"), done: make(chan struct{})}
	out, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = out.Close() }()
	p.cmd = exec.Command(script, spec.Args...)
	p.cmd.Env = append(os.Environ(), spec.Env...)
	p.cmd.Stdout, p.cmd.Stderr = out, out
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", spec.Name, err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.processes = append(g.processes, p)
	return p, nil
}

// Done is closed when the program has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err says why the program ended by itself; it is for after Done.
func (p *Process) Err() error {
	select {
	case <-p.done:
		return fmt.Errorf("%s ended (%s); the end of its log %s:\n%s", p.spec.Name, ended(p.err), p.log, p.LogTail(20))
	default:
		return nil
	}
}

// PID is the program's process id, and its group's.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Log is the path of the file with the program's output.
func (p *Process) Log() string { return p.log }

// Stop asks the program to end, waits, and kills its whole group if it does not. Stopping what has
// ended is no error.
func (p *Process) Stop() error {
	p.signal(syscall.SIGTERM)
	late := time.NewTimer(p.spec.Grace)
	defer late.Stop()
	select {
	case <-p.done:
		return nil
	case <-late.C:
	}
	p.signal(syscall.SIGKILL)
	<-p.done
	return fmt.Errorf("%s did not end within %s and was killed", p.spec.Name, p.spec.Grace)
}

// Kill ends the program at once, as kill -9 does.
func (p *Process) Kill() {
	p.signal(syscall.SIGKILL)
	<-p.done
}

// signal reaches the whole group, the watcher included.
func (p *Process) signal(s syscall.Signal) {
	_ = syscall.Kill(-p.cmd.Process.Pid, s)
}

// LogTail is the last lines of the program's output.
func (p *Process) LogTail(lines int) string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

func ended(err error) string {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.String()
	}
	return "exit status 0"
}

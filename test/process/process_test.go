// SPDX-License-Identifier: Apache-2.0

package process

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/scanopy-operator/scanopy-operator/test/await"
)

const parentEnv = "TEST_PROCESS_PARENT"

// TestMain lets the test binary play the parent that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(parentEnv); dir != "" {
		playParent(dir)
		return
	}
	os.Exit(m.Run())
}

func playParent(dir string) {
	group, err := NewGroup(filepath.Join(dir, "group"))
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := group.Start(Spec{Name: "child", Program: "/bin/sleep", Args: []string{"600"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.PID())
	<-p.Done()
}

func TestAChildEndsWhenItsParentIsKilled(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), parentEnv+"="+t.TempDir())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatalf("the parent said %q", line)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	waitGone(t, pid)
}

// waitGone waits until no process of the group is left.
func waitGone(t *testing.T, group int) {
	t.Helper()
	await.Until(t, func() bool { return syscall.Kill(-group, 0) != nil })
}

func newGroup(t *testing.T) *Group {
	t.Helper()
	group, err := NewGroup(filepath.Join(t.TempDir(), "group"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = group.Close() })
	return group
}

func TestCloseEndsEveryProcessAndItsWatcher(t *testing.T) {
	group := newGroup(t)
	var pids []int
	for _, name := range []string{"one", "two"} {
		p, err := group.Start(Spec{Name: name, Program: "/bin/sleep", Args: []string{"600"}})
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, p.PID())
	}
	if err := group.Close(); err != nil {
		t.Fatal(err)
	}
	for _, pid := range pids {
		waitGone(t, pid)
	}
}

func TestAProcessThatIgnoresTheSignalIsKilled(t *testing.T) {
	group := newGroup(t)
	p, err := group.Start(Spec{
		Name: "stubborn", Program: "/bin/sh", Grace: 300 * time.Millisecond,
		Args: []string{"-c", "trap '' TERM; echo ready; while :; do sleep 600; done"},
	})
	if err != nil {
		t.Fatal(err)
	}
	waitLog(t, p, "ready")
	if err := p.Stop(); err == nil || !strings.Contains(err.Error(), "was killed") {
		t.Errorf("Stop said %v", err)
	}
	waitGone(t, p.PID())
}

func waitLog(t *testing.T, p *Process, want string) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !strings.Contains(p.LogTail(20), want) {
		select {
		case <-p.Done():
			t.Fatal(p.Err())
		case <-tick.C:
		}
	}
}

func TestTheErrorOfAnEndedProcessShowsItsLog(t *testing.T) {
	group := newGroup(t)
	p, err := group.Start(Spec{Name: "broken", Program: "/bin/sh", Args: []string{"-c", "echo out of luck; exit 3"}})
	if err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	for _, want := range []string{"broken ended", "exit status 3", "out of luck"} {
		if got := p.Err().Error(); !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}

func TestTheEnvironmentIsAdded(t *testing.T) {
	group := newGroup(t)
	p, err := group.Start(Spec{Name: "env", Program: "/bin/sh", Args: []string{"-c", "echo got $COLOUR"}, Env: []string{"COLOUR=green"}})
	if err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	if got := p.LogTail(1); got != "got green" {
		t.Errorf("got %q", got)
	}
}

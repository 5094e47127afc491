// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestSelectPrograms(t *testing.T) {
	all, err := selectPrograms(nil)
	if err != nil || len(all) != 4 {
		t.Errorf("no name means all four programs, got %v, %v", all, err)
	}
	one, err := selectPrograms([]string{"kubectl"})
	if err != nil || len(one) != 1 || one[0].name != "kubectl" {
		t.Errorf("a name means that program, got %v, %v", one, err)
	}
	if _, err := selectPrograms([]string{"kubelet"}); err == nil || !strings.Contains(err.Error(), `"kubelet"`) {
		t.Errorf("an unknown name is refused by name, got %v", err)
	}
}

func TestMissingIn(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "etcd"), nil, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(folder, "kubectl"), 0o700); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range missingIn(folder, programs()) {
		names = append(names, p.name)
	}
	if got, want := strings.Join(names, " "), "kube-apiserver kubectl kube-controller-manager"; got != want {
		t.Errorf("missing: got %q, want %q", got, want)
	}
}

func TestLdflagsStampBothVersionPackages(t *testing.T) {
	flags := pins{kubernetes: "v1.36.3", etcd: "v3.6.8"}.ldflags()
	for _, want := range []string{
		"k8s.io/component-base/version.gitVersion=v1.36.3",
		"k8s.io/client-go/pkg/version.gitMajor=1 ",
		"k8s.io/client-go/pkg/version.gitMinor=36 ",
	} {
		if !strings.Contains(flags, want) {
			t.Errorf("%q lacks %q", flags, want)
		}
	}
}

func TestPinsAreReadFromTheModuleFile(t *testing.T) {
	p, err := readPins(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(p.kubernetes, "v1.") || !strings.HasPrefix(p.etcd, "v3.") {
		t.Errorf("got %+v", p)
	}
}

func TestProgressCountsPackagesAndKeepsMessages(t *testing.T) {
	p := &progress{out: io.Discard, begun: time.Now()}
	for _, line := range []string{"k8s.io/api/core/v1", "# k8s.io/api/core/v1", "x.go:1: broken", "", "fmt"} {
		p.line(line)
	}
	if p.compiled != 2 || len(p.said) != 3 {
		t.Errorf("got %d packages and %q", p.compiled, p.said)
	}
}

func TestOneBuildAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := lock(path, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan error, 1)
	said := readiness{told: make(chan struct{})}
	go func() {
		second, err := lock(path, said)
		if err == nil {
			second()
		}
		got <- err
	}()
	<-said.told
	select {
	case err := <-got:
		t.Fatalf("the second build did not wait for the first: %v", err)
	default:
	}
	first()
	if err := <-got; err != nil {
		t.Fatal(err)
	}
}

// readiness is a writer that tells when it was first written to.
type readiness struct{ told chan struct{} }

func (r readiness) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("waiting")) {
		close(r.told)
	}
	return len(p), nil
}

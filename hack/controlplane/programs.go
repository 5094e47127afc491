// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// program is one executable and the package it is built from.
type program struct {
	name, pkg string
}

func programs() []program {
	return []program{
		{"etcd", "go.etcd.io/etcd/server/v3"},
		{"kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"},
		{"kubectl", "k8s.io/kubernetes/cmd/kubectl"},
		{"kube-controller-manager", "k8s.io/kubernetes/cmd/kube-controller-manager"},
	}
}

// selectPrograms finds the programs of the given names, and all of them for no name.
func selectPrograms(names []string) ([]program, error) {
	all := programs()
	if len(names) == 0 {
		return all, nil
	}
	var found []program
	for _, name := range names {
		at := -1
		for i := range all {
			if all[i].name == name {
				at = i
			}
		}
		if at < 0 {
			return nil, fmt.Errorf("unknown program %q: known are etcd, kube-apiserver, kubectl and kube-controller-manager", name)
		}
		found = append(found, all[at])
	}
	return found, nil
}

// missingIn lists those programs that the folder does not hold.
func missingIn(folder string, wanted []program) []program {
	var missing []program
	for _, p := range wanted {
		info, err := os.Stat(filepath.Join(folder, p.name))
		if err != nil || !info.Mode().IsRegular() {
			missing = append(missing, p)
		}
	}
	return missing
}

// pins are the versions that go.mod asks for.
type pins struct {
	kubernetes, etcd string
}

// readPins asks the go command, so that go.mod stays the only place that names a version.
func readPins(ctx context.Context) (pins, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Version}}", "k8s.io/kubernetes", "go.etcd.io/etcd/server/v3")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return pins{}, fmt.Errorf("reading the pinned versions: %w", err)
	}
	versions := strings.Fields(string(out))
	if len(versions) != 2 {
		return pins{}, fmt.Errorf("reading the pinned versions: unexpected answer %q", out)
	}
	return pins{kubernetes: versions[0], etcd: versions[1]}, nil
}

func (p pins) folderName() string {
	return p.kubernetes + "-etcd-" + p.etcd
}

// ldflags stamps the version into both places that hold it: without it kubectl refuses to work.
func (p pins) ldflags() string {
	parts := strings.SplitN(strings.TrimPrefix(p.kubernetes, "v"), ".", 3)
	flags := []string{"-s", "-w"}
	for _, pkg := range []string{"k8s.io/component-base/version", "k8s.io/client-go/pkg/version"} {
		for _, value := range []string{
			"gitVersion=" + p.kubernetes,
			"gitMajor=" + parts[0],
			"gitMinor=" + parts[1],
			"gitTreeState=clean",
			"gitCommit=" + p.kubernetes,
			"buildDate=1970-01-01T00:00:00Z",
		} {
			flags = append(flags, "-X", pkg+"."+value)
		}
	}
	return strings.Join(flags, " ")
}

// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// assetsEnv names a folder of programs to use in place of our own, as everywhere with envtest.
const assetsEnv = "KUBEBUILDER_ASSETS"

// Binary is the path of etcd, kube-apiserver, kube-controller-manager or kubectl: in the folder
// that KUBEBUILDER_ASSETS names, else in the cache, where it is built first when it is missing.
//
// A folder of KUBEBUILDER_ASSETS must hold the servers, so that nobody tests another version than
// the one asked for. It rarely holds kube-controller-manager; that and kubectl come from the cache
// when it does not.
func Binary(ctx context.Context, out io.Writer, name string) (string, error) {
	if assets := os.Getenv(assetsEnv); assets != "" {
		path := filepath.Join(assets, name)
		_, err := os.Stat(path)
		if err == nil {
			return filepath.Abs(path)
		}
		if name == "etcd" || name == "kube-apiserver" {
			return "", fmt.Errorf("%s is %s, which has no %s: unset it to have one built, or name a folder that has etcd and kube-apiserver", assetsEnv, assets, name)
		}
	}
	return built(ctx, out, name)
}

func built(ctx context.Context, out io.Writer, name string) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "go", "run", ".", name)
	cmd.Dir = filepath.Join(root, "hack", "controlplane")
	cmd.Stderr = out
	// Flags meant for the main module (-mod, -modfile) don't fit this one.
	cmd.Env = append(os.Environ(), "GOFLAGS=-buildvcs=false", "GOWORK=off")
	folder, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("building %s: %w", name, err)
	}
	return filepath.Join(strings.TrimSpace(string(folder)), name), nil
}

// moduleRoot is the nearest folder upwards that has the control plane's pins.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "hack", "controlplane", "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("hack/controlplane was not found: run this inside a checkout of the project")
		}
		dir = parent
	}
}

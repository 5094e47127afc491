// SPDX-License-Identifier: Apache-2.0

// Package controlplane starts a real etcd and kube-apiserver, and on request a
// kube-controller-manager, for tests and for the demo.
//
// In: options. Out: a running control plane with its configurations, on free ports, in a folder of
// its own. It imports test/process, controller-runtime's envtest and client-go; nothing that ships.
package controlplane

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/scanopy-operator/scanopy-operator/test/process"
)

// Options say what to start. The zero value is an API server without CRDs.
type Options struct {
	// CRDPaths are files or folders of CRDs to install.
	CRDPaths []string
	// ControllerManager starts the controllers of namespaces, garbage collection, default
	// ServiceAccounts and the root CA's ConfigMap.
	ControllerManager bool
	// Dir is where everything is kept; absent: a temporary folder that Stop removes.
	Dir string
	// Out is where the progress of building missing programs is told; absent: standard error.
	Out io.Writer
}

// Plane is a running control plane.
type Plane struct {
	// Config is the administrator's.
	Config *rest.Config
	// Processes can run further programs, which then end with the plane.
	Processes *process.Group

	dir       string
	removeDir bool
	out       io.Writer
	env       *envtest.Environment
	logs      []*os.File
	stop      func() error
	unwatch   func() bool
}

// Start starts a control plane. It ends with Stop, when ctx ends, or when this process ends,
// however it ends.
func Start(ctx context.Context, o Options) (*Plane, error) {
	p := &Plane{out: o.Out}
	if p.out == nil {
		p.out = os.Stderr
	}
	p.stop = sync.OnceValue(p.stopAll)
	if err := p.start(ctx, o); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the control plane: %w", err), p.stop())
	}
	p.unwatch = context.AfterFunc(ctx, func() { _ = p.stop() })
	return p, nil
}

func (p *Plane) start(ctx context.Context, o Options) error {
	if err := p.makeDir(o.Dir); err != nil {
		return err
	}
	var err error
	if p.Processes, err = process.NewGroup(filepath.Join(p.dir, "processes")); err != nil {
		return err
	}
	if err := p.startServers(ctx, o.CRDPaths); err != nil {
		return err
	}
	if err := os.WriteFile(p.Kubeconfig(), p.env.KubeConfig, 0o600); err != nil {
		return err
	}
	if o.ControllerManager {
		return p.startControllerManager(ctx)
	}
	return nil
}

func (p *Plane) makeDir(dir string) error {
	if dir != "" {
		p.dir = dir
		return os.MkdirAll(dir, 0o700)
	}
	dir, err := os.MkdirTemp("", "scanopy-operator-")
	p.dir, p.removeDir = dir, true
	return err
}

// Stop ends everything that was started and removes the temporary folder. Stopping twice is no
// error.
func (p *Plane) Stop() error {
	p.unwatch()
	return p.stop()
}

// stopAll ends what was started after the servers first, so that it can still say goodbye.
func (p *Plane) stopAll() error {
	var errs []error
	if p.Processes != nil {
		errs = append(errs, p.Processes.Close())
	}
	if p.env != nil {
		errs = append(errs, p.env.Stop())
	}
	for _, f := range p.logs {
		errs = append(errs, f.Close())
	}
	if p.removeDir {
		errs = append(errs, os.RemoveAll(p.dir))
	}
	return errors.Join(errs...)
}

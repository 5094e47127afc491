// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"k8s.io/client-go/dynamic"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/controlplane"
	"github.com/scanopy-operator/scanopy-operator/test/process"
)

// stage is all that runs.
type stage struct {
	// end ends the demo with the reason why; it is called when a program ends that should not.
	end     context.CancelCauseFunc
	say     *teller
	version string
	dir     string
	plane   *controlplane.Plane
	objects dynamic.Interface
	scanopy *scanopy
	manager *process.Process
}

// newStage makes an empty stage and the context that everything on it runs in. A version that the emulator doesn't know is
// refused here, before anything is built for it.
func newStage(parent context.Context, say *teller, version string) (context.Context, *stage, error) {
	if _, err := emulator.New(emulator.Options{Version: version}); err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "scanopy-operator-demo-")
	if err != nil {
		return nil, nil, err
	}
	ctx, end := context.WithCancelCause(parent)
	return ctx, &stage{say: say, version: version, dir: dir, end: end}, nil
}

// setUp starts everything.
func (s *stage) setUp(ctx context.Context) error {
	for _, start := range []func(context.Context) error{
		s.build, s.startControlPlane, s.startScanopy, s.install, s.startManager,
	} {
		if err := start(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) build(ctx context.Context) error {
	s.say.words("Building the manager and the emulator.")
	return build(ctx, s.dir, "manager", "emulator")
}

func (s *stage) startControlPlane(ctx context.Context) error {
	s.say.words("Starting etcd, kube-apiserver and kube-controller-manager.")
	plane, err := controlplane.Start(ctx, controlplane.Options{
		ControllerManager: true, Dir: filepath.Join(s.dir, "controlplane"), Out: s.say.out,
	})
	if err != nil {
		return err
	}
	s.plane = plane
	s.objects, err = dynamic.NewForConfig(plane.Config)
	return err
}

func (s *stage) startScanopy(ctx context.Context) error {
	s.say.words("Starting an emulated Scanopy %s, with the real one's limit of requests.", s.version)
	bootstrap := filepath.Join(s.dir, "bootstrap.json")
	running, err := s.start(process.Spec{
		Name: "emulator", Program: filepath.Join(s.dir, "emulator"),
		Args: []string{"--listen=127.0.0.1:0", "--server-version=" + s.version, "--rate-limit", "--bootstrap=" + bootstrap},
	})
	if err != nil {
		return err
	}
	if s.scanopy, err = connect(ctx, bootstrap, running); err != nil {
		return err
	}
	s.say.words("  It has a network Lab, a subnet 10.20.0.0/24 and a tag production.")
	if s.exporter() != exporter {
		s.say.words("  It does not know %s yet: that is %s here.", exporter, s.exporter())
	}
	return s.scanopy.seed(ctx)
}

// start runs a program that has to run until the end.
func (s *stage) start(spec process.Spec) (*process.Process, error) {
	running, err := s.plane.Processes.Start(spec)
	if err != nil {
		return nil, err
	}
	go func() {
		<-running.Done()
		s.end(running.Err())
	}()
	return running, nil
}

// explain adds what the programs said last, because the folder with their logs goes.
func (s *stage) explain(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return errors.Join(err, cause)
	}
	if s.manager != nil {
		return fmt.Errorf("%w\n\nThe end of the manager's log:\n%s", err, s.manager.LogTail(20))
	}
	return err
}

// stay says what there is to look at and waits for an interrupt.
func (s *stage) stay(ctx context.Context) error {
	kubectl, err := controlplane.Binary(ctx, s.say.out, "kubectl")
	if err != nil {
		return err
	}
	s.say.words(`
It stays up until Ctrl-C. In another terminal, in this folder:

  export KUBECONFIG=%s PATH=%s:$PATH
  kubectl get scanopy -n %s -o wide

To try: edit %s/host.yaml, then

  kubectl apply -f %[4]s/host.yaml
  kubectl describe schost web-01 -n %[3]s

Likewise any other file there or in %[4]s/demo. Leave backend.yaml, clusterbackend.yaml, secret.yaml and the folder as a whole
alone: here they lead to the emulated Scanopy, and the files would put an address and a key in their place that lead nowhere.

The manager's log is %[5]s. The emulated Scanopy is %[6]s; it has the API and no web UI. Its key is in Secret %[3]s/scanopy.`,
		s.plane.Kubeconfig(), filepath.Dir(kubectl), namespace, samples, s.manager.Log(), s.scanopy.boot.URL)
	<-ctx.Done()
	return nil
}

// tearDown stops everything and removes the folder.
func (s *stage) tearDown() error {
	var errs []error
	if s.plane != nil {
		errs = append(errs, s.plane.Stop())
	}
	s.end(nil)
	return errors.Join(append(errs, os.RemoveAll(s.dir))...)
}

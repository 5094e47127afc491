// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/controlplane"
	"github.com/scanopy-operator/scanopy-operator/test/process"
)

// stage is all that runs for one scenario.
type stage struct {
	scenario string
	n        int
	board    *board
	dir      string
	program  string
	// quiet is how long nothing may happen before the operator counts as done.
	quiet time.Duration

	plane   *controlplane.Plane
	client  client.Client
	census  *census
	unwatch context.CancelFunc
	traffic *traffic
	scanopy *emulator.Server
	web     *http.Server
	boot    emulator.Bootstrap
	manager *process.Process
	config  string
}

// setUp starts everything but the manager.
func (s *stage) setUp(ctx context.Context, root string, rateLimit bool, progress io.Writer) error {
	var err error
	s.plane, err = controlplane.Start(ctx, controlplane.Options{
		CRDPaths:          []string{filepath.Join(root, "config", "crd", "bases")},
		ControllerManager: true, Dir: filepath.Join(s.dir, "controlplane"), Out: progress,
	})
	if err != nil {
		return err
	}
	if err := s.connect(ctx); err != nil {
		return err
	}
	return s.startScanopy(ctx, rateLimit)
}

func (s *stage) connect(ctx context.Context) error {
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		return err
	}
	// Nobody may take the client for the one who is measured: it is never throttled.
	config := rest.CopyConfig(s.plane.Config)
	config.QPS = -1
	var err error
	if s.client, err = client.New(config, client.Options{Scheme: scheme}); err != nil {
		return err
	}
	watching, unwatch := context.WithCancel(ctx)
	s.unwatch = unwatch
	if s.census, err = newCensus(watching, config); err != nil {
		return err
	}
	if s.traffic, err = newTraffic(config); err != nil {
		return err
	}
	s.config, err = s.plane.WriteKubeconfig("manager", namespace, s.traffic.config())
	return err
}

func (s *stage) startScanopy(ctx context.Context, rateLimit bool) error {
	var err error
	if s.scanopy, err = emulator.New(emulator.Options{}); err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.web = &http.Server{Handler: s.scanopy, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.web.Serve(listener) }()
	s.boot = s.scanopy.Bootstrap()
	s.boot.URL = "http://" + listener.Addr().String()
	if err := s.makeSubnet(ctx); err != nil {
		return err
	}
	s.scanopy.SetRateLimit(rateLimit)
	s.scanopy.ResetLog()
	return nil
}

func (s *stage) makeSubnet(ctx context.Context) error {
	body, err := json.Marshal(map[string]any{
		"name": "lan", "cidr": subnet, "network_id": s.boot.Network, "description": nil,
		"subnet_type": "Lan", "source": map[string]any{"type": "Manual"}, "tags": []string{},
	})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.boot.URL+"/api/v1/subnets", strings.NewReader(string(body)))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+s.boot.Tokens.Owner)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("making a subnet: %s", resp.Status)
	}
	return nil
}

// startManager starts the operator; name tells one start from the next.
func (s *stage) startManager(name string) error {
	var err error
	s.manager, err = s.plane.Processes.Start(process.Spec{
		Name: name, Program: s.program, Env: []string{"KUBECONFIG=" + s.config},
		Args: []string{
			"--metrics-bind-address=0", "--health-probe-bind-address=0", "--allow-loopback-backends", "--instance-id=0a1b2c3d",
		},
		Grace: 30 * time.Second,
	})
	return err
}

// tearDown stops everything and removes the folder.
func (s *stage) tearDown() error {
	var errs []error
	if s.manager != nil {
		errs = append(errs, s.manager.Stop())
	}
	// The API server waits for those who watch when it ends.
	if s.unwatch != nil {
		s.unwatch()
	}
	if s.web != nil {
		errs = append(errs, s.web.Close())
	}
	if s.traffic != nil {
		s.traffic.close()
	}
	if s.plane != nil {
		errs = append(errs, s.plane.Stop())
	}
	return errors.Join(append(errs, os.RemoveAll(s.dir))...)
}

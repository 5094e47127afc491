// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"path/filepath"

	"github.com/scanopy-operator/scanopy-operator/test/process"
)

// The names that config/default and the samples give.
const (
	managerNamespace = "scanopy-operator-system"
	managerAccount   = "scanopy-operator-controller-manager"
	namespace        = "lab"
)

// install applies config/default, which holds CRDs, RBAC and the Deployment.
func (s *stage) install(ctx context.Context) error {
	s.say.words("Installing the CRDs, the RBAC and the rest of config/default. No container runs here, so its Deployment stays idle.")
	if _, err := s.plane.Kubectl(ctx, nil, "apply", "--server-side", "-k", "config/default"); err != nil {
		return err
	}
	_, err := s.plane.Kubectl(ctx, nil, "wait", "--for=condition=Established", "crd", "--all", "--timeout="+factTimeout.String())
	return err
}

// startManager runs the manager with its ServiceAccount's token, so that it may do what the RBAC of config/ lets it.
func (s *stage) startManager(ctx context.Context) error {
	s.say.words("Starting the manager as ServiceAccount %s/%s.", managerNamespace, managerAccount)
	account, err := s.plane.ServiceAccountConfig(ctx, managerNamespace, managerAccount)
	if err != nil {
		return err
	}
	config, err := s.plane.WriteKubeconfig("manager", managerNamespace, account)
	if err != nil {
		return err
	}
	s.manager, err = s.start(process.Spec{
		Name: "manager", Program: filepath.Join(s.dir, "manager"),
		Args: []string{
			"--kubeconfig=" + config,
			"--leader-elect", "--leader-election-namespace=" + managerNamespace,
			"--metrics-bind-address=0",
			"--health-probe-bind-address=0",
			"--allow-loopback-backends",
		},
	})
	return err
}

// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/scanopy-operator/scanopy-operator/test/process"
)

const startTimeout = 90 * time.Second

func (p *Plane) startServers(ctx context.Context, crds []string) error {
	etcd, err := p.guarded(ctx, "etcd")
	if err != nil {
		return err
	}
	apiserver, err := p.guarded(ctx, "kube-apiserver")
	if err != nil {
		return err
	}
	p.env = &envtest.Environment{
		CRDDirectoryPaths:        crds,
		ErrorIfCRDPathMissing:    true,
		ControlPlaneStartTimeout: startTimeout,
		ControlPlaneStopTimeout:  startTimeout,
	}
	plane := &p.env.ControlPlane
	plane.Etcd = &envtest.Etcd{Path: etcd, DataDir: filepath.Join(p.dir, "etcd")}
	plane.APIServer = &envtest.APIServer{Path: apiserver, CertDir: filepath.Join(p.dir, "apiserver")}
	for _, dir := range []string{plane.Etcd.DataDir, plane.APIServer.CertDir} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	// A test's data need not survive a power cut.
	plane.Etcd.Configure().Append("unsafe-no-fsync")
	if plane.Etcd.Err, err = p.log("etcd"); err != nil {
		return err
	}
	if plane.APIServer.Err, err = p.log("kube-apiserver"); err != nil {
		return err
	}
	p.Config, err = p.env.Start()
	return err
}

// guarded is a script for the named program, so that it ends with this process.
func (p *Plane) guarded(ctx context.Context, name string) (string, error) {
	path, err := Binary(ctx, p.out, name)
	if err != nil {
		return "", err
	}
	return p.Processes.Guarded(path)
}

func (p *Plane) log(name string) (*os.File, error) {
	f, err := os.Create(filepath.Join(p.dir, name+".log"))
	if err == nil {
		p.logs = append(p.logs, f)
	}
	return f, err
}

func (p *Plane) startControllerManager(ctx context.Context) error {
	path, err := Binary(ctx, p.out, "kube-controller-manager")
	if err != nil {
		return err
	}
	config := p.Kubeconfig()
	running, err := p.Processes.Start(process.Spec{
		Name:    "kube-controller-manager",
		Program: path,
		Args: []string{
			"--kubeconfig=" + config, "--authentication-kubeconfig=" + config, "--authorization-kubeconfig=" + config,
			"--leader-elect=false", "--secure-port=0",
			"--controllers=namespace-controller,garbage-collector-controller,serviceaccount-controller,root-ca-certificate-publisher-controller",
		},
	})
	if err != nil {
		return err
	}
	return p.waitForControllers(ctx, running)
}

// waitForControllers waits for what two of the controllers make in each namespace.
func (p *Plane) waitForControllers(ctx context.Context, running *process.Process) error {
	clients, err := kubernetes.NewForConfig(p.Config)
	if err != nil {
		return err
	}
	core := clients.CoreV1()
	err = wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, startTimeout, true, func(ctx context.Context) (bool, error) {
		if err := running.Err(); err != nil {
			return false, err
		}
		_, account := core.ServiceAccounts(corev1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
		_, ca := core.ConfigMaps(corev1.NamespaceDefault).Get(ctx, "kube-root-ca.crt", metav1.GetOptions{})
		err := errors.Join(account, ca)
		if apierrors.IsNotFound(account) || apierrors.IsNotFound(ca) {
			return false, nil
		}
		return err == nil, err
	})
	if err != nil {
		return fmt.Errorf("waiting for kube-controller-manager: %w", err)
	}
	return nil
}

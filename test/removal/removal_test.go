// SPDX-License-Identifier: Apache-2.0

// Package removal_test takes the CRDs away under a running operator. In: a real API server, an emulated Scanopy and
// kubectl; out: what the server then holds, and which requests it got. It has a control plane of its own, because what
// it does to that nobody else would survive.
package removal_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/operator"
	"github.com/scanopy-operator/scanopy-operator/test/controlplane"
	"github.com/scanopy-operator/scanopy-operator/test/emulated"
)

const (
	patience = 90 * time.Second
	// stillness is longer than the moment of quiet that a withdrawal waits for.
	stillness = 4 * time.Second
)

const manifests = `
apiVersion: v1
kind: Secret
metadata: {name: scanopy}
stringData: {token: TOKEN}
---
apiVersion: inventory.scanopy.io/v1alpha1
kind: Backend
metadata: {name: default}
spec:
  url: URL
  tokenSecretRef: {name: scanopy}
  network: Lab
---
apiVersion: inventory.scanopy.io/v1alpha1
kind: Host
metadata: {name: web-01}
spec:
  ports: [{name: http, number: 80}, {name: https, number: 443}]
---
apiVersion: inventory.scanopy.io/v1alpha1
kind: Service
metadata: {name: edge}
spec: {hostRef: {name: web-01}, definition: Caddy, bindings: [{type: Port, port: http}]}
---
apiVersion: inventory.scanopy.io/v1alpha1
kind: Binding
metadata: {name: edge-https}
spec: {serviceRef: {name: edge}, type: Port, port: https}
`

type world struct {
	*testing.T

	plane   *controlplane.Plane
	scanopy *emulator.Server
}

func start(t *testing.T) *world {
	t.Helper()
	w := &world{T: t}
	var err error
	w.plane, err = controlplane.Start(t.Context(), controlplane.Options{CRDPaths: []string{"../../config/crd/bases"}, ControllerManager: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.plane.Stop(); err != nil {
			t.Error(err)
		}
	})
	var url string
	w.scanopy, url = emulated.Start(t, emulator.Options{})
	go func() { // it ends with the test's context, and without its control plane in whatever way
		_ = operator.Run(t.Context(), w.plane.Config, operator.Options{
			AllowLoopback: true, InstanceID: "0a1b2c3d", MetricsAddress: "0", ProbeAddress: "0", Workers: 4,
		})
	}()
	w.kubectl(strings.NewReplacer("TOKEN", w.scanopy.Bootstrap().Tokens.Member, "URL", url).Replace(manifests), "apply", "-f", "-")
	w.kubectl("", "wait", "--for=condition=Ready", "--timeout=90s", "schost/web-01", "scsvc/edge", "scbind/edge-https")
	w.scanopy.ResetLog()
	return w
}

func (w *world) kubectl(stdin string, args ...string) string {
	w.Helper()
	out, err := w.plane.Kubectl(w.Context(), strings.NewReader(stdin), args...)
	if err != nil {
		w.Fatal(err)
	}
	return out
}

// keepsAll checks for a while that the server got nothing but questions and holds what it held.
func (w *world) keepsAll(after string) {
	w.Helper()
	wrote := func(context.Context) (bool, error) {
		return w.scanopy.Log().Writes() > 0, nil
	}
	if err := wait.PollUntilContextTimeout(w.Context(), 50*time.Millisecond, stillness, true, wrote); err == nil {
		w.Errorf("after the CRD of %s was removed: %v", after, w.scanopy.Log().Counts)
	}
	hosts := w.scanopy.State().Hosts
	if len(hosts) != 1 || len(hosts[0].Ports) != 2 || len(hosts[0].Services) != 1 || len(hosts[0].Services[0].Bindings) != 2 {
		w.Errorf("after the CRD of %s was removed the server holds %+v", after, hosts)
	}
}

func TestRemovingTheCRDsDeletesNothingAndReleasesFinalizers(t *testing.T) {
	w := start(t)
	for _, kind := range []string{"credentials", "bindings", "services", "hosts"} {
		w.kubectl("", "delete", "--timeout="+patience.String(), "crd", kind+".inventory.scanopy.io")
		w.keepsAll(kind)
	}
	if left := w.kubectl("", "get", "crd", "-o", "name"); strings.Contains(left, "/hosts.") {
		t.Errorf("left: %s", left)
	}
}

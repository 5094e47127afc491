// SPDX-License-Identifier: Apache-2.0

// Package operator_test tests the whole operator from the outside. In: manifests, applied to a real API server, and
// faults of an emulated Scanopy behind real HTTP; out: statuses, events and what the server then holds. Every test has
// a namespace and a Scanopy of its own; they share the control plane and the operator. Most of their time they wait, so
// that they are best run in many processes at once (make test does); the first one has the control plane and the
// operator for all. It imports the API types, the emulator, the control plane and internal/operator.
package operator_test

import (
	"context"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	inventoryv1alpha1 "github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/operator"
	"github.com/scanopy-operator/scanopy-operator/test/controlplane"
)

const (
	// patience is how long anything may take on a busy machine; most takes two seconds, of which one is the moment of quiet.
	patience = 45 * time.Second
	// stillness is how long nothing must happen where nothing should.
	stillness = 3 * time.Second
	interval  = 50 * time.Millisecond
	// letsGoAfter is how long Hosts of a namespace that is being deleted wait here for a server that does not answer.
	letsGoAfter = 15 * time.Second
)

// config and kubernetes are the administrator's; the client has no cache.
var (
	config     *rest.Config
	kubernetes client.Client
)

func TestOperator(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Operator")
}

var _ = SynchronizedBeforeSuite(startAll, connect)

// startAll starts the control plane and the operator, in the first process, and gives the path of a kubeconfig.
func startAll(ctx SpecContext) []byte {
	log.SetLogger(GinkgoLogr)
	// The plane and the operator outlive BeforeSuite, whose context ends with it.
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	plane, err := controlplane.Start(running, controlplane.Options{
		CRDPaths: []string{"../../config/crd/bases"}, ControllerManager: true, Out: GinkgoWriter,
	})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(plane.Stop)

	ended := make(chan error, 1)
	go func() {
		ended <- operator.Run(running, plane.Config, operator.Options{
			AllowLoopback: true, InstanceID: "0a1b2c3d", FormerInstanceIDs: "00000001", MetricsAddress: "0", ProbeAddress: "0", Workers: 8,
			Patience: letsGoAfter,
		})
	}()
	DeferCleanup(func() {
		cancel()
		Eventually(ended).WithTimeout(patience).Should(Receive(BeNil()), "the operator ends without an error")
	})
	return []byte(plane.Kubeconfig())
}

// connect makes what each process has for itself.
func connect(_ SpecContext, kubeconfig []byte) {
	EnforceDefaultTimeoutsWhenUsingContexts()
	SetDefaultEventuallyTimeout(patience)
	SetDefaultEventuallyPollingInterval(interval)
	SetDefaultConsistentlyDuration(stillness)
	SetDefaultConsistentlyPollingInterval(interval)
	var err error
	config, err = clientcmd.BuildConfigFromFlags("", string(kubeconfig))
	Expect(err).NotTo(HaveOccurred())
	config.QPS = -1
	scheme := runtime.NewScheme()
	Expect(clientgoscheme.AddToScheme(scheme)).To(Succeed())
	Expect(inventoryv1alpha1.AddToScheme(scheme)).To(Succeed())
	kubernetes, err = client.New(config, client.Options{Scheme: scheme})
	Expect(err).NotTo(HaveOccurred())
}

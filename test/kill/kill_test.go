// SPDX-License-Identifier: Apache-2.0

// Package kill_test kills the operator while a bulk of Credentials is being worked on. In: Credentials, and servers that
// have written so many rows of the bulk when the operator's process gets SIGKILL, for each number of rows; out: what the
// servers hold and were asked when the next process is done. The operator is this test's own program, started anew, so
// that nothing which one process knew is left for the next. It has a control plane of its own: nobody else's operator may
// see to the same objects.
package kill_test

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"k8s.io/client-go/tools/clientcmd"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/operator"
	"github.com/scanopy-operator/scanopy-operator/test/controlplane"
	"github.com/scanopy-operator/scanopy-operator/test/emulated"
	"github.com/scanopy-operator/scanopy-operator/test/process"
)

const (
	// kubeconfig names, in the environment, the cluster of a process that plays the operator.
	kubeconfig = "TEST_KILL_KUBECONFIG"
	// together is how many servers are in the middle of a bulk when the operator is killed. It has a worker more.
	together = 3
	// bulk is how many Credentials there are, rows how many rows they are: each has one for its network, too.
	bulk = 6
	rows = 2 * bulk
)

// TestMain lets the test binary play the operator that is killed.
func TestMain(m *testing.M) {
	if path := os.Getenv(kubeconfig); path != "" {
		if err := play(path); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func play(path string) error {
	config, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		return err
	}
	return operator.Run(ctrl.SetupSignalHandler(), config, operator.Options{
		AllowLoopback: true, InstanceID: "0a1b2c3d", MetricsAddress: "0", ProbeAddress: "0", Workers: 4,
	})
}

// lab is a cluster in which one operator after the other lives.
type lab struct {
	*testing.T

	plane *controlplane.Plane
	kube  client.Client
	lives int
}

func open(t *testing.T) *lab {
	t.Helper()
	l := &lab{T: t}
	var err error
	if l.plane, err = controlplane.Start(t.Context(), controlplane.Options{CRDPaths: []string{"../../config/crd/bases"}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.plane.Stop(); err != nil {
			t.Error(err)
		}
	})
	scheme, err := operator.Scheme()
	if err != nil {
		t.Fatal(err)
	}
	l.plane.Config.QPS = -1
	if l.kube, err = client.New(l.plane.Config, client.Options{Scheme: scheme}); err != nil {
		t.Fatal(err)
	}
	return l
}

// live starts an operator that knows nothing.
func (l *lab) live() *process.Process {
	l.Helper()
	l.lives++
	p, err := l.plane.Processes.Start(process.Spec{
		Name: fmt.Sprint("operator-", l.lives), Program: os.Args[0], Env: []string{kubeconfig + "=" + l.plane.Kubeconfig()},
	})
	if err != nil {
		l.Fatal(err)
	}
	return p
}

// world makes a namespace with Credentials, and a server that stops in the middle of their bulk.
func (l *lab) world(written int) *world {
	l.Helper()
	return l.worldWith(written, emulator.Fault{Method: "^POST$", Path: "/credentials/bulk$", AfterRows: written, Delay: "1h"})
}

// worldWith makes a namespace with Credentials, and a server with a fault.
func (l *lab) worldWith(written int, fault emulator.Fault) *world {
	l.Helper()
	server, url := emulated.Start(l, emulator.Options{Version: "0.17.22"})
	w := &world{lab: l, written: written, scanopy: server}
	if err := server.AddFaults(fault); err != nil {
		l.Fatal(err)
	}
	w.furnish(url)
	return w
}

func TestABulkOfCredentialsIsContinuedAfterTheOperatorWasKilledBetweenAnyTwoRows(t *testing.T) {
	l := open(t)
	var before []*world
	numbers := make([]int, rows+1)
	for written := range numbers {
		numbers[written] = written
	}
	for chunk := range slices.Chunk(numbers, together) {
		var hung []*world
		for _, written := range chunk {
			hung = append(hung, l.world(written))
		}
		p := l.live()
		for _, w := range before {
			w.continues(p)
		}
		for _, w := range hung {
			w.hangs(p)
		}
		p.Kill()
		for _, w := range hung {
			w.isBroken()
		}
		before = hung
	}
	p := l.live()
	for _, w := range before {
		w.continues(p)
	}
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
}

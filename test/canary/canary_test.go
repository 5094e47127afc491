// SPDX-License-Identifier: Apache-2.0

// Package canary_test looks for secrets where none may be. In: Backends and Credentials of all types whose values are
// marked, with servers that answer every kind of error and repeat what they were sent; out: all that the operator says
// at the highest level of logs, in objects of all kinds but Secrets and in metrics, and the traces found in there. It
// has a control plane of its own: the logger and the metrics are the whole process's.
package canary_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"
	"sigs.k8s.io/yaml"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/operator"
	"github.com/scanopy-operator/scanopy-operator/test/controlplane"
	"github.com/scanopy-operator/scanopy-operator/test/emulated"
)

const patience = 60 * time.Second

// aviary is what all worlds share.
type aviary struct {
	*testing.T

	kube  client.WithWatch
	birds *birds
	cage  *cage
}

// open starts a control plane and the operator, and listens.
func open(t *testing.T) *aviary {
	t.Helper()
	a := &aviary{T: t, birds: newBirds(), cage: newCage()}
	log.SetLogger(logr.New(ear{cage: a.cage}))
	plane, err := controlplane.Start(t.Context(), controlplane.Options{CRDPaths: []string{"../../config/crd/bases"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := plane.Stop(); err != nil {
			t.Error(err)
		}
	})
	scheme, err := operator.Scheme()
	if err != nil {
		t.Fatal(err)
	}
	plane.Config.QPS = -1
	if a.kube, err = client.NewWithWatch(plane.Config, client.Options{Scheme: scheme}); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []schema.GroupVersionKind{
		v1alpha1.GroupVersion.WithKind("Credential"), v1alpha1.GroupVersion.WithKind("Backend"), v1alpha1.GroupVersion.WithKind("Host"),
		{Version: "v1", Kind: "Event"}, {Group: "events.k8s.io", Version: "v1", Kind: "Event"},
	} {
		a.listen(kind)
	}
	// As the manager of the program has it: its logger comes along with every reconcile.
	ctx, cancel := context.WithCancel(log.IntoContext(context.WithoutCancel(t.Context()), log.Log))
	ended := make(chan error, 1)
	go func() {
		ended <- operator.Run(ctx, plane.Config, operator.Options{
			AllowLoopback: true, InstanceID: "0a1b2c3d", MetricsAddress: "0", ProbeAddress: "0", Workers: 8,
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return a
}

// listen hears every version of every object of a kind.
func (a *aviary) listen(kind schema.GroupVersionKind) {
	a.Helper()
	var list unstructured.UnstructuredList
	list.SetGroupVersionKind(kind.GroupVersion().WithKind(kind.Kind + "List"))
	events, err := a.kube.Watch(a.Context(), &list)
	if err != nil {
		a.Fatal(err)
	}
	go func() {
		for e := range events.ResultChan() {
			a.cage.hear(kind.Kind, anyhow(e.Object))
		}
	}()
}

// world is a namespace with a server.
type world struct {
	*aviary

	name, version, namespace, backend string

	scanopy *emulator.Server
}

func (a *aviary) world(name, version string) *world {
	a.Helper()
	server, url := emulated.Start(a, emulator.Options{Version: version})
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "canary-"}}
	if err := a.kube.Create(a.Context(), ns); err != nil {
		a.Fatal(err)
	}
	w := &world{
		aviary: a, name: name + " of " + version, version: version, namespace: ns.Name, scanopy: server,
		backend: strings.ReplaceAll(backend, "URL", url),
	}
	token := server.Bootstrap().Tokens.Owner
	a.birds.mark(token[len("scp_u_"):])
	w.apply(&corev1.Secret{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{Name: "scanopy", Namespace: w.namespace}, StringData: map[string]string{"token": token},
	})
	w.manifest(w.backend)
	return w
}

func (w *world) apply(obj client.Object) {
	w.Helper()
	raw, err := yaml.Marshal(obj)
	if err != nil {
		w.Error(err)
	}
	w.manifest(string(raw))
}

func (w *world) manifest(text string) {
	w.Helper()
	obj := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &obj.Object); err != nil {
		w.Error(err)
	}
	if obj.GetAPIVersion() == "" {
		obj.SetAPIVersion(v1alpha1.GroupVersion.String())
	}
	obj.SetNamespace(w.namespace)
	config := client.ApplyConfigurationFromUnstructured(obj)
	if err := w.kube.Apply(w.Context(), config, client.FieldOwner("user"), client.ForceOwnership); err != nil {
		w.Error(err)
	}
}

// declare declares Credentials of all types, and a Host beside them.
func (w *world) declare() {
	w.Helper()
	for kind, settings := range credentials() {
		w.manifest(credential(kind, kind, settings))
	}
	w.manifest(host)
}

func (w *world) until(what string, is func(context.Context) (bool, error)) {
	w.Helper()
	if err := wait.PollUntilContextTimeout(w.Context(), 100*time.Millisecond, patience, true, is); err != nil {
		w.Errorf("%s: waiting until %s: %v", w.name, what, err)
	}
}

// holds waits until the server has all these values, so that they were on every way. One that has not all types has
// those that these read.
func (w *world) holds(values map[string]string) {
	w.Helper()
	read := ""
	for _, kind := range w.every() {
		read += credentials()[kind]
	}
	w.until("the server has the values", func(context.Context) (bool, error) {
		has := map[string]bool{}
		for _, c := range w.scanopy.State().Credentials {
			for _, field := range c.Settings {
				if e, ok := field.(emulator.Envelope); ok {
					has[e.Value] = true
				}
			}
		}
		for key, value := range values {
			if !has[value] && strings.Contains(read, "key: "+key+"}") {
				return false, nil
			}
		}
		return true, nil
	})
}

// told waits until so many Credentials have a condition Ready with this status, or with any that is known.
func (w *world) told(status string, least int) {
	w.Helper()
	w.until(fmt.Sprintf("%d are told that Ready is %q", least, status), func(ctx context.Context) (bool, error) {
		var list v1alpha1.CredentialList
		if err := w.kube.List(ctx, &list, client.InNamespace(w.namespace)); err != nil {
			return false, err
		}
		n := 0
		for i := range list.Items {
			for _, c := range list.Items[i].Status.Conditions {
				if c.Type == v1alpha1.ConditionReady && (string(c.Status) == status || (status == "" && c.Status != metav1.ConditionUnknown)) {
					n++
				}
			}
		}
		return n >= least, nil
	})
}

// writes counts requests that may have held secrets.
func (w *world) writes() int {
	n := 0
	for _, e := range w.scanopy.Log().Entries {
		if e.Method != http.MethodGet && strings.Contains(e.Path, "/credentials") {
			n++
		}
	}
	return n
}

// findsNothing looks at all that was said.
func (a *aviary) findsNothing() {
	a.Helper()
	families, err := ctrlmetrics.Registry.Gather()
	if err != nil {
		a.Fatal(err)
	}
	for _, f := range families {
		a.cage.hear("metrics", f.String())
	}
	all, leaks, places := a.cage.said(), 0, map[string]int{}
	for text, where := range all {
		places[where]++
		for _, trace := range a.birds.traces(text) {
			if leaks++; leaks <= 20 {
				a.Errorf("%s: …%s…", where, trace)
			}
		}
	}
	a.Logf("%d traces in %v", leaks, places)
	for _, where := range []string{"log at level 0", "log at level 1", "log at level 8", "Credential", "Backend", "Host", "metrics"} {
		if places[where] == 0 {
			a.Errorf("nothing was heard of %s", where)
		}
	}
}

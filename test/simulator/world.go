// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"math/rand/v2"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// The namespaces of every world: lab stays, shop may go with all that is in it, its Backend and Secret too, and annex uses
// the ClusterBackend.
const (
	lab   = "lab"
	shop  = "shop"
	annex = "annex"
)

// world is everything: clock, API server, Scanopy servers, the operator, and what is known to be true of them.
type world struct {
	random  *rand.Rand
	version string
	clock   *simClock
	kube    *kube.Server
	sites   []*site
	process *process
	history *history
	weather weather
	// crashAt ends the process before its n-th request from now; 0: never.
	crashAt int
	// declared are the fields that each Host has ever declared.
	declared map[kube.Key]map[string]bool
	// asked is what manifests have ever said about hosts that are one.
	asked asked
	// backup are the objects of a backup that were not applied yet, late the requests that a server has not worked off
	// though their clients gave up; isSlow says that there are more.
	backup []client.Object
	late   []late
	isSlow bool
	// before is called before each request of ours to the first site.
	before func(what string)
	// isWide says that all kinds of events may come, deeds which of those that only wide histories have.
	isWide bool
	deeds  []deed
	// credentials is absent in histories without Credentials.
	credentials *credentials
	// wild says that everybody does what they like.
	wild bool
	// quiet leaves out of the history that all is well.
	quiet      bool
	count      int
	reconciles int
	told       int
	written    int
	found      []string
}

func newWorld(seed uint64, h *history) *world {
	w := &world{
		random:  rand.New(rand.NewPCG(seed, 0x5ca0)), //nolint:gosec // a seed must give the same again
		version: VersionOf(seed), clock: newClock(), history: h,
		declared: map[kube.Key]map[string]bool{}, asked: newAsked(), isWide: seed&Wide != 0, deeds: drawDeeds(seed),
		credentials: newCredentials(seed),
	}
	h.clock = w.clock
	w.kube = kube.NewServer(w.clock)
	w.sites = []*site{newSite(w, "main"), newSite(w, "other")}
	w.furnish()
	return w
}

// furnish makes what a cluster has before the first inventory: namespaces, CRDs, tokens and Backends.
func (w *world) furnish() {
	objects := []client.Object{namespace(lab), namespace(annex)}
	for _, plural := range []string{"hosts", "services", "bindings", "credentials", "backends", "clusterbackends"} {
		objects = append(objects, kube.CRDNamed(plural+".inventory.scanopy.io"))
	}
	first, second := w.sites[0], w.sites[1]
	objects = append(objects,
		token(lab, "main", first.boot.Tokens.Owner), token(lab, "other", second.boot.Tokens.Owner),
		backendObject(lab, v1alpha1.DefaultBackendName, "main", first), backendObject(lab, "other", "other", second),
		&v1alpha1.ClusterBackend{
			ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.DefaultBackendName},
			Spec: v1alpha1.ClusterBackendSpec{
				BackendConnection: connection(first), AllowedNamespaces: v1alpha1.ClusterBackendNamespaces{From: v1alpha1.TenantsAll},
				TokenSecretRef: v1alpha1.NamespacedSecretKeyReference{
					Namespace: lab, SecretKeyReference: v1alpha1.SecretKeyReference{Name: "main", Key: "token"},
				},
			},
		})
	objects = append(objects, w.shopObjects()...)
	objects = append(append(objects, w.secretsOf(lab)...), w.secretsOf(annex)...)
	for _, obj := range objects {
		must(w.kube.Create(obj))
	}
}

// shopObjects are what the namespace shop has before its inventory.
func (w *world) shopObjects() []client.Object {
	s := w.sites[0]
	return append([]client.Object{
		namespace(shop), token(shop, "main", w.keyOfShop(s)), backendObject(shop, v1alpha1.DefaultBackendName, "main", s),
	}, w.secretsOf(shop)...)
}

func namespace(name string) client.Object {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"name": name}}}
}

func backendObject(namespace, name, secret string, s *site) client.Object {
	return &v1alpha1.Backend{
		ObjectMeta: meta(namespace, name), Spec: v1alpha1.BackendSpec{
			BackendConnection: connection(s), TokenSecretRef: v1alpha1.SecretKeyReference{Name: secret, Key: "token"},
		},
	}
}

func connection(s *site) v1alpha1.BackendConnection {
	return v1alpha1.BackendConnection{URL: s.url, Network: "Lab"}
}

func token(namespace, name, value string) client.Object {
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Data: map[string][]byte{"token": []byte(value)},
	}
}

// Eventf implements events.EventRecorder.
func (r recorder) Eventf(on, _ runtime.Object, kind, reason, action, format string, args ...any) {
	r.world.told++
	if obj, ok := on.(client.Object); ok {
		if reason == "Orphaned" {
			r.world.letGo(obj, args)
		}
		r.world.note("  event %s %s %s: "+format, append([]any{kube.KeyOf(obj), kind + " " + reason, action}, args...)...)
	}
}

func (w *world) note(format string, args ...any) { w.history.add(format, args...) }

// wrong notes that something is not as it must be.
func (w *world) wrong(format string, args ...any) {
	w.found = append(w.found, w.history.add("WRONG: "+format, args...))
}

// chance is true n times of a hundred.
func (w *world) chance(n int) bool { return w.random.IntN(100) < n }

// one draws one of several.
func one[T any](w *world, of ...T) T { return of[w.random.IntN(len(of))] }

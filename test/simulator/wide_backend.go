// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// secret is the Secret of the first site's key in the namespace that stays; the ClusterBackend uses it, too.
func secret() kube.Key { return kube.Key{Kind: kube.Secret, Namespace: lab, Name: "main"} }

// second is the Backend of the second site, which only the Host far uses.
func second() kube.Key { return kube.Key{Kind: kube.Backend, Namespace: lab, Name: "other"} }

// backends changes Backends and their Secrets.
func (w *world) backends() {
	switch n := w.random.IntN(10); {
	case n < 4:
		w.changeConnection()
	case n < 6:
		w.rotate()
	case n < 7:
		w.forgetKey()
	case n < 8:
		w.renewKey()
	case n < 9:
		if w.kube.Delete(second()) == nil {
			w.note("deletes %s", second())
		}
	default:
		w.renewBackend()
	}
}

// changeConnection edits what a Backend says of its server.
func (w *world) changeConnection() {
	key := one(w, kube.Key{Kind: kube.Backend, Namespace: lab, Name: v1alpha1.DefaultBackendName}, second(),
		kube.Key{Kind: kube.ClusterBackend, Name: v1alpha1.DefaultBackendName})
	change := w.drawConnection()
	err := w.kube.Update(key, func(obj client.Object) {
		switch b := obj.(type) {
		case *v1alpha1.Backend:
			change(&b.Spec.BackendConnection)
		case *v1alpha1.ClusterBackend:
			change(&b.Spec.BackendConnection)
		}
	})
	if err == nil {
		w.note("edits %s", key)
	}
}

func (w *world) drawConnection() func(*v1alpha1.BackendConnection) {
	switch w.random.IntN(4) {
	case 0:
		period := one(w, 30*time.Second, 3*time.Minute, resync)
		return func(c *v1alpha1.BackendConnection) { c.ResyncPeriod = &metav1.Duration{Duration: period} }
	case 1:
		perMinute := one(w, int32(30), 120, 240)
		return func(c *v1alpha1.BackendConnection) {
			c.RateLimit = &v1alpha1.RateLimit{RequestsPerMinute: perMinute, Burst: perMinute / 4}
		}
	case 2:
		policy := one(w, v1alpha1.AdoptNever, v1alpha1.AdoptIfUnowned)
		return func(c *v1alpha1.BackendConnection) { c.Defaults = &v1alpha1.BackendDefaults{AdoptionPolicy: policy} }
	default:
		timeout := one(w, 5*time.Second, 30*time.Second)
		return func(c *v1alpha1.BackendConnection) { c.RequestTimeout = &metav1.Duration{Duration: timeout} }
	}
}

// rotate gives the Secret another key; the old one ends before, after, or not.
func (w *world) rotate() {
	s := w.sites[0]
	obj, ok := w.kube.Get(secret())
	old, isSecret := obj.(*corev1.Secret)
	if !ok || !isSecret {
		return
	}
	if ends := w.chance(60); ends {
		s.RevokeKey(string(old.Data["token"]))
	}
	w.setKey(s.AddKey(emulator.Owner, s.boot.Network, s.boot.Network2))
}

// setKey writes a key into the Secret, or makes the Secret again.
func (w *world) setKey(value string) {
	err := w.kube.Update(secret(), func(obj client.Object) {
		if o, ok := obj.(*corev1.Secret); ok {
			o.Data = map[string][]byte{"token": []byte(value)}
		}
	})
	if err != nil {
		must(w.kube.Create(token(lab, "main", value)))
	}
	w.note("gives %s another key", secret())
}

// forgetKey deletes the Secret, or writes something into it that is no key any more.
func (w *world) forgetKey() {
	if w.chance(50) {
		if w.kube.Delete(secret()) == nil {
			w.note("deletes %s", secret())
		}
		return
	}
	s := w.sites[0]
	value := s.AddKey(emulator.Owner, s.boot.Network)
	s.RevokeKey(value)
	w.setKey(value)
}

// renewKey puts a key where none is, or where there is one that does not work.
func (w *world) renewKey() {
	s := w.sites[0]
	w.setKey(s.AddKey(emulator.Owner, s.boot.Network, s.boot.Network2))
}

// renewBackend makes the second Backend again that was deleted.
func (w *world) renewBackend() {
	if w.has("backends") && w.kube.Create(backendObject(lab, second().Name, "other", w.sites[1])) == nil {
		w.note("creates %s", second())
	}
}

// healBackends sees to keys that work, and to it that nobody uses a Backend that is to go.
func (w *world) healBackends() {
	if !w.has("backends") {
		return
	}
	w.renewKey()
	if b, ok := w.kube.Get(second()); ok && !b.GetDeletionTimestamp().IsZero() {
		if far := (kube.Key{Kind: kube.Host, Namespace: lab, Name: "far"}); w.kube.Delete(far) == nil {
			w.note("deletes %s", far)
		}
		for _, c := range w.credentialObjects() {
			if c.Spec.BackendRef != nil {
				must(w.kube.Delete(kube.KeyOf(c)))
				w.note("deletes %s", kube.KeyOf(c))
			}
		}
	}
}

// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"math/rand/v2"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// Credentials marks seeds whose histories have Credentials, too.
const Credentials uint64 = 1 << 49

// credentials is what there is of Credentials in a history that has them. Everything about them is drawn from a stream
// of its own, so that nothing else is drawn otherwise.
type credentials struct {
	random *rand.Rand
	// isAdmin says that the key of the namespace shop may write credentials.
	isAdmin bool
	// values counts the secret values that there were.
	values int
	// declared are the Hosts, networks and fields that each Credential has ever named, by its derived id.
	declared map[string]map[string]bool
	// denied counts what was written of Credentials that may not be written.
	denied int
	// stormy says that requests for credentials fare worse than others.
	stormy bool
}

func newCredentials(seed uint64) *credentials {
	if seed&Credentials == 0 {
		return nil
	}
	c := &credentials{
		random:   rand.New(rand.NewPCG(seed, 0xc4ed)), //nolint:gosec // a seed must give the same again
		declared: map[string]map[string]bool{},
	}
	c.isAdmin = c.random.IntN(100) < 60
	return c
}

// versionWith is the version of the server that a seed with Credentials and without a version of its own is for: one of
// those that have them.
func versionWith(seed uint64) string {
	var all []string
	for _, v := range emulator.Versions() {
		if place(v) >= place("0.15.3") {
			all = append(all, v)
		}
	}
	return all[seed&0xffff_ffff%uint64(len(all))]
}

// apart does something with what it draws taken from the stream for Credentials.
func (w *world) apart(do func()) {
	saved := w.random
	w.random = w.credentials.random
	do()
	w.random = saved
}

// changeCredentials does a few things to all that belongs to Credentials.
func (w *world) changeCredentials() {
	if w.credentials == nil {
		return
	}
	w.apart(func() {
		for range 4 {
			w.changeCredential()
		}
		w.setSecret(kube.Key{Kind: kube.Secret, Namespace: lab, Name: secretNames()[0]}, "changes the values of", w.secretData())
		w.removeCredentials()
	})
}

// createCredentials makes the first Credentials of a history.
func (w *world) createCredentials() {
	if w.credentials == nil {
		return
	}
	w.apart(func() {
		for range 1 + w.random.IntN(5) {
			w.createCredential()
		}
	})
}

// hasCredentialEvent does something about Credentials, now and then.
func (w *world) hasCredentialEvent() (done bool) {
	if w.credentials == nil {
		return false
	}
	w.apart(func() {
		n := w.random.IntN(1000)
		done = n < 90
		switch {
		case n < 50:
			w.editCredentials()
		case n < 62:
			w.editSecrets()
		case n < 84:
			one(w, w.sites[0], w.sites[0], w.sites[0], w.sites[1]).meddleWithCredentials()
		case n < 88:
			w.credentials.stormy = !w.credentials.stormy
			w.note("storms over credentials: %v", w.credentials.stormy)
		case n < 90:
			w.slow()
		}
	})
	return done
}

// editCredentials does one thing that owners of Credentials do.
func (w *world) editCredentials() {
	switch n := w.random.IntN(100); {
	case n < 35:
		w.createCredential()
	case n < 42:
		for range 2 + w.random.IntN(4) {
			w.createCredential()
		}
	case n < 72:
		w.changeCredential()
	case n < 80:
		w.annotateCredential()
	case n < 84:
		w.admitNetworks()
	default:
		w.removeCredentials()
	}
}

// credentialObjects are all Credentials.
func (w *world) credentialObjects() []*v1alpha1.Credential {
	var out []*v1alpha1.Credential
	for _, obj := range w.kube.List(kube.Credential) {
		if c, ok := obj.(*v1alpha1.Credential); ok {
			out = append(out, c)
		}
	}
	return out
}

// createCredential makes a Credential that is not there yet, where its namespace is.
func (w *world) createCredential() {
	c := w.drawCredential()
	if err := w.kube.Create(c); err == nil {
		w.declareCredential(c)
		w.note("creates %s %s", kube.KeyOf(c), describe(c))
	}
}

// changeCredential edits one that is not going.
func (w *world) changeCredential() {
	all := w.credentialObjects()
	if len(all) == 0 {
		return
	}
	c := one(w, all...)
	if !c.DeletionTimestamp.IsZero() {
		return
	}
	must(w.kube.Update(kube.KeyOf(c), func(obj client.Object) {
		now, ok := obj.(*v1alpha1.Credential)
		if !ok {
			return
		}
		switch w.random.IntN(5) {
		case 0, 1:
			w.drawTargets(now)
		case 2:
			w.drawLogin(&now.Spec)
			w.drawTargets(now)
		case 3:
			w.drawCredentialScalars(now)
		default:
			now.Spec.DeletionPolicy = one(w, "", v1alpha1.DeletionDelete, v1alpha1.DeletionOrphan)
		}
		w.declareCredential(now)
		w.note("edits %s %s", kube.KeyOf(now), describe(now))
	}))
}

// annotateCredential pauses one, lets it go on, asks for a fresh look, or for it to be let go.
func (w *world) annotateCredential() {
	all := w.credentialObjects()
	if len(all) == 0 {
		return
	}
	c := one(w, all...)
	name, value := v1alpha1.AnnotationPaused, one(w, "true", "")
	switch {
	case !c.DeletionTimestamp.IsZero() && w.chance(30):
		name, value = v1alpha1.AnnotationForceOrphan, "true"
	case w.chance(50):
		name, value = v1alpha1.AnnotationReconcileRequestedAt, decimal(w.random.IntN(1000))
	}
	if w.setAnnotation(kube.KeyOf(c), name, value) == nil {
		w.note("annotates %s %s=%q", kube.KeyOf(c), name, value)
	}
}

// admitNetworks changes whether the ClusterBackend lets credentials be given to whole networks.
func (w *world) admitNetworks() {
	allows := w.chance(50)
	key := kube.Key{Kind: kube.ClusterBackend, Name: v1alpha1.DefaultBackendName}
	must(w.kube.Update(key, func(obj client.Object) {
		if b, ok := obj.(*v1alpha1.ClusterBackend); ok {
			if b.Spec.Allow == nil {
				b.Spec.Allow = &v1alpha1.ClusterBackendAllowance{}
			}
			b.Spec.Allow.NetworkCredentials = &allows
		}
	}))
	w.note("%s lets credentials be given to networks: %v", key, allows)
}

// removeCredentials deletes one, or all of a namespace.
func (w *world) removeCredentials() {
	all := w.credentialObjects()
	if len(all) == 0 {
		return
	}
	first := one(w, all...)
	isAll := w.chance(15)
	for _, c := range all {
		if c.UID == first.UID || isAll && c.Namespace == first.Namespace {
			must(w.kube.Delete(kube.KeyOf(c)))
			w.note("deletes %s", kube.KeyOf(c))
		}
	}
}

// declareCredential notes what a Credential has ever named.
func (w *world) declareCredential(c *v1alpha1.Credential) {
	id := w.derivedID(c)
	all := w.credentials.declared[id]
	if all == nil {
		all = map[string]bool{}
		w.credentials.declared[id] = all
	}
	for _, n := range c.Spec.Networks {
		all["network "+n] = true
	}
	for _, h := range c.Spec.Hosts {
		all["host "+hostKeyOf(c, h).String()] = true
	}
	all["description"] = all["description"] || c.Spec.Description != nil
	all["tags"] = all["tags"] || c.Spec.Tags != nil
}

// siteForCredential is where a Credential is written to.
func (w *world) siteForCredential(c *v1alpha1.Credential) *site {
	if c.Spec.BackendRef != nil {
		return w.sites[1]
	}
	return w.sites[0]
}

// derivedID is the id that the row of a Credential has by the documented layout of ids.
func (w *world) derivedID(c *v1alpha1.Credential) string {
	s := w.siteForCredential(c)
	ref := core.Ref{Kind: core.KindCredential, Namespace: c.Namespace, Name: c.Name}
	return core.CredentialID(instance, s.boot.Organization.String(), ref)
}

// credentialWith is the Credential whose row has an id; nil if there is none.
func (w *world) credentialWith(id string) *v1alpha1.Credential {
	for _, c := range w.credentialObjects() {
		if c.Status.ID == id || w.derivedID(c) == id {
			return c
		}
	}
	return nil
}

// healCredentials ends what keeps Credentials from being as they must: paused ones, Secrets without what is needed.
func (w *world) healCredentials() {
	if w.credentials == nil {
		return
	}
	w.apart(func() {
		w.credentials.stormy = false
		for _, c := range w.credentialObjects() {
			must(w.setAnnotation(kube.KeyOf(c), v1alpha1.AnnotationPaused, ""))
		}
		for _, namespace := range []string{lab, shop, annex} {
			w.restoreSecrets(namespace)
		}
	})
}

// tellSecrets finds secret values in what everybody may read.
func (w *world) tellSecrets(where, text string) {
	if w.credentials == nil {
		return
	}
	for _, mark := range []string{secretMark, secretMarkEncoded} {
		if strings.Contains(text, mark) {
			w.wrong("%s holds a secret value", where)
			return
		}
	}
}

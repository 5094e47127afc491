// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// credentialKeys are the backends whose Credentials may be looked at now.
func (p *process) credentialKeys() []string {
	if p.credentials == nil {
		return nil
	}
	return p.credentials.ready()
}

// beginCredentials starts the part of the operator that looks after Credentials.
func (p *process) beginCredentials() {
	if p.world.credentials == nil {
		return
	}
	p.credentials = newQueue[string](p.world.clock)
	must(p.operator.CredentialKeys.Source().Start(p.ctx, p.credentials))
}

// startCredentials begins the reconcile of the Credentials of a backend.
func (p *process) startCredentials(key string) {
	p.credentials.take(key)
	p.add("credentials "+key, func() { reconciled(p, p.credentials, key, p.operator.Credentials.Reconcile) })
}

// listener hears what the operator logs, at every level.
type listener struct {
	world *world
	with  []any
}

// pauseBefore stops the task that runs before a write to Kubernetes. What is told of Credentials is told under a lock, at
// which nobody may stop here: the others that wait for it would never let go on who has it.
func (p *process) pauseBefore(what string) {
	if !strings.Contains(what, " of Credential ") {
		p.pause(what)
	}
}

// endCredentials takes in that a task is over: what it has listed counts, unless tags were to follow.
func (p *process) endCredentials(task string) {
	hasTags := func(c *v1alpha1.Credential) bool { return len(c.Spec.Tags) > 0 }
	if p.credentials == nil || slices.ContainsFunc(p.world.credentialObjects(), hasTags) {
		return
	}
	for _, s := range p.world.sites {
		s.witness.credentials.settle(task)
	}
}

// listener is where the operator's log goes: nowhere, but in histories with Credentials somebody listens.
func (w *world) listener() logr.LogSink {
	if w.credentials == nil {
		return log.NullLogSink{}
	}
	return listener{world: w}
}

// Init implements logr.LogSink.
func (listener) Init(logr.RuntimeInfo) {}

// Enabled implements logr.LogSink.
func (listener) Enabled(int) bool { return true }

// Info implements logr.LogSink.
func (l listener) Info(_ int, message string, about ...any) {
	l.world.tellSecrets("a log line", fmt.Sprintf("%s %+v %+v", message, l.with, about))
}

// Error implements logr.LogSink.
func (l listener) Error(err error, message string, about ...any) {
	l.world.tellSecrets("a log line", fmt.Sprintf("%s %+v %+v %+v", message, err, l.with, about))
}

// WithValues implements logr.LogSink.
func (l listener) WithValues(about ...any) logr.LogSink {
	return listener{l.world, append(l.with[:len(l.with):len(l.with)], about...)}
}

// WithName implements logr.LogSink.
func (l listener) WithName(string) logr.LogSink { return l }

// readPatched looks for secret values in an object that the operator wrote, and counts what it writes of Credentials that
// it may not write to Scanopy: it tries those again now and then, and tells of that.
func (w *world) readPatched(obj client.Object) {
	if w.credentials == nil {
		return
	}
	if c, ok := obj.(*v1alpha1.Credential); ok && w.isDeniedTo(c) {
		w.credentials.denied++
	}
	if _, isSecret := obj.(*corev1.Secret); !isSecret {
		w.tellSecrets(kube.KeyOf(obj).String(), fmt.Sprintf("%+v", obj))
	}
}

// deniedWrites counts what was written of Credentials that may not be written.
func (w *world) deniedWrites() int {
	if w.credentials == nil {
		return 0
	}
	return w.credentials.denied
}

// releasedCredential judges that a Credential is gone: what it had is gone, too, unless it was to stay.
func (w *world) releasedCredential(obj client.Object) {
	c, ok := obj.(*v1alpha1.Credential)
	if !ok {
		return
	}
	s, id := w.siteForCredential(c), w.derivedID(c)
	for _, each := range []string{id, c.Status.ID} {
		row, stands := w.credentialRows(s.State())[each]
		switch {
		case !stands || s.witness.credentials.foreign[each] && each != id:
		case s.witness.credentials.let[each], w.mayStay(c):
			s.witness.credentials.leave(each, row)
		default:
			w.wrong("%s was let go, and its credential %q (%s) is still there", kube.KeyOf(c), row.name, each)
			s.witness.credentials.let[each] = true
		}
		if each == c.Status.ID {
			return
		}
	}
}

// letCredential notes that what a Credential had may stay.
func (w *world) letCredential(obj client.Object) {
	if c, ok := obj.(*v1alpha1.Credential); ok {
		for _, id := range []string{c.Status.ID, w.derivedID(c)} {
			w.siteForCredential(c).witness.credentials.let[id] = true
		}
	}
}

// mayStay says that the credential of a Credential which is gone may stay: somebody asked for that, or its namespace went
// and there was no way to the server, at last.
func (w *world) mayStay(c *v1alpha1.Credential) bool {
	if !w.mayDelete(c) || c.Annotations[v1alpha1.AnnotationForceOrphan] != "" {
		return true
	}
	if _, stands := w.kube.Get(kube.CRDOf(kube.Credential)); !stands {
		return true
	}
	ns, stands := w.kube.Get(kube.Key{Kind: kube.Namespace, Name: c.Namespace})
	if stands && ns.GetDeletionTimestamp().IsZero() {
		return false
	}
	secret := kube.Key{Kind: kube.Secret, Namespace: c.Namespace, Name: "main"}
	_, hasKey := w.kube.Get(secret)
	isLate := w.clock.now.Sub(c.DeletionTimestamp.Time) >= core.Patience
	return isLate || (!hasKey && !w.process.knew[secret])
}

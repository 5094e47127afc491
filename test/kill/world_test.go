// SPDX-License-Identifier: Apache-2.0

package kill_test

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/process"
)

const patience = 90 * time.Second

// world is a namespace with a server of its own, which has written so many rows when the operator is killed.
type world struct {
	*lab

	written   int
	namespace string
	scanopy   *emulator.Server
}

// furnish makes the Backend and the Credentials, each with a value of its own.
func (w *world) furnish(url string) {
	w.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: fmt.Sprintf("after-%d-", w.written)}}
	w.create(ns)
	w.namespace = ns.Name
	w.create(w.secret("scanopy", "token", w.scanopy.Bootstrap().Tokens.Owner))
	w.create(&v1alpha1.Backend{
		ObjectMeta: w.meta("default"),
		Spec: v1alpha1.BackendSpec{
			BackendConnection: v1alpha1.BackendConnection{URL: url, Network: "Lab"},
			TokenSecretRef:    v1alpha1.SecretKeyReference{Name: "scanopy", Key: "token"},
		},
	})
	for i := range bulk {
		w.more(i)
	}
}

// more makes a Credential.
func (w *world) more(i int) {
	w.Helper()
	w.create(w.secret(nameOf(i), "community", valueOf(i)))
	w.create(&v1alpha1.Credential{
		ObjectMeta: w.meta(nameOf(i)),
		Spec: v1alpha1.CredentialSpec{
			Type: v1alpha1.CredentialSnmpV2c, Networks: []string{"Lab"},
			SNMPV2c: &v1alpha1.SNMPCommunityCredential{Community: v1alpha1.SecretSource{
				SecretKeyRef: &v1alpha1.CredentialSecretReference{Name: nameOf(i), Key: "community"},
			}},
		},
	})
}

func nameOf(i int) string  { return fmt.Sprint("c", i) }
func valueOf(i int) string { return fmt.Sprint("value of ", i) }

func (w *world) meta(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: w.namespace, Name: name}
}

func (w *world) secret(name, key, value string) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: w.meta(name), StringData: map[string]string{key: value}}
}

func (w *world) create(obj client.Object) {
	w.Helper()
	if err := w.kube.Create(w.Context(), obj); err != nil {
		w.Fatal(err)
	}
}

// until waits for something that an operator does.
func (w *world) until(p *process.Process, what string, is func(context.Context) (bool, error)) {
	w.Helper()
	err := wait.PollUntilContextTimeout(w.Context(), 20*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		if ended := p.Err(); ended != nil {
			return false, ended
		}
		return is(ctx)
	})
	if err != nil {
		w.Fatalf("after %d rows: %s: %v\n%v\n%s", w.written, what, err, w.scanopy.Log().Counts, p.LogTail(30))
	}
}

// stands counts the rows that the server has.
func (w *world) stands() (n int) {
	for _, c := range w.scanopy.State().Credentials {
		n += 1 + len(c.AssignedNetworkIDs)
	}
	return n
}

// hangs waits until the server has written what it was to write of the bulk, and answers nothing.
func (w *world) hangs(p *process.Process) {
	w.Helper()
	w.until(p, "the server stops within the bulk", func(context.Context) (bool, error) {
		return w.bulks() > 0 && w.stands() == w.written, nil
	})
}

// isBroken makes sure that the operator was killed where it should have been.
func (w *world) isBroken() {
	w.Helper()
	if n := w.stands(); n != w.written || w.bulks() != 1 || len(w.ready(w.Context())) > 0 {
		w.Errorf("killed after %d rows of %d and %v: %v are told", n, w.written, w.scanopy.Log().Counts, w.ready(w.Context()))
	}
}

func (w *world) bulks() int { return w.scanopy.Log().Counts["POST /api/v1/credentials/bulk"] }

// ready are the ids of Credentials that are Ready, by name.
func (w *world) ready(ctx context.Context) map[string]string {
	w.Helper()
	var all v1alpha1.CredentialList
	if err := w.kube.List(ctx, &all, client.InNamespace(w.namespace)); err != nil {
		w.Fatal(err)
	}
	out := map[string]string{}
	for i := range all.Items {
		c := &all.Items[i]
		for _, cond := range c.Status.Conditions {
			if cond.Type == v1alpha1.ConditionReady && cond.Status == metav1.ConditionTrue {
				out[c.Name] = c.Status.ID
			}
		}
	}
	return out
}

// continues waits until everything is there, and checks that nothing was made twice or forgotten, and by how few requests.
func (w *world) continues(p *process.Process) {
	w.Helper()
	w.until(p, "all are Ready", func(ctx context.Context) (bool, error) { return len(w.ready(ctx)) == bulk, nil })
	told, seen := w.ready(w.Context()), map[string]bool{}
	for _, c := range w.scanopy.State().Credentials {
		if seen[c.Name] || c.ID.String() != told[c.Name] {
			w.Errorf("after %d rows: %s is there with the id %s, told is %s", w.written, c.Name, c.ID, told[c.Name])
		}
		seen[c.Name] = true
		if len(c.AssignedNetworkIDs) != 1 || c.AssignedNetworkIDs[0] != w.scanopy.Bootstrap().Network {
			w.Errorf("after %d rows: %s is assigned to %v", w.written, c.Name, c.AssignedNetworkIDs)
		}
	}
	for i := range bulk {
		if !seen[nameOf(i)] || w.valueIn(nameOf(i)) != valueOf(i) {
			w.Errorf("after %d rows: %s is there: %v, with the value %q", w.written, nameOf(i), seen[nameOf(i)], w.valueIn(nameOf(i)))
		}
	}
	w.wasAskedLittle()
}

// wasAskedLittle checks the requests: the bulk that broke off, one with the rest, and one for each that stands already,
// since nobody can see which version of its Secret that has.
func (w *world) wasAskedLittle() {
	w.Helper()
	stood := (w.written + 1) / 2
	bulks := 1
	if stood < bulk {
		bulks = 2
	}
	counts := w.scanopy.Log().Counts
	puts := counts["PUT /api/v1/credentials/{id}"]
	if w.bulks() != bulks || puts != stood || counts["GET /api/v1/credentials"] > 4 || w.scanopy.Log().Writes() != bulks+puts {
		w.Errorf("after %d rows, of %d Credentials: %v", w.written, stood, counts)
	}
}

func (w *world) valueIn(name string) string {
	for _, c := range w.scanopy.State().Credentials {
		if c.Name == name {
			e, _ := c.Settings["community"].(emulator.Envelope)
			return e.Value
		}
	}
	return ""
}

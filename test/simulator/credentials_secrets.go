// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"encoding/pem"
	"net/http"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// secretMark is in every secret value, secretMarkEncoded in those that are keys: nothing that people read may hold them.
const (
	secretMark        = "canary-value-"
	secretMarkEncoded = "Y2FuYXJ5LXZhbHVl" //nolint:gosec // the mark as base64
)

// secretNames are the Secrets that Credentials use.
func secretNames() []string { return []string{"vault", "login"} }

// secretData makes values that were never there before.
func (w *world) secretData() map[string][]byte {
	w.credentials.values++
	n := decimal(w.credentials.values)
	block := func(kind, text string) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: []byte(text + n)})
	}
	return map[string][]byte{
		"password": []byte(secretMark + n), "other": []byte(secretMark + "other-" + n + "\n"),
		"tls.crt": block("CERTIFICATE", "certificate "), "tls.key": block("PRIVATE KEY", secretMark),
	}
}

// secretsOf are the Secrets that a namespace has before its Credentials.
func (w *world) secretsOf(namespace string) []client.Object {
	if w.credentials == nil {
		return nil
	}
	var out []client.Object
	for _, name := range secretNames() {
		out = append(out, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Data: w.secretData()})
	}
	return out
}

// keyOfShop is the key of the namespace shop: a member's, or one that may write credentials.
func (w *world) keyOfShop(s *site) string {
	if w.credentials == nil || !w.credentials.isAdmin {
		return s.boot.Tokens.Member
	}
	return s.AddKey(emulator.Owner, s.boot.Network)
}

// isDenied says that a request of ours was refused because its key may not write credentials: it is tried again now and
// then.
func (w *world) isDenied(r *http.Request, resp *http.Response) bool {
	return w.credentials != nil && resp != nil && resp.StatusCode == http.StatusForbidden &&
		strings.HasPrefix(r.URL.Path, credentialsPath)
}

// editSecrets gives a Secret other values or spoils it, deletes it or makes it again.
func (w *world) editSecrets() {
	key := kube.Key{Kind: kube.Secret, Namespace: one(w, lab, lab, shop, annex), Name: one(w, secretNames()...)}
	what, data := "changes the values of", w.secretData()
	switch n := w.random.IntN(10); {
	case n < 2:
		if w.kube.Delete(key) == nil {
			w.note("deletes %s", key)
		}
		return
	case n < 3:
		what = "takes a key out of"
		delete(data, one(w, "password", "other", "tls.crt", "tls.key"))
	case n < 4:
		what = "spoils"
		data[one(w, "password", "other", "tls.crt", "tls.key")] = []byte(one(w, "", "********"))
	}
	w.setSecret(key, what, data)
}

// setSecret writes a Secret, or makes it again.
func (w *world) setSecret(key kube.Key, what string, data map[string][]byte) {
	err := w.kube.Update(key, func(obj client.Object) {
		if s, ok := obj.(*corev1.Secret); ok {
			s.Data = data
		}
	})
	if err != nil {
		what = "makes"
		err = w.kube.Create(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}, Data: data})
	}
	if err == nil {
		w.note("%s %s", what, key)
	}
}

// restoreSecrets makes the Secrets of a namespace whole.
func (w *world) restoreSecrets(namespace string) {
	for _, name := range secretNames() {
		key := kube.Key{Kind: kube.Secret, Namespace: namespace, Name: name}
		obj, ok := w.kube.Get(key)
		s, isSecret := obj.(*corev1.Secret)
		if !ok || !isSecret || !isWhole(s) {
			w.setSecret(key, "mends", w.secretData())
		}
	}
}

// isWhole says that a Secret has values for everybody who uses it.
func isWhole(s *corev1.Secret) bool {
	text := func(key string) string { return string(s.Data[key]) }
	return strings.HasPrefix(text("password"), secretMark) && strings.HasPrefix(text("other"), secretMark) &&
		strings.HasPrefix(text("tls.crt"), "-----BEGIN") && strings.HasPrefix(text("tls.key"), "-----BEGIN")
}

// valueOf is what the server must hold of a value of a Secret; lines end as they do in its file only where it has many.
func (w *world) valueOf(namespace, name, key string) string {
	obj, _ := w.kube.Get(kube.Key{Kind: kube.Secret, Namespace: namespace, Name: name})
	s, ok := obj.(*corev1.Secret)
	if !ok {
		return ""
	}
	if value := string(s.Data[key]); strings.HasPrefix(value, "-----BEGIN") {
		return value
	}
	return strings.TrimSpace(string(s.Data[key]))
}

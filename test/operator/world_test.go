// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"fmt"
	"net/http/httptest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// world is what a test has for itself: a namespace, and a Scanopy that has the subnet 10.20.0.0/24 called lan, and the
// tags production and staging.
type world struct {
	namespace string
	url       string
	scanopy   *emulator.Server
	boot      emulator.Bootstrap
	subnet    string
	tags      map[string]string
	asked     int
	// hangUp breaks all connections off.
	hangUp func()
}

// newWorld makes a world whose Backend default is Ready.
func newWorld(ctx SpecContext) *world { return newWorldOf(ctx, serverVersion()) }

// newWorldOf makes a world with a server of another version.
func newWorldOf(ctx SpecContext, version string) *world {
	GinkgoHelper()
	w := newBareWorldOf(ctx, version)
	w.apply(ctx, w.secret("scanopy", w.boot.Tokens.Member), w.backend("default", ""))
	w.settles(ctx, "Backend/default", "Ready=True/Available")
	w.scanopy.ResetLog()
	return w
}

// newBareWorld makes a world without a Backend.
func newBareWorld(ctx SpecContext) *world { return newBareWorldOf(ctx, serverVersion()) }

func newBareWorldOf(ctx SpecContext, version string) *world {
	GinkgoHelper()
	server, err := emulator.New(emulator.Options{Version: version})
	Expect(err).NotTo(HaveOccurred())
	web := httptest.NewServer(server)
	DeferCleanup(web.Close)
	w := &world{url: web.URL, scanopy: server, boot: server.Bootstrap(), tags: map[string]string{}, hangUp: web.CloseClientConnections}
	w.subnet = w.addSubnet(ctx, "lan", "10.20.0.0/24")
	for _, tag := range []string{"production", "staging"} {
		w.tags[tag] = w.post(ctx, "/api/v1/tags", fields{
			"name": tag, "color": "Green", "description": nil, "organization_id": w.boot.Organization,
		})
	}
	w.namespace = newNamespace(ctx, nil)
	return w
}

// newNamespace makes a namespace that goes with the test.
func newNamespace(ctx SpecContext, labels map[string]string) string {
	GinkgoHelper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "op-", Labels: labels}}
	Expect(kubernetes.Create(ctx, ns)).To(Succeed())
	return ns.Name
}

func (w *world) secret(name, token string) string {
	return fmt.Sprintf("{apiVersion: v1, kind: Secret, metadata: {name: %s}, stringData: {token: %q}}", name, token)
}

// backend is a Backend that leads to the world's Scanopy, with more lines of spec, indented by two.
func (w *world) backend(name, more string) string { return w.backendAt(name, w.url, more) }

func (w *world) backendAt(name, url, more string) string {
	return fmt.Sprintf(`
kind: Backend
metadata: {name: %s}
spec:
  url: %s
  tokenSecretRef: {name: scanopy}
  network: Lab
  resyncPeriod: 30s
  rateLimit: {requestsPerMinute: 6000, burst: 1000}
%s`, name, url, more)
}

// resync asks for a fresh look at the backend and waits until it was taken.
func (w *world) resync(ctx SpecContext) {
	GinkgoHelper()
	w.asked++
	value := fmt.Sprint("look-", w.asked)
	w.annotate(ctx, "Backend/default", "reconcile-requested-at", value)
	Eventually(func(g Gomega) {
		obj := w.get(ctx, g, "Backend/default")
		g.Expect(text(obj, "status", "lastHandledReconcileAt")).To(Equal(value))
	}).WithContext(ctx).Should(Succeed())
}

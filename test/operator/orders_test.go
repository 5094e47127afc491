// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// heldByTest keeps a namespace that is being deleted until the test has deleted what is in it.
const heldByTest = "test.scanopy.io/order"

// goingKinds are the kinds of everything that one small installation has; names are its objects.
func goingKinds() []string { return []string{"Backend", "Secret", "Host", "Service", "Binding"} }

func goingNames() map[string]string {
	return map[string]string{"Backend": "default", "Secret": "scanopy", "Host": "host", "Service": "web", "Binding": "web-http"}
}

// permutations are all orders of these.
func permutations(of []string) [][]string {
	if len(of) == 0 {
		return [][]string{nil}
	}
	var out [][]string
	for i, first := range of {
		rest := slices.Concat(of[:i], of[i+1:])
		for _, p := range permutations(rest) {
			out = append(out, append([]string{first}, p...))
		}
	}
	return out
}

// together calls a function for each number below n, several at once.
func together(n int, call func(i int)) {
	GinkgoHelper()
	work := make(chan int)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			defer GinkgoRecover()
			for i := range work {
				call(i)
			}
		})
	}
	for i := range n {
		work <- i
	}
	close(work)
	wait.Wait()
}

// install makes a small installation in a namespace of its own, with another address each.
func (w *world) install(ctx SpecContext, number int) *world {
	GinkgoHelper()
	v := *w
	v.namespace = newNamespace(ctx, nil)
	v.apply(ctx, v.secret("scanopy", v.boot.Tokens.Member), v.backend("default", ""), fmt.Sprintf(`
kind: Host
metadata: {name: host}
spec: {name: host-%d, interfaces: [{name: eth0, ipAddress: 10.20.0.%d}], ports: [{name: http, number: 80}]}
---
kind: Service
metadata: {name: web}
spec: {hostRef: {name: host}, definition: Caddy}
---
kind: Binding
metadata: {name: web-http}
spec: {serviceRef: {name: web}, type: Port, port: http}
`, number, 10+number))
	return &v
}

// installAll makes n small installations and waits until they are in sync.
func (w *world) installAll(ctx SpecContext, n int) []*world {
	GinkgoHelper()
	all := make([]*world, n)
	together(n, func(i int) { all[i] = w.install(ctx, i) })
	together(n, func(i int) { all[i].ready(ctx, "Host/host", "Service/web", "Binding/web-http") })
	return all
}

// terminate makes a namespace one that is being deleted, in which nothing goes but by the test's doing.
func (w *world) terminate(ctx SpecContext) {
	GinkgoHelper()
	ns := &corev1.Namespace{}
	ns.Name = w.namespace
	Eventually(func() error {
		if err := kubernetes.Get(ctx, client.ObjectKeyFromObject(ns), ns); err != nil {
			return err
		}
		controllerutil.AddFinalizer(ns, heldByTest)
		if err := kubernetes.Update(ctx, ns); err != nil {
			return err
		}
		ns.Spec.Finalizers = nil
		return kubernetes.SubResource("finalize").Update(ctx, ns)
	}).WithContext(ctx).Should(Succeed())
	DeferCleanup(func(ctx context.Context) error {
		if err := kubernetes.Get(ctx, client.ObjectKeyFromObject(ns), ns); err != nil {
			return client.IgnoreNotFound(err)
		}
		controllerutil.RemoveFinalizer(ns, heldByTest)
		return client.IgnoreNotFound(kubernetes.Update(ctx, ns))
	})
	Expect(kubernetes.Delete(ctx, ns)).To(Succeed())
}

// goes deletes everything of a small installation in an order of kinds.
func (w *world) goes(ctx SpecContext, order []string) {
	GinkgoHelper()
	for _, kind := range order {
		w.delete(ctx, kind+"/"+goingNames()[kind])
	}
}

// left lists what is left of small installations, with the order in which each was deleted.
func left(ctx SpecContext, all []*world, orders [][]string) []string {
	out := []string{}
	for i, w := range all {
		for _, kind := range goingKinds() {
			obj := w.reference(kind + "/" + goingNames()[kind])
			if err := kubernetes.Get(ctx, client.ObjectKeyFromObject(obj), obj); !apierrors.IsNotFound(err) {
				out = append(out, strings.Join(orders[i], ", ")+": "+kind)
			}
		}
	}
	return out
}

var _ = Describe("Everything of a namespace", Label("long"), func() {
	// How long a deletion takes is measured while nothing else keeps the machine busy.
	It("goes in every order of the kinds within 30 s, and its hosts on the server too", Serial, func(ctx SpecContext) {
		w, orders := newBareWorld(ctx), permutations(goingKinds())
		all := w.installAll(ctx, len(orders))
		Expect(w.hosts()).To(HaveLen(len(orders)))
		together(len(orders), func(i int) {
			all[i].terminate(ctx)
			all[i].goes(ctx, orders[i])
		})
		Eventually(left).WithArguments(ctx, all, orders).WithTimeout(30 * time.Second).WithPolling(time.Second).Should(BeEmpty())
		Expect(w.hosts()).To(BeEmpty())
	})

	It("goes in every order of the kinds when patience with a server that does not answer is over", func(ctx SpecContext) {
		w, orders := newBareWorld(ctx), permutations(goingKinds())
		all := w.installAll(ctx, len(orders))
		w.spoil(emulator.Fault{Times: -1, Cut: true})
		together(len(orders), func(i int) {
			all[i].terminate(ctx)
			all[i].goes(ctx, orders[i])
		})
		Expect(left(ctx, all[len(all)-1:], orders[len(all)-1:])).To(ContainElement(HaveSuffix(": Host")), "it waits first")
		Eventually(left).WithArguments(ctx, all, orders).WithTimeout(letsGoAfter + 30*time.Second).WithPolling(time.Second).Should(BeEmpty())
		Expect(w.hosts()).To(HaveLen(len(orders)))
	})

	It("goes in the orders of tools that delete one kind after another", Serial, func(ctx SpecContext) {
		helm := []string{"Service", "Secret", "Backend", "Binding", "Host"}
		orders := [][]string{helm, slices.Clone(helm)}
		slices.Reverse(orders[1])
		for i := range goingKinds() {
			orders = append(orders, slices.Concat(goingKinds()[i:], goingKinds()[:i]))
		}
		w := newBareWorld(ctx)
		all := w.installAll(ctx, len(orders))
		together(len(orders), func(i int) { all[i].goes(ctx, orders[i]) })
		Eventually(left).WithArguments(ctx, all, orders).WithTimeout(30 * time.Second).WithPolling(time.Second).Should(BeEmpty())
		Expect(w.hosts()).To(BeEmpty())
	})
})

var _ = Describe("A ClusterBackend", Label("long"), func() {
	It("counts and tells whom it had to let go, because their namespace went while the server did not answer", func(ctx SpecContext) {
		w := newBareWorld(ctx)
		name := "all-" + w.namespace
		w.apply(ctx, w.secret("scanopy", w.boot.Tokens.Member), fmt.Sprintf(`
kind: ClusterBackend
metadata: {name: %s}
spec:
  url: %s
  tokenSecretRef: {name: scanopy, namespace: %s}
  network: Lab
  allowedNamespaces: {from: All}
`, name, w.url, w.namespace))
		DeferCleanup(func(ctx context.Context) error {
			return client.IgnoreNotFound(kubernetes.Delete(ctx, w.reference("ClusterBackend/"+name)))
		})
		v := *w
		v.namespace = newNamespace(ctx, nil)
		v.apply(ctx, fmt.Sprintf(`
kind: Host
metadata: {name: host}
spec: {backendRef: {kind: ClusterBackend, name: %s}, interfaces: [{name: eth0, ipAddress: 10.20.0.10}]}
`, name))
		v.ready(ctx, "Host/host")
		w.spoil(emulator.Fault{Times: -1, Cut: true})
		v.delete(ctx, "Namespace/"+v.namespace)
		v.vanishes(ctx, "Host/host", "Namespace/"+v.namespace)
		Expect(w.hosts()).To(HaveLen(1))
		Eventually(func(g Gomega) {
			g.Expect(text(w.get(ctx, g, "ClusterBackend/"+name), "status", "counts", "letGo")).To(Equal("1"))
		}).WithTimeout(patience + 30*time.Second).WithContext(ctx).Should(Succeed())
		v.namespace = metav1.NamespaceDefault // where events of cluster-scoped objects are
		Expect(v.told(ctx, "ClusterBackend/"+name)).To(ContainElement(And(HavePrefix("Orphaned Host "),
			ContainSubstring("/host: host "), ContainSubstring("its namespace is being deleted"))))
	})
})

// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// facts are what the status of an object says, such as Ready=False/PortNotFound, outcome=Effective, binds=http@eth0,
// bindings=1/2. A status of another generation says nothing but stale.
func facts(obj *unstructured.Unstructured) []string {
	if text(obj, "status", "observedGeneration") != fmt.Sprint(obj.GetGeneration()) {
		return []string{"stale"}
	}
	out := []string{}
	for _, c := range conditions(obj) {
		out = append(out, fmt.Sprintf("%s=%s/%s", c["type"], c["status"], c["reason"]))
	}
	for _, field := range []string{"outcome", "binds"} {
		if value := text(obj, "status", field); value != "" {
			out = append(out, field+"="+value)
		}
	}
	if value := text(obj, "status", "bindingsSummary"); value != "" {
		out = append(out, "bindings="+value)
	}
	return out
}

func conditions(obj *unstructured.Unstructured) []map[string]any {
	list, _, _ := unstructured.NestedSlice(obj.Object, "status", "conditions")
	var out []map[string]any
	for _, item := range list {
		if c, ok := item.(map[string]any); ok {
			out = append(out, c)
		}
	}
	return out
}

// settles waits until the status of an object says all of this.
func (w *world) settles(ctx SpecContext, ref string, expected ...string) {
	GinkgoHelper()
	Eventually(func(g Gomega) {
		obj := w.get(ctx, g, ref)
		g.Expect(facts(obj)).To(ContainElements(expected), "%s: %v", ref, conditions(obj))
	}).WithContext(ctx).Should(Succeed())
}

// stays checks for a while that the status of an object goes on saying all of this.
func (w *world) stays(ctx SpecContext, ref string, expected ...string) {
	GinkgoHelper()
	Consistently(func(g Gomega) {
		g.Expect(facts(w.get(ctx, g, ref))).To(ContainElements(expected), ref)
	}).WithContext(ctx).Should(Succeed())
}

// ready waits until all of these are Ready.
func (w *world) ready(ctx SpecContext, refs ...string) {
	GinkgoHelper()
	for _, ref := range refs {
		w.settles(ctx, ref, "Ready=True/Synced")
	}
}

// says waits until the message of a condition holds all of these words.
func (w *world) says(ctx SpecContext, ref, condition string, words ...string) {
	GinkgoHelper()
	Eventually(func(g Gomega) {
		message := message(w.get(ctx, g, ref), condition)
		for _, word := range words {
			g.Expect(message).To(ContainSubstring(word), ref)
		}
	}).WithContext(ctx).Should(Succeed())
}

func message(obj *unstructured.Unstructured, condition string) string {
	for _, c := range conditions(obj) {
		if c["type"] == condition {
			return fmt.Sprint(c["message"])
		}
	}
	return ""
}

// shadows waits until the status of a winner lists these losers, such as "Binding edge-http (Duplicate)".
func (w *world) shadows(ctx SpecContext, ref string, losers ...string) {
	GinkgoHelper()
	Eventually(func(g Gomega) {
		obj := w.get(ctx, g, ref)
		list, _, _ := unstructured.NestedSlice(obj.Object, "status", "shadows")
		var told []string
		for _, item := range list {
			s, _ := item.(map[string]any)
			told = append(told, fmt.Sprintf("%s %s (%s)", s["kind"], s["name"], s["reason"]))
		}
		g.Expect(told).To(ConsistOf(losers), ref)
	}).WithContext(ctx).Should(Succeed())
}

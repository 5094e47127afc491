// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("As much as there may be", Label("long"), func() {
	It("is 300 Bindings on one service, sent in a few requests", func(ctx SpecContext) {
		w := newWorld(ctx)
		var ports, manifests, refs []string
		for i := range 150 {
			ports = append(ports, fmt.Sprintf("{name: p%d, number: %d}", i, 1000+i))
			for _, eth := range []string{"eth0", "eth1"} {
				name := fmt.Sprintf("b%d-%s", i, eth)
				manifests = append(manifests, fmt.Sprintf(
					"kind: Binding\nmetadata: {name: %s}\nspec: {serviceRef: {name: many}, type: Port, port: p%d, interface: %s}\n", name, i, eth))
				refs = append(refs, "Binding/"+name)
			}
		}
		w.apply(ctx, hostWith("interfaces: [{name: eth0, ipAddress: 10.20.0.1}, {name: eth1, ipAddress: 10.20.0.2}], ports: ["+
			strings.Join(ports, ", ")+"]"), "kind: Service\nmetadata: {name: many}\nspec: {hostRef: {name: bad}, definition: Caddy}\n")
		w.ready(ctx, "Host/bad", "Service/many")
		w.scanopy.ResetLog()
		begun := time.Now()
		w.apply(ctx, manifests...)
		Eventually(func() int { return len(w.host("bad").Services[0].Bindings) }).WithContext(ctx).Should(Equal(300))
		w.ready(ctx, refs...)
		w.settles(ctx, "Service/many", "bindings=300/300")
		// Edits wait for nothing: while 300 objects come one after another, there is a request or two a second.
		Expect(len(w.writes())).To(BeNumerically("<=", max(30, 2*time.Since(begun).Seconds())), "%v", w.scanopy.Log().Counts)
		w.delete(ctx, refs[:150]...)
		Eventually(func() int { return len(w.host("bad").Services[0].Bindings) }).WithContext(ctx).Should(Equal(150))
	})

	It("is names of 100 letters, of whatever length in bytes", func(ctx SpecContext) {
		w := newWorld(ctx)
		long, wide := strings.Repeat("n", 100), strings.Repeat("ä", 100)
		w.apply(ctx, fmt.Sprintf("kind: Host\nmetadata: {name: %s}\nspec: {interfaces: [{name: eth0, ipAddress: 10.20.0.1}]}\n", long),
			fmt.Sprintf("kind: Host\nmetadata: {name: wide}\nspec: {name: %q, services: [{name: %q, definition: Caddy}]}\n", wide, wide),
			fmt.Sprintf("kind: Service\nmetadata: {name: %s}\nspec: {hostRef: {name: wide}, definition: HAProxy}\n", long))
		w.ready(ctx, "Host/"+long, "Host/wide", "Service/"+long)
		w.holds(ctx, long+": eth0 10.20.0.1; none", wide+": none; none", wide+"/"+wide+" Caddy: none", wide+"/"+long+" HAProxy: none")
		w.keeps(ctx, w.inventory()...)
		w.scanopy.ResetLog()
		w.resync(ctx)
		Expect(w.writes()).To(BeEmpty())
	})
})

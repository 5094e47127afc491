// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func swapper(name, port string) string {
	return `
kind: Service
metadata: {name: ` + name + `}
spec: {hostRef: {name: diana}, definition: Caddy, bindings: [{type: Port, port: ` + port + `}]}
`
}

var _ = Describe("Two services that swap a port in one apply", func() {
	It("both end Ready, and neither is ever stalled", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, diana, swapper("edge", "http"), swapper("other", "https"))
		w.delete(ctx, "Binding/edge-http")
		w.ready(ctx, "Service/edge", "Service/other")
		w.holds(ctx, dianaHost, "diana/edge Caddy: 80/tcp", "diana/other Caddy: 443/tcp")
		stalled := w.everStalled(ctx, "Service/edge", "Service/other")
		w.apply(ctx, swapper("edge", "https"), swapper("other", "http"))
		w.ready(ctx, "Service/edge", "Service/other")
		w.holds(ctx, dianaHost, "diana/edge Caddy: 443/tcp", "diana/other Caddy: 80/tcp")
		Expect(stalled()).To(BeEmpty())
	})
})

// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

var _ = Describe("A Backend", func() {
	It("shows the server's version, dialect and networks", func(ctx SpecContext) {
		w := newWorld(ctx)
		obj := w.get(ctx, Default, "Backend/default")
		Expect(text(obj, "status", "serverVersion")).To(Equal(serverVersion()))
		Expect(text(obj, "status", "dialect")).To(Equal(dialectOf(serverVersion())))
		Expect(text(obj, "status", "network", "name")).To(Equal("Lab"))
		Expect(text(obj, "status", "network", "id")).To(Equal(w.boot.Network.String()))
		Expect(text(obj, "status", "organizationID")).To(Equal(w.boot.Organization.String()))
		Expect(text(obj, "status", "instanceID")).To(Equal("0a1b2c3d"))
	})

	DescribeTable("that can't be used says why, and its Hosts wait for it",
		func(ctx SpecContext, reason string, spoil func(w *world) []string) {
			w := newBareWorld(ctx)
			w.apply(ctx, spoil(w)...)
			w.apply(ctx, hostWithPort("waiting", "10.20.0.60"))
			w.settles(ctx, "Backend/default", "Ready=False/"+reason)
			Expect(message(w.get(ctx, Default, "Backend/default"), "Ready")).NotTo(BeEmpty())
			w.settles(ctx, "Host/waiting", "Ready=False/BackendUnavailable", "Synced=False/BackendUnavailable")
			Expect(w.writes()).NotTo(ContainElement("POST /api/v1/hosts"))
			w.keeps(ctx)
			// It heals by being corrected, without a touch of the Host.
			w.scanopy.ClearFaults()
			w.apply(ctx, w.secret("scanopy", w.boot.Tokens.Member), w.backend("default", ""))
			w.settles(ctx, "Backend/default", "Ready=True/Available")
			w.ready(ctx, "Host/waiting")
			w.holds(ctx, "waiting: eth0 10.20.0.60; 80/tcp")
		},
		Entry("for a URL that leads nowhere", "Unreachable", func(w *world) []string {
			return []string{w.secret("scanopy", w.boot.Tokens.Member), w.backendAt("default", "http://127.0.0.1:1", "")}
		}),
		Entry("for a wrong path in its URL", "InvalidConnection", func(w *world) []string {
			return []string{w.secret("scanopy", w.boot.Tokens.Member), w.backendAt("default", w.url+"/elsewhere", "")}
		}),
		Entry("for a wrong token", "AuthenticationFailed", func(w *world) []string {
			return []string{w.secret("scanopy", "scp_u_wrong"), w.backend("default", "")}
		}),
		Entry("for a Secret that is missing", "SecretNotFound", func(w *world) []string {
			return []string{w.backend("default", "")}
		}),
		Entry("for a Secret without the key", "SecretNotFound", func(w *world) []string {
			return []string{"{apiVersion: v1, kind: Secret, metadata: {name: scanopy}, stringData: {other: x}}", w.backend("default", "")}
		}),
		Entry("for a server that redirects", "InvalidConnection", faulty(emulator.Fault{Times: -1, Status: 302, Location: "http://elsewhere.example/"})),
		Entry("for a server that answers HTML", "InvalidConnection", faulty(emulator.Fault{
			Times: -1, Status: 200, Body: "<html>Welcome</html>", ContentType: "text/html"})),
		Entry("for a server that is slow", "Unreachable", func(w *world) []string {
			w.spoil(emulator.Fault{Times: -1, Delay: "5s"})
			return []string{w.secret("scanopy", w.boot.Tokens.Member), w.backend("default", "  requestTimeout: 1s\n")}
		}),
		Entry("for a server that is down", "Unreachable", faulty(emulator.Fault{Times: -1, Cut: true})),
		Entry("for a server that is too old", "UnsupportedVersion", faulty(versioned("0.12.9"))),
		Entry("for a server that is too new", "UnsupportedVersion", faulty(versioned("0.18.0"))),
	)

	It("of an unsupported version names the range that is supported", func(ctx SpecContext) {
		w := newBareWorld(ctx)
		w.apply(ctx, faulty(versioned("0.18.0"))(w)...)
		w.says(ctx, "Backend/default", "Ready", "0.18.0", "0.13.0 to 0.17.22", "--allow-untested-versions")
	})

	It("with a token that may only read is told so at the first write, and heals with a better one", func(ctx SpecContext) {
		w := newBareWorld(ctx)
		w.apply(ctx, w.secret("scanopy", w.boot.Tokens.Viewer), w.backend("default", ""), hostWithPort("waiting", "10.20.0.60"))
		w.settles(ctx, "Backend/default", "Ready=False/PermissionDenied", "Stalled=True/PermissionDenied")
		w.says(ctx, "Backend/default", "Ready", "may read and not write", "Member", "Secret")
		w.settles(ctx, "Host/waiting", "Ready=False/BackendUnavailable", "Synced=False/BackendUnavailable")
		w.says(ctx, "Host/waiting", "Ready", "Backend "+w.namespace+"/default", "PermissionDenied")
		w.scanopy.ResetLog()
		w.keeps(ctx)
		Expect(w.writes()).To(BeEmpty(), "nothing is tried while it is known that nothing may be written")
		w.apply(ctx, w.secret("scanopy", w.boot.Tokens.Member))
		w.ready(ctx, "Host/waiting")
		w.settles(ctx, "Backend/default", "Ready=True/Available")
	})

	It("with a token that may write, but not everywhere, is Ready, and the object says PermissionDenied", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.spoil(emulator.Fault{Method: "POST", Path: postHost, Times: -1, Status: 403,
			Body: `{"success":false,"data":null,"error":"You don't have access to this Network","code":"entity_access_denied"}`})
		w.apply(ctx, hostWithPort("elsewhere", "10.20.0.61"))
		w.settles(ctx, "Host/elsewhere", "Ready=False/PermissionDenied", "Synced=False/PermissionDenied")
		w.stays(ctx, "Backend/default", "Ready=True/Available")
		w.settles(ctx, "Host/elsewhere", "Ready=False/PermissionDenied")
	})

	It("that is paused writes and deletes nothing until it is not", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, hostWithPort("there", "10.20.0.60"), hostWithPort("going", "10.20.0.61"))
		w.ready(ctx, "Host/there", "Host/going")
		w.annotate(ctx, "Backend/default", "paused", "true")
		w.settles(ctx, "Backend/default", "Ready=True/Paused")
		w.scanopy.ResetLog()
		w.apply(ctx, hostWithPort("new", "10.20.0.62"))
		w.delete(ctx, "Host/going")
		w.settles(ctx, "Host/new", "Ready=False/Paused")
		w.settles(ctx, "Host/going", "Ready=False/Paused")
		w.says(ctx, "Host/going", "Ready", "Backend "+w.namespace+"/default is paused", "force-orphan")
		w.keeps(ctx, "there: eth0 10.20.0.60; 80/tcp", "going: eth0 10.20.0.61; 80/tcp")
		Expect(w.writes()).To(BeEmpty())
		w.annotate(ctx, "Backend/default", "paused", "")
		w.ready(ctx, "Host/new")
		w.vanishes(ctx, "Host/going")
		w.holds(ctx, "there: eth0 10.20.0.60; 80/tcp", "new: eth0 10.20.0.62; 80/tcp")
	})

	It("with a token for another network leaves its Hosts without theirs", func(ctx SpecContext) {
		w := newBareWorld(ctx)
		w.apply(ctx, w.secret("scanopy", w.scanopy.AddKey(emulator.Member, w.boot.Network2)), w.backend("default", ""),
			hostWithPort("waiting", "10.20.0.60"))
		w.settles(ctx, "Backend/default", "Ready=False/NetworkNotFound", "Stalled=True/NetworkNotFound")
		w.settles(ctx, "Host/waiting", "Ready=False/NetworkNotFound")
		w.says(ctx, "Host/waiting", "Ready", "Lab")
		w.keeps(ctx)
	})
})

// faulty is a right Backend of a server with a fault.
func faulty(fault emulator.Fault) func(*world) []string {
	return func(w *world) []string {
		w.spoil(fault)
		return []string{w.secret("scanopy", w.boot.Tokens.Member), w.backend("default", "")}
	}
}

func versioned(version string) emulator.Fault {
	return emulator.Fault{
		Path: "^/api/version$", Times: -1, Status: 200, ContentType: "application/json",
		Body: `{"success":true,"data":{"api_version":1,"server_version":"` + version + `"},"error":null,"meta":{"api_version":1,"server_version":"` + version + `"}}`,
	}
}

// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// keys is a Secret with something for every field of every type.
const keys = `
apiVersion: v1
kind: Secret
metadata: {name: keys}
stringData:
  text: open sesame
  mac: "01:23:45:67:89:ab"
  cert: |
    -----BEGIN CERTIFICATE-----
    MAA=
    -----END CERTIFICATE-----
  key: |
    -----BEGIN PRIVATE KEY-----
    MAA=
    -----END PRIVATE KEY-----
`

// allTypes is each type of credentials: as the server calls it, its member of spec, and what is written there.
func allTypes() [][3]string {
	from := func(key string) string { return "{secretKeyRef: {name: keys, key: " + key + "}}" }
	login := "username: u, password: " + from("text")
	proxy := fmt.Sprintf("{port: 2376, path: /v1, sslCert: %s, sslKey: %s, sslChain: %s}", from("cert"), from("key"), from("cert"))
	return [][3]string{
		{"SnmpV1", "snmpV1", "{community: " + from("text") + "}"},
		{"SnmpV2c", "snmpV2c", "{community: {filePath: /etc/community}}"},
		{"SnmpV3", "snmpV3", fmt.Sprintf("{securityName: u, contextName: c, authPassword: %s, privPassword: %s}", from("text"), from("text"))},
		{"Gnmi", "gnmi", "{" + login + ", tls: true}"},
		{"DockerProxy", "dockerProxy", proxy},
		{"PodmanProxy", "podmanProxy", "{}"},
		{"DockerSocket", "dockerSocket", "{}"},
		{"PodmanSocket", "podmanSocket", "{socketPath: 'unix:///run/podman.sock'}"},
		{"UnifiApiKey", "unifiAPIKey", "{apiKey: " + from("text") + "}"},
		{"UnifiLocalAdmin", "unifiLocalAdmin", "{" + login + ", site: branch}"},
		{"InstantOnAccount", "instantOnAccount", "{" + login + "}"},
		{"SshPassword", "sshPassword", "{" + login + ", script: {hostFile: 'C:/id.ps1'}, targetOS: Windows}"},
		{"SshKey", "sshKey", fmt.Sprintf("{username: u, privateKey: %s, passphrase: %s, script: {inline: id}}", from("key"), from("text"))},
		{"WakeOnLan", "wakeOnLan", "{broadcastAddress: 10.20.0.255, secureOnPassword: " + from("mac") + "}"},
		{"ProxmoxApiToken", "proxmoxAPIToken", `{tokenID: "root@pam!scan", tokenSecret: ` + from("text") + "}"},
	}
}

var _ = Describe("Credentials of all fifteen types", func() {
	It("are created together, and shown as they were declared: nothing is written again", func(ctx SpecContext) {
		w := newVault(ctx)
		var manifests, refs, lines []string
		for _, t := range allTypes() {
			name := strings.ToLower(t[0])
			manifests = append(manifests, fmt.Sprintf("kind: Credential\nmetadata: {name: %s}\nspec: {type: %s, %s: %s, description: what it is for, tags: [production]}\n",
				name, strings.ToUpper(t[1][:1])+t[1][1:], t[1], t[2]))
			refs, lines = append(refs, "Credential/"+name), append(lines, name+" "+t[0])
		}
		w.apply(ctx, append([]string{keys}, manifests...)...)
		w.ready(ctx, refs...)
		w.vaultHolds(ctx, lines...)
		w.resync(ctx)
		w.stays(ctx, refs[0], "Ready=True/Synced")
		w.ready(ctx, refs...)
		for _, write := range w.writes() {
			Expect(write).To(Equal("POST /api/v1/credentials/bulk"))
		}
		Expect(len(w.writes())).To(BeNumerically("<=", 2), "two on a machine that is busy between two of them")
		Expect(value(w.credential("proxmoxapitoken"), "token_secret")).To(Equal("open sesame"))
		w.delete(ctx, refs...)
		w.vanishes(ctx, refs...)
		w.vaultHolds(ctx)
	})

	It("are written but for one that the server would refuse, which names its field", func(ctx SpecContext) {
		w := newVault(ctx)
		w.apply(ctx, keys, "{kind: Credential, metadata: {name: bad}, spec: {type: DockerSocket, dockerSocket: {socketPath: /run/docker.sock}, daemonOS: Windows}}",
			"{kind: Credential, metadata: {name: good}, spec: {type: DockerSocket, dockerSocket: {socketPath: 'npipe:////./pipe/docker'}, daemonOS: Windows}}")
		w.settles(ctx, "Credential/bad", "Accepted=False/Invalid")
		w.says(ctx, "Credential/bad", "Accepted", "dockerSocket.socketPath", "named pipe")
		w.ready(ctx, "Credential/good")
		w.vaultHolds(ctx, "good DockerSocket")
		Expect(w.writes()).To(HaveLen(1))
	})
})

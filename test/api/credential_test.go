// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	inventoryv1alpha1 "github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

const (
	oneSource        = "write secretKeyRef {name, key} of a Secret, or filePath of a file that the daemon reads, and only one of them"
	absoluteSecret   = "write an absolute path, such as /etc/scanopy/secret or C:/scanopy/secret"
	absoluteScript   = "write an absolute path, such as /etc/scanopy/probe.sh or C:/scanopy/probe.ps1"
	absoluteSocket   = "write the absolute path of a socket, such as /var/run/docker.sock, or a named pipe, such as //./pipe/docker_engine"
	oneScript        = "write exactly one of inline, hostFile and daemonFile"
	writeToken       = "write user@realm!name, such as scanopy@pve!inventory"
	writeBroadcast   = "write an IP address, such as 10.20.0.255"
	noNetworks       = "a credential of this type can't be given to a whole network, where it would be offered to every host; name its hosts in hosts instead"
	credentialToken  = `{secretKeyRef: {name: s, key: k}}`
	fixedBackendRef  = "backendRef can't be changed once the Credential is synced; put it back, or delete this Credential and create it anew with the other backend"
	credentialSecret = `{type: SnmpV2c, snmpV2c: {community: `
)

// settings are the types of credentials, the member of each and the least that is written there.
func settings() [][3]string {
	const user = `{username: u, password: ` + credentialToken
	return [][3]string{
		{"SnmpV1", "snmpV1", `{community: ` + credentialToken + `}`},
		{"SnmpV2c", "snmpV2c", `{community: {filePath: /etc/community}}`},
		{"SnmpV3", "snmpV3", `{securityName: u, authPassword: ` + credentialToken + `, privPassword: ` + credentialToken + `}`},
		{"Gnmi", "gnmi", user + `}`},
		{"DockerProxy", "dockerProxy", `{}`},
		{"PodmanProxy", "podmanProxy", `{}`},
		{"DockerSocket", "dockerSocket", `{}`},
		{"PodmanSocket", "podmanSocket", `{}`},
		{"UnifiAPIKey", "unifiAPIKey", `{apiKey: ` + credentialToken + `}`},
		{"UnifiLocalAdmin", "unifiLocalAdmin", user + `}`},
		{"InstantOnAccount", "instantOnAccount", user + `}`},
		{"SshPassword", "sshPassword", user + `, script: {inline: id}}`},
		{"SshKey", "sshKey", `{username: u, privateKey: ` + credentialToken + `, script: {hostFile: /bin/id}}`},
		{"WakeOnLan", "wakeOnLan", `{}`},
		{"ProxmoxAPIToken", "proxmoxAPIToken", `{tokenID: "u@pve!t", tokenSecret: ` + credentialToken + `}`},
	}
}

func credentialRefusals() []refusal {
	ssh := `{type: SshKey, sshKey: {username: u, privateKey: ` + credentialToken + `, script: `
	all := []refusal{
		{"a secret from nowhere", "Credential", "c", credentialSecret + `{}}}`, oneSource},
		{"a secret from two places", "Credential", "c", credentialSecret + `{secretKeyRef: {name: s, key: k}, filePath: /etc/community}}}`, oneSource},
		{"a relative file", "Credential", "c", credentialSecret + `{filePath: etc/community}}}`, absoluteSecret},
		{"a script from nowhere", "Credential", "c", ssh + `{}}}`, oneScript},
		{"a script from two places", "Credential", "c", ssh + `{inline: id, hostFile: /bin/id}}}`, oneScript},
		{"a relative script", "Credential", "c", ssh + `{daemonFile: probe.sh}}}`, absoluteScript},
		{"a relative socket", "Credential", "c", `{type: DockerSocket, dockerSocket: {socketPath: docker.sock}}`, absoluteSocket},
		{"a relative socket as URL", "Credential", "c", `{type: DockerSocket, dockerSocket: {socketPath: "unix://docker.sock"}}`, absoluteSocket},
		{"a file instead of a named pipe", "Credential", "c", `{type: DockerSocket, dockerSocket: {socketPath: "C:/docker.sock"}}`, absoluteSocket},
		{"a file relative to a drive", "Credential", "c", credentialSecret + `{filePath: "C:community"}}}`, absoluteSecret},
		{"a token without name", "Credential", "c", `{type: ProxmoxAPIToken, proxmoxAPIToken: {tokenID: u@pve, tokenSecret: ` + credentialToken + `}}`, writeToken},
		{"a broadcast address that is a name", "Credential", "c", `{type: WakeOnLan, wakeOnLan: {broadcastAddress: lan}}`, writeBroadcast},
		{"a container engine for a network", "Credential", "c", `{type: DockerProxy, dockerProxy: {}, networks: [Lab]}`, noNetworks},
		{"a blank name", "Credential", "c", `{name: " ", type: WakeOnLan, wakeOnLan: {}}`, writeName},
		{"a name from metadata that is too long", "Credential", strings.Repeat("c", 101), `{type: WakeOnLan, wakeOnLan: {}}`, shorterName},
	}
	for _, s := range settings() {
		other := settings()[0]
		if s == other {
			other = settings()[1]
		}
		message := fmt.Sprintf("write %s with type: %s, and leave it out with any other type", s[1], s[0])
		all = append(all,
			refusal{"type " + s[0] + " without its member", "Credential", "c", fmt.Sprintf(`{type: %s}`, s[0]), message},
			refusal{s[1] + " with another type", "Credential", "c", fmt.Sprintf(`{type: %s, %s: %s, %s: %s}`, other[0], other[1], other[2], s[1], s[2]), message})
	}
	return all
}

var _ = Describe("A Credential", func() {
	for _, s := range settings() {
		It("is accepted with the least that "+s[0]+" needs", func(ctx SpecContext) {
			Expect(try(ctx, manifest("Credential", "c", fmt.Sprintf(`{type: %s, %s: %s}`, s[0], s[1], s[2])))).To(Succeed())
		})
	}

	for _, path := range []string{`/etc/k`, `C:/k`, `C:\k`, `\\server\k`} {
		It("is accepted with a file at "+path, func(ctx SpecContext) {
			Expect(try(ctx, manifest("Credential", "c", fmt.Sprintf(`{type: SnmpV1, snmpV1: {community: {filePath: '%s'}}}`, path)))).To(Succeed())
		})
	}

	for _, path := range []string{`/run/docker.sock`, `unix:///run/docker.sock`, `\\.\pipe\docker`, `//./Pipe/docker`, `npipe:////./pipe/docker`} {
		It("is accepted with a socket at "+path, func(ctx SpecContext) {
			Expect(try(ctx, manifest("Credential", "c", fmt.Sprintf(`{type: DockerSocket, dockerSocket: {socketPath: '%s'}}`, path)))).To(Succeed())
		})
	}

	It("can't be written to another backend once it has an id", func(ctx SpecContext) {
		c := &inventoryv1alpha1.Credential{ObjectMeta: metav1.ObjectMeta{Name: "wake", Namespace: newNamespace(ctx)}}
		c.Spec.Type, c.Spec.WakeOnLan = inventoryv1alpha1.CredentialWakeOnLan, &inventoryv1alpha1.WakeOnLanCredential{}
		Expect(kubernetes.Create(ctx, c)).To(Succeed())
		change := client.RawPatch("application/merge-patch+json", []byte(`{"spec":{"backendRef":{"name":"other"}}}`))
		Expect(kubernetes.Patch(ctx, c, change, client.DryRunAll)).To(Succeed())
		c.Spec.BackendRef = nil
		c.Status.ID = oneID
		Expect(kubernetes.Status().Update(ctx, c)).To(Succeed())
		Expect(kubernetes.Patch(ctx, c, change)).To(MatchError(ContainSubstring(fixedBackendRef)))
	})
})

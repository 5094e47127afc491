// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

// credentials are the fifteen types; each KEY is a reference to that key of the world's Secret.
func credentials() map[string]string {
	const (
		user = "username: u, password: {secretKeyRef: {name: vault, key: password}}"
		tls  = "{sslCert: {secretKeyRef: {name: vault, key: cert}}, sslKey: {secretKeyRef: {name: vault, key: key}}, " +
			"sslChain: {secretKeyRef: {name: vault, key: chain}}}"
	)
	return map[string]string{
		"SnmpV1":  "snmpV1: {community: {secretKeyRef: {name: vault, key: community}}}",
		"SnmpV2c": "snmpV2c: {community: {secretKeyRef: {name: vault, key: community}}}",
		"SnmpV3": "snmpV3: {securityName: u, authPassword: {secretKeyRef: {name: vault, key: password}}, " +
			"privPassword: {secretKeyRef: {name: vault, key: passphrase}}}",
		"Gnmi":             "gnmi: {" + user + "}",
		"DockerProxy":      "dockerProxy: " + tls,
		"PodmanProxy":      "podmanProxy: " + tls,
		"DockerSocket":     "dockerSocket: {}",
		"PodmanSocket":     "podmanSocket: {}",
		"UnifiAPIKey":      "unifiAPIKey: {apiKey: {secretKeyRef: {name: vault, key: token}}}",
		"UnifiLocalAdmin":  "unifiLocalAdmin: {" + user + "}",
		"InstantOnAccount": "instantOnAccount: {" + user + "}",
		"SshPassword":      "sshPassword: {" + user + ", script: {inline: id}}",
		"SshKey": "sshKey: {username: u, privateKey: {secretKeyRef: {name: vault, key: key}}, " +
			"passphrase: {secretKeyRef: {name: vault, key: passphrase}}, script: {hostFile: /bin/id}}",
		"WakeOnLan":       "wakeOnLan: {secureOnPassword: {secretKeyRef: {name: vault, key: mac}}}",
		"ProxmoxAPIToken": `proxmoxAPIToken: {tokenID: "u@pve!t", tokenSecret: {secretKeyRef: {name: vault, key: token}}}`,
	}
}

// every is all types that the server of a world has.
func (w *world) every() (out []string) {
	has := scanopy.CapabilitiesOf(w.version)
	for _, kind := range scanopy.CredentialTypes() {
		if name := string(snapshot.CredentialTypeOf(kind)); has.CredentialTypeNeeds(kind) == "" {
			out = append(out, name)
		}
	}
	return out
}

func credential(name, kind, settings string) string {
	return fmt.Sprintf("kind: Credential\nmetadata: {name: %s}\nspec:\n  type: %s\n  %s\n", strings.ToLower(name), kind, settings)
}

const host = `
kind: Host
metadata: {name: web}
spec:
  interfaces: [{name: eth0, ipAddress: 10.20.0.10}]
  ports: [{name: http, number: 80}]
`

const backend = `
kind: Backend
metadata: {name: default}
spec:
  url: URL
  tokenSecretRef: {name: scanopy}
  network: Lab
  requestTimeout: 1s
  rateLimit: {requestsPerMinute: 6000, burst: 1000}
`

// vault is the Secret that all Credentials of a world read, as kubectl apply leaves it behind: with all values in an
// annotation, too.
func (w *world) vault(values map[string]string) *corev1.Secret {
	return &corev1.Secret{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{
			Name: "vault", Namespace: w.namespace,
			Annotations: map[string]string{corev1.LastAppliedConfigAnnotation: anyhow(values)},
		},
		StringData: values,
	}
}

// right are values that the server takes.
func (b *birds) right() map[string]string {
	return map[string]string{
		"community": b.value(), "password": b.value(), "passphrase": b.value(), "token": b.value(), "mac": b.mac(),
		"cert": b.pem("CERTIFICATE"), "chain": b.pem("CERTIFICATE"), "key": b.pem("PRIVATE KEY"),
	}
}

// wrong are values that have the wrong form, where there is one, or are empty.
func (b *birds) wrong() map[string]string {
	cut := func(text string) string { return text[:len(text)-20] }
	return map[string]string{
		"community": "", "password": b.value() + "\x00", "passphrase": "", "token": "", "mac": b.mac() + ":" + b.value(),
		"cert": b.value(), "chain": b.pem(word), "key": cut(b.pem("PRIVATE KEY")),
	}
}

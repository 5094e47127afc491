// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// login is a type of credentials: from which version servers have it, what it is the only one of on a host, whether it may
// be given to networks.
type login struct {
	kind       v1alpha1.CredentialType
	since      string
	endpoint   string
	isNetworks bool
	fill       func(w *world, s *v1alpha1.CredentialSpec)
}

// logins are the types that are played: one of each kind of rules.
func logins() []login {
	return []login{
		{v1alpha1.CredentialSnmpV2c, "0.15.3", "", true, func(w *world, s *v1alpha1.CredentialSpec) {
			s.SNMPV2c = &v1alpha1.SNMPCommunityCredential{Community: w.drawSource("password")}
		}},
		{v1alpha1.CredentialDockerProxy, "0.15.3", "Docker", false, func(w *world, s *v1alpha1.CredentialSpec) {
			s.DockerProxy = w.drawProxy()
		}},
		{v1alpha1.CredentialSnmpV3, "0.17.1", "", true, func(w *world, s *v1alpha1.CredentialSpec) {
			s.SNMPV3 = &v1alpha1.SNMPV3Credential{
				SecurityName: one(w, "anna", "bert"), AuthProtocol: v1alpha1.SNMPAuthSha256, AuthPassword: w.drawSource("password"),
				PrivProtocol: one(w, v1alpha1.SNMPPrivAes128, v1alpha1.SNMPPrivAes256), PrivPassword: w.drawSource("other"),
			}
		}},
		{v1alpha1.CredentialDockerSocket, "0.17.16", "Docker", false, func(w *world, s *v1alpha1.CredentialSpec) {
			s.DockerSocket = &v1alpha1.ContainerSocketCredential{SocketPath: one(w, "", "/run/docker.sock")}
		}},
		{v1alpha1.CredentialUnifiAPIKey, "0.17.16", "UniFi", false, func(w *world, s *v1alpha1.CredentialSpec) {
			s.UnifiAPIKey = &v1alpha1.UnifiAPIKeyCredential{Port: one(w, int32(443), 8443), Site: "default", APIKey: w.drawSource("password")}
		}},
		{v1alpha1.CredentialUnifiLocalAdmin, "0.17.16", "UniFi", false, func(w *world, s *v1alpha1.CredentialSpec) {
			s.UnifiLocalAdmin = &v1alpha1.UnifiLocalAdminCredential{
				Port: 443, Site: "default", Username: one(w, "anna", "bert"), Password: w.drawSource("other"),
			}
		}},
		{v1alpha1.CredentialSshPassword, "0.17.21", "", true, func(w *world, s *v1alpha1.CredentialSpec) {
			s.SSHPassword = &v1alpha1.SSHPasswordCredential{
				Port: 22, Username: one(w, "anna", "bert"), Password: w.drawSource("password"), TargetOS: v1alpha1.DaemonUnix,
				TimeoutSeconds: 60, Script: v1alpha1.ScriptSource{Inline: one(w, "uname -a", "id")},
			}
		}},
		{v1alpha1.CredentialProxmoxAPIToken, "0.17.21", "Proxmox", false, func(w *world, s *v1alpha1.CredentialSpec) {
			s.ProxmoxAPIToken = &v1alpha1.ProxmoxAPITokenCredential{Port: 8006, TokenID: "anna@pve!look", TokenSecret: w.drawSource("password")}
		}},
	}
}

// place is that of a version among those of the emulator.
func place(version string) int { return slices.Index(emulator.Versions(), version) }

// loginOf is what is known of a type.
func loginOf(kind v1alpha1.CredentialType) login {
	all := logins()
	return all[slices.IndexFunc(all, func(l login) bool { return l.kind == kind })]
}

// serves says that the server has a type.
func (w *world) serves(l login) bool { return place(w.version) >= place(l.since) }

// assigns says that credentials of the server say what they are for.
func (w *world) assigns() bool { return place(w.version) >= place("0.17.1") }

// describes says that they have a description.
func (w *world) describes() bool { return place(w.version) >= place("0.17.21") }

// drawCredential draws a Credential. One for the other site has a name of its own: where one is can't be changed.
func (w *world) drawCredential() *v1alpha1.Credential {
	c := &v1alpha1.Credential{ObjectMeta: meta(one(w, lab, lab, lab, shop, annex), fmt.Sprintf("c%d", w.random.IntN(5)))}
	if c.Namespace == lab && w.chance(10) {
		c.Name = "distant"
		c.Spec.BackendRef = &v1alpha1.BackendReference{Kind: v1alpha1.KindBackend, Name: "other"}
	}
	w.drawLogin(&c.Spec)
	w.drawTargets(c)
	w.drawCredentialScalars(c)
	c.Spec.DeletionPolicy = one(w, "", "", "", v1alpha1.DeletionDelete, v1alpha1.DeletionOrphan)
	return c
}

// drawLogin draws a type and its settings, mostly one that the server has.
func (w *world) drawLogin(s *v1alpha1.CredentialSpec) {
	all := logins()
	l := one(w, all...)
	for !w.serves(l) && w.chance(90) {
		l = one(w, all...)
	}
	*s = v1alpha1.CredentialSpec{
		BackendRef: s.BackendRef, Name: s.Name, Description: s.Description, Tags: s.Tags, DeletionPolicy: s.DeletionPolicy, Type: l.kind,
	}
	l.fill(w, s)
}

// drawSource says where a value comes from.
func (w *world) drawSource(key string) v1alpha1.SecretSource {
	if w.chance(15) {
		return v1alpha1.SecretSource{FilePath: "/etc/scanopy/" + key}
	}
	return v1alpha1.SecretSource{SecretKeyRef: &v1alpha1.CredentialSecretReference{Name: one(w, secretNames()...), Key: key}}
}

func (w *world) drawProxy() *v1alpha1.ContainerProxyCredential {
	p := &v1alpha1.ContainerProxyCredential{Port: one(w, int32(2375), 2376), Path: one(w, "", "/v1")}
	if w.chance(60) {
		from := func(key string) *v1alpha1.SecretSource {
			return &v1alpha1.SecretSource{SecretKeyRef: &v1alpha1.CredentialSecretReference{Name: secretNames()[0], Key: key}}
		}
		p.SSLCert, p.SSLKey = from("tls.crt"), from("tls.key")
	}
	return p
}

// drawTargets draws what a Credential is for.
func (w *world) drawTargets(c *v1alpha1.Credential) {
	c.Spec.Networks, c.Spec.Hosts = nil, nil
	if !w.assigns() && w.chance(85) {
		return
	}
	if loginOf(c.Spec.Type).isNetworks && w.chance(40) {
		for _, n := range []string{"Lab", "Branch"} {
			if w.chance(60) {
				c.Spec.Networks = append(c.Spec.Networks, n)
			}
		}
		if w.chance(5) {
			c.Spec.Networks = append(c.Spec.Networks, "Nowhere")
		}
	}
	for range w.random.IntN(4) {
		namespace, name, _ := strings.Cut(one(w, hostNames()...), "/")
		h := v1alpha1.CredentialHost{HostRef: v1alpha1.CredentialHostReference{Name: name}}
		if namespace != c.Namespace {
			h.HostRef.Namespace = namespace
		}
		if w.chance(35) {
			h.Interfaces = one(w, []string{"eth0"}, []string{"eth1"}, []string{"eth0", "eth1"}, []string{"eth0", "eth9"})
		}
		c.Spec.Hosts = append(c.Spec.Hosts, h)
	}
}

func (w *world) drawCredentialScalars(c *v1alpha1.Credential) {
	c.Spec.Name, c.Spec.Description, c.Spec.Tags = nil, nil, nil
	if w.chance(20) {
		c.Spec.Name = new(one(w, "Door", "Gate"))
	}
	if w.chance(30) && (w.describes() || w.chance(10)) {
		c.Spec.Description = new(one(w, "", "a key", "another key"))
	}
	if w.chance(30) {
		c.Spec.Tags = w.drawTags()
	}
}

// hostKeyOf is the key of a Host that a Credential names.
func hostKeyOf(c *v1alpha1.Credential, h v1alpha1.CredentialHost) kube.Key {
	return kube.Key{Kind: kube.Host, Namespace: cmp.Or(h.HostRef.Namespace, c.Namespace), Name: h.HostRef.Name}
}

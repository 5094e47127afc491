// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import "slices"

// SecretField is a field of a Credential whose value comes from a Secret or a
// file.
// +k8s:deepcopy-gen=false
type SecretField struct {
	// Path is the field within spec, such as snmpV2c.community.
	Path string
	// Source is what is set there.
	Source *SecretSource
}

// ScanopyName is the name that the credential has in Scanopy.
func (c *Credential) ScanopyName() string {
	if c.Spec.Name != nil {
		return *c.Spec.Name
	}
	return c.Name
}

// GetCommonStatus is the part of the status that every kind has.
func (c *Credential) GetCommonStatus() *CommonStatus { return &c.Status.CommonStatus }

// SecretFields are the fields of the spec that are set by a Secret or a file, in
// the order of the API.
func (s *CredentialSpec) SecretFields() []SecretField {
	var all []SecretField
	add := func(path string, source *SecretSource) {
		if source != nil && *source != (SecretSource{}) {
			all = append(all, SecretField{Path: path, Source: source})
		}
	}
	if m := s.SNMPV1; m != nil {
		add("snmpV1.community", &m.Community)
	}
	if m := s.SNMPV2c; m != nil {
		add("snmpV2c.community", &m.Community)
	}
	if m := s.SNMPV3; m != nil {
		add("snmpV3.authPassword", &m.AuthPassword)
		add("snmpV3.privPassword", &m.PrivPassword)
	}
	if m := s.GNMI; m != nil {
		add("gnmi.password", &m.Password)
	}
	s.addContainers(add)
	if m := s.UnifiAPIKey; m != nil {
		add("unifiAPIKey.apiKey", &m.APIKey)
	}
	if m := s.UnifiLocalAdmin; m != nil {
		add("unifiLocalAdmin.password", &m.Password)
	}
	if m := s.InstantOnAccount; m != nil {
		add("instantOnAccount.password", &m.Password)
	}
	s.addLogins(add)
	return all
}

func (s *CredentialSpec) addContainers(add func(string, *SecretSource)) {
	for _, proxy := range []struct {
		name string
		is   *ContainerProxyCredential
	}{{"dockerProxy", s.DockerProxy}, {"podmanProxy", s.PodmanProxy}} {
		if proxy.is == nil {
			continue
		}
		add(proxy.name+".sslCert", proxy.is.SSLCert)
		add(proxy.name+".sslKey", proxy.is.SSLKey)
		add(proxy.name+".sslChain", proxy.is.SSLChain)
	}
}

func (s *CredentialSpec) addLogins(add func(string, *SecretSource)) {
	if m := s.SSHPassword; m != nil {
		add("sshPassword.password", &m.Password)
	}
	if m := s.SSHKey; m != nil {
		add("sshKey.privateKey", &m.PrivateKey)
		add("sshKey.passphrase", m.Passphrase)
	}
	if m := s.WakeOnLan; m != nil {
		add("wakeOnLan.secureOnPassword", m.SecureOnPassword)
	}
	if m := s.ProxmoxAPIToken; m != nil {
		add("proxmoxAPIToken.tokenSecret", &m.TokenSecret)
	}
}

// SecretNames are the Secrets that a spec names, sorted, each once.
func (s *CredentialSpec) SecretNames() []string {
	var names []string
	for _, f := range s.SecretFields() {
		if f.Source.SecretKeyRef != nil {
			names = append(names, f.Source.SecretKeyRef.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// SPDX-License-Identifier: Apache-2.0

package v1alpha1_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	inventoryv1alpha1 "github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

func TestWhatIsAbsentHasItsDefault(t *testing.T) {
	host := &inventoryv1alpha1.Host{ObjectMeta: metav1.ObjectMeta{Name: "web-01"}}
	service := &inventoryv1alpha1.Service{ObjectMeta: metav1.ObjectMeta{Name: "edge", Namespace: "lab"}}
	connection := &inventoryv1alpha1.BackendConnection{}
	percent, minimum := connection.DeletionGuardOrDefault()
	for name, pair := range map[string][2]any{
		"a host is called as its object":        {host.ScanopyName(), "web-01"},
		"a host is managed in full":             {host.ManagementPolicyOrDefault(), inventoryv1alpha1.ManagementFull},
		"a service is called as its object":     {service.ScanopyName(), "edge"},
		"a service's host is in its namespace":  {service.HostNamespace(), "lab"},
		"a port is a TCP port":                  {(&inventoryv1alpha1.HostPort{}).ProtocolOrDefault(), inventoryv1alpha1.ProtocolTCP},
		"a reference is to a Backend":           {(&inventoryv1alpha1.BackendReference{}).KindOrDefault(), inventoryv1alpha1.KindBackend},
		"services come from the same namespace": {(*inventoryv1alpha1.AllowedNamespaces)(nil).FromOrDefault(), inventoryv1alpha1.NamespacesSame},
		"a resync comes every ten minutes":      {connection.ResyncPeriodOrDefault(), 10 * time.Minute},
		"a request may take half a minute":      {connection.RequestTimeoutOrDefault(), 30 * time.Second},
		"240 requests a minute, 60 at once":     {connection.RateLimitOrDefault(), inventoryv1alpha1.RateLimit{RequestsPerMinute: 240, Burst: 60}},
		"the guard's percentage is 20":          {percent, int32(20)},
		"the guard's minimum is 20":             {minimum, int32(20)},
		"certificates are checked":              {connection.IsTLSVerifySkipped(), false},
		"there are no default policies":         {connection.DefaultsOrNone(), inventoryv1alpha1.BackendDefaults{}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(pair[1], pair[0]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestWhatIsGivenWinsOverTheDefault(t *testing.T) {
	host := &inventoryv1alpha1.Host{Spec: inventoryv1alpha1.HostSpec{
		Name: ptr.To("Web 01"), ManagementPolicy: inventoryv1alpha1.ManagementObserveOnly,
	}}
	service := &inventoryv1alpha1.Service{Spec: inventoryv1alpha1.ServiceSpec{
		Name: ptr.To("Edge"), HostRef: inventoryv1alpha1.HostReference{Name: "web-01", Namespace: "infra"},
	}}
	connection := &inventoryv1alpha1.BackendConnection{
		ResyncPeriod:          &metav1.Duration{Duration: time.Hour},
		RequestTimeout:        &metav1.Duration{Duration: time.Second},
		RateLimit:             &inventoryv1alpha1.RateLimit{RequestsPerMinute: 300, Burst: 150},
		DeletionGuard:         &inventoryv1alpha1.DeletionGuard{Percent: ptr.To[int32](0), Minimum: ptr.To[int32](5)},
		InsecureSkipTLSVerify: ptr.To(true),
		Defaults:              &inventoryv1alpha1.BackendDefaults{AdoptionPolicy: inventoryv1alpha1.AdoptIfUnowned},
	}
	percent, minimum := connection.DeletionGuardOrDefault()
	for name, pair := range map[string][2]any{
		"name of a host":       {host.ScanopyName(), "Web 01"},
		"management policy":    {host.ManagementPolicyOrDefault(), inventoryv1alpha1.ManagementObserveOnly},
		"name of a service":    {service.ScanopyName(), "Edge"},
		"namespace of a host":  {service.HostNamespace(), "infra"},
		"protocol":             {(&inventoryv1alpha1.HostPort{Protocol: inventoryv1alpha1.ProtocolUDP}).ProtocolOrDefault(), inventoryv1alpha1.ProtocolUDP},
		"kind of a backend":    {(&inventoryv1alpha1.BackendReference{Kind: inventoryv1alpha1.KindClusterBackend}).KindOrDefault(), inventoryv1alpha1.KindClusterBackend},
		"namespaces":           {(&inventoryv1alpha1.AllowedNamespaces{From: inventoryv1alpha1.NamespacesAll}).FromOrDefault(), inventoryv1alpha1.NamespacesAll},
		"resync period":        {connection.ResyncPeriodOrDefault(), time.Hour},
		"request timeout":      {connection.RequestTimeoutOrDefault(), time.Second},
		"budget":               {connection.RateLimitOrDefault(), inventoryv1alpha1.RateLimit{RequestsPerMinute: 300, Burst: 150}},
		"the guard can be off": {percent, int32(0)},
		"the guard's minimum":  {minimum, int32(5)},
		"unchecked TLS":        {connection.IsTLSVerifySkipped(), true},
		"default policies":     {connection.DefaultsOrNone(), inventoryv1alpha1.BackendDefaults{AdoptionPolicy: inventoryv1alpha1.AdoptIfUnowned}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(pair[1], pair[0]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestBackendsSayWhereTheirTokenAndCertificatesAre(t *testing.T) {
	backend := &inventoryv1alpha1.Backend{ObjectMeta: metav1.ObjectMeta{Namespace: "lab"}}
	backend.Spec.TokenSecretRef.Name = "scanopy"
	if got, want := backend.TokenKey(), (inventoryv1alpha1.DataKey{Namespace: "lab", Name: "scanopy", Key: "token"}); got != want {
		t.Errorf("token at %v, want %v", got, want)
	}
	if _, ok := backend.CAKey(); ok {
		t.Error("certificates from nowhere")
	}
	backend.Spec.CAConfigMapRef = &inventoryv1alpha1.ConfigMapKeyReference{Name: "ca"}
	if got, _ := backend.CAKey(); got != (inventoryv1alpha1.DataKey{Namespace: "lab", Name: "ca", Key: "ca.crt"}) {
		t.Errorf("certificates at %v", got)
	}

	cluster := &inventoryv1alpha1.ClusterBackend{}
	cluster.Spec.TokenSecretRef = inventoryv1alpha1.NamespacedSecretKeyReference{
		Namespace: "infra", SecretKeyReference: inventoryv1alpha1.SecretKeyReference{Name: "scanopy", Key: "api-key"},
	}
	if got, want := cluster.TokenKey(), (inventoryv1alpha1.DataKey{Namespace: "infra", Name: "scanopy", Key: "api-key"}); got != want {
		t.Errorf("token at %v, want %v", got, want)
	}
	if _, ok := cluster.CAKey(); ok {
		t.Error("certificates from nowhere")
	}
	cluster.Spec.CAConfigMapRef = &inventoryv1alpha1.NamespacedConfigMapKeyReference{
		Namespace: "infra", ConfigMapKeyReference: inventoryv1alpha1.ConfigMapKeyReference{Name: "ca", Key: "bundle"},
	}
	if got, _ := cluster.CAKey(); got != (inventoryv1alpha1.DataKey{Namespace: "infra", Name: "ca", Key: "bundle"}) {
		t.Errorf("certificates at %v", got)
	}
}

func TestAClusterBackendAllowsNothingThatItDoesNotSay(t *testing.T) {
	backend := &inventoryv1alpha1.ClusterBackend{}
	if backend.AllowsAdoption() || backend.AllowsNetworkCredentials() || backend.AllowedNetworks() != nil {
		t.Error("allows without saying so")
	}
	backend.Spec.Allow = &inventoryv1alpha1.ClusterBackendAllowance{
		Networks: []string{"Lab"}, Adoption: ptr.To(true), NetworkCredentials: ptr.To(true),
	}
	if !backend.AllowsAdoption() || !backend.AllowsNetworkCredentials() || len(backend.AllowedNetworks()) != 1 {
		t.Error("does not allow what it says")
	}
}

func TestABindingSaysInShortWhatItBinds(t *testing.T) {
	for want, spec := range map[string]inventoryv1alpha1.BindingSpec{
		"eth0":      {Type: inventoryv1alpha1.BindingInterface, Interface: "eth0"},
		"http":      {Type: inventoryv1alpha1.BindingPort, Port: "http"},
		"http@eth0": {Type: inventoryv1alpha1.BindingPort, Port: "http", Interface: "eth0"},
	} {
		binding := spec.ServiceBinding()
		if got := binding.Binds(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAnnotationsAreReadAsDocumented(t *testing.T) {
	host := &inventoryv1alpha1.Host{}
	if inventoryv1alpha1.IsPaused(host) || inventoryv1alpha1.IsForceOrphan(host) || inventoryv1alpha1.ReconcileRequestedAt(host) != "" {
		t.Error("an object without annotations has none")
	}
	host.Annotations = map[string]string{
		inventoryv1alpha1.AnnotationPaused:               "yes",
		inventoryv1alpha1.AnnotationForceOrphan:          "true",
		inventoryv1alpha1.AnnotationReconcileRequestedAt: strings.Repeat("ä", 200),
	}
	if inventoryv1alpha1.IsPaused(host) {
		t.Error("only true is true")
	}
	if !inventoryv1alpha1.IsForceOrphan(host) {
		t.Error("true is true")
	}
	echoed := inventoryv1alpha1.ReconcileRequestedAt(host)
	if len(echoed) > inventoryv1alpha1.MaxReconcileRequestLength || !utf8.ValidString(echoed) {
		t.Errorf("%d bytes echoed: %q", len(echoed), echoed)
	}
}

func TestEveryKindGivesTheStatusThatAllHave(t *testing.T) {
	backend, cluster := &inventoryv1alpha1.Backend{}, &inventoryv1alpha1.ClusterBackend{}
	host, service, binding := &inventoryv1alpha1.Host{}, &inventoryv1alpha1.Service{}, &inventoryv1alpha1.Binding{}
	for name, pair := range map[string][2]*inventoryv1alpha1.CommonStatus{
		"Backend":        {backend.GetCommonStatus(), &backend.GetBackendStatus().CommonStatus},
		"ClusterBackend": {cluster.GetCommonStatus(), &cluster.GetBackendStatus().CommonStatus},
		"Host":           {host.GetCommonStatus(), &host.Status.CommonStatus},
		"Service":        {service.GetCommonStatus(), &service.Status.CommonStatus},
		"Binding":        {binding.GetCommonStatus(), &binding.Status.CommonStatus},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: not its own status", name)
		}
	}
	if backend.GetConnection() != &backend.Spec.BackendConnection || cluster.GetConnection() != &cluster.Spec.BackendConnection {
		t.Error("not its own connection")
	}
}

func TestACredentialTellsWhichFieldsComeFromSecretsOrFiles(t *testing.T) {
	ref := func(name string) inventoryv1alpha1.SecretSource {
		return inventoryv1alpha1.SecretSource{SecretKeyRef: &inventoryv1alpha1.CredentialSecretReference{Name: name, Key: "k"}}
	}
	key, file := ref("tls"), inventoryv1alpha1.SecretSource{FilePath: "/etc/chain.pem"}
	spec := inventoryv1alpha1.CredentialSpec{
		SNMPV3:      &inventoryv1alpha1.SNMPV3Credential{AuthPassword: ref("snmp"), PrivPassword: ref("snmp")},
		DockerProxy: &inventoryv1alpha1.ContainerProxyCredential{SSLKey: &key, SSLChain: &file},
		SSHKey:      &inventoryv1alpha1.SSHKeyCredential{PrivateKey: ref("ssh")},
	}
	var paths []string
	for _, f := range spec.SecretFields() {
		paths = append(paths, f.Path)
	}
	want := []string{"snmpV3.authPassword", "snmpV3.privPassword", "dockerProxy.sslKey", "dockerProxy.sslChain", "sshKey.privateKey"}
	if !slices.Equal(paths, want) {
		t.Errorf("fields %v, want %v", paths, want)
	}
	if names := spec.SecretNames(); !slices.Equal(names, []string{"snmp", "ssh", "tls"}) {
		t.Errorf("secrets %v", names)
	}
	name := "other"
	c := inventoryv1alpha1.Credential{Spec: spec}
	c.Name = "snmp"
	if c.ScanopyName() != "snmp" {
		t.Errorf("name %q", c.ScanopyName())
	}
	c.Spec.Name = &name
	if c.ScanopyName() != "other" {
		t.Errorf("name %q", c.ScanopyName())
	}
}

func TestTheRowsOfAnObjectAreThoseOfItsStatus(t *testing.T) {
	bindings := []inventoryv1alpha1.ServiceBindingStatus{{ID: "b"}, {}}
	rows := []inventoryv1alpha1.ItemID{{Name: "eth0", ID: "i"}}
	host := &inventoryv1alpha1.Host{Status: inventoryv1alpha1.HostStatus{
		ID: "h", Interfaces: rows, Ports: []inventoryv1alpha1.ItemID{{ID: "p"}},
		Services: []inventoryv1alpha1.InlineServiceStatus{{ID: "s", Bindings: bindings}, {Name: "not there"}},
	}}
	for name, pair := range map[string][2][]string{
		"a Host's are its interfaces, ports, inline services and their bindings": {host.RowIDs(), {"i", "p", "s", "b"}},
		"a Service's are its own and its bindings'": {
			(&inventoryv1alpha1.Service{Status: inventoryv1alpha1.ServiceStatus{ID: "s", Bindings: bindings}}).RowIDs(), {"s", "b"},
		},
		"a Binding's is its own": {(&inventoryv1alpha1.Binding{Status: inventoryv1alpha1.BindingStatus{ID: "b"}}).RowIDs(), {"b"}},
		"what is not written has none": {
			append((&inventoryv1alpha1.Binding{}).RowIDs(), (&inventoryv1alpha1.Service{}).RowIDs()...), nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(pair[1], pair[0]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

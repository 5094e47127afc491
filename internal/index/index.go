// SPDX-License-Identifier: Apache-2.0

// Package index holds the field indexes of the cache: their names, pure extractors, and AddAll. In goes an object, out
// come the keys by which others are found again. It imports the API types and controller-runtime's client only.
package index

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// The indexes. Values are "namespace/name" where they name an object.
const (
	// ServiceByHost finds Services by the Host that hostRef names.
	ServiceByHost = "service.hostRef"
	// BindingByService finds Bindings by the Service that serviceRef names.
	BindingByService = "binding.serviceRef"
	// HostByMachine finds Hosts by address ("ip/…") and MAC ("mac/…").
	HostByMachine = "host.machine"
	// HostByBackend finds Hosts by the backend key that they ask for (BackendKey), or DefaultBackend.
	HostByBackend = "host.backend"
	// CredentialByBackend finds Credentials by the backend key that they ask for, or DefaultBackend; CredentialBySecret by a
	// Secret that they name, CredentialByHost by a Host.
	CredentialByBackend = "credential.backend" //nolint:gosec // the name of an index
	CredentialBySecret  = "credential.secret"  //nolint:gosec // the name of an index
	CredentialByHost    = "credential.host"    //nolint:gosec // the name of an index
	// HostByID finds Hosts by status.id.
	HostByID = "host.id"
	// HostByExternalID finds Hosts by the backend hosts that they ask for: by externalID or to absorb them.
	HostByExternalID = "host.externalID"
	// HostByConsolidation finds Hosts by the Host that consolidateInto names.
	HostByConsolidation = "host.consolidateInto"
	// HostByVirtualization and ServiceByVirtualization find those that run on a Service.
	HostByVirtualization    = "host.virtualization"
	ServiceByVirtualization = "service.virtualization"
	// BackendBySecret and BackendByConfigMap find Backends and ClusterBackends.
	BackendBySecret    = "backend.secret"
	BackendByConfigMap = "backend.configMap"
)

// DefaultBackend is the value of HostByBackend for Hosts without backendRef, in any namespace.
const DefaultBackend = "default"

// Join is "namespace/name".
func Join(namespace, name string) string { return namespace + "/" + name }

// BackendKey is the key of a Backend or ClusterBackend: "Backend/ns/name", "ClusterBackend//name".
func BackendKey(kind v1alpha1.BackendKind, namespace, name string) string {
	if kind == v1alpha1.KindClusterBackend {
		namespace = ""
	}
	return string(kind) + "/" + namespace + "/" + name
}

// NormalMAC is a MAC in upper case with colons, "" for what is none.
func NormalMAC(mac string) string {
	hex := strings.ToUpper(strings.NewReplacer(":", "", "-", "", ".", "").Replace(mac))
	if len(hex) != 12 {
		return ""
	}
	parts := make([]string, 0, 6)
	for i := 0; i < 12; i += 2 {
		parts = append(parts, hex[i:i+2])
	}
	return strings.Join(parts, ":")
}

func serviceByHost(obj client.Object) []string {
	s := obj.(*v1alpha1.Service)
	return []string{Join(s.HostNamespace(), s.Spec.HostRef.Name)}
}

func bindingByService(obj client.Object) []string {
	b := obj.(*v1alpha1.Binding)
	return []string{Join(b.Namespace, b.Spec.ServiceRef.Name)}
}

// Machine lists the keys by which a Host may be the same machine as another, without repetition.
func Machine(h *v1alpha1.Host) []string {
	var keys []string
	seen := map[string]bool{}
	add := func(key string) {
		if !seen[key] {
			seen[key] = true
			keys = append(keys, key)
		}
	}
	for _, i := range h.Spec.Interfaces {
		if ip, err := netip.ParseAddr(i.IPAddress); err == nil {
			add("ip/" + ip.WithZone("").String())
		}
		if mac := NormalMAC(i.MACAddress); mac != "" {
			add("mac/" + mac)
		}
	}
	return keys
}

func hostByMachine(obj client.Object) []string { return Machine(obj.(*v1alpha1.Host)) }

// backendOf is the value of HostByBackend of a Host.
func backendOf(h *v1alpha1.Host) string {
	if h.Spec.BackendRef == nil {
		return DefaultBackend
	}
	return BackendKey(h.Spec.BackendRef.KindOrDefault(), h.Namespace, h.Spec.BackendRef.Name)
}

func hostByBackend(obj client.Object) []string { return []string{backendOf(obj.(*v1alpha1.Host))} }

func hostByID(obj client.Object) []string {
	if id := obj.(*v1alpha1.Host).Status.ID; id != "" {
		return []string{id}
	}
	return nil
}

func hostByExternalID(obj client.Object) []string {
	h := obj.(*v1alpha1.Host)
	var ids []string
	if h.Spec.ExternalID != "" {
		ids = append(ids, h.Spec.ExternalID)
	}
	for _, a := range h.Spec.Absorb {
		if !slices.Contains(ids, a.ID) {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

func hostByConsolidation(obj client.Object) []string {
	h := obj.(*v1alpha1.Host)
	if h.Spec.ConsolidateInto == nil {
		return nil
	}
	return []string{Join(h.Namespace, h.Spec.ConsolidateInto.Name)}
}

func hostByVirtualization(obj client.Object) []string {
	h := obj.(*v1alpha1.Host)
	var keys []string
	if v := h.Spec.Virtualization; v != nil && v.ServiceRef != nil {
		keys = append(keys, Join(h.Namespace, v.ServiceRef.Name))
	}
	for _, s := range h.Spec.Services {
		if v := s.Virtualization; v != nil && v.ServiceRef != nil {
			keys = append(keys, Join(h.Namespace, v.ServiceRef.Name))
		}
	}
	return keys
}

func serviceByVirtualization(obj client.Object) []string {
	s := obj.(*v1alpha1.Service)
	if v := s.Spec.Virtualization; v != nil && v.ServiceRef != nil {
		return []string{Join(s.Namespace, v.ServiceRef.Name)}
	}
	return nil
}

type backend interface {
	TokenKey() v1alpha1.DataKey
	CAKey() (v1alpha1.DataKey, bool)
}

func backendBySecret(obj client.Object) []string {
	key := obj.(backend).TokenKey()
	return []string{Join(key.Namespace, key.Name)}
}

func backendByConfigMap(obj client.Object) []string {
	key, ok := obj.(backend).CAKey()
	if !ok {
		return nil
	}
	return []string{Join(key.Namespace, key.Name)}
}

// AddAll registers every index.
func AddAll(ctx context.Context, to client.FieldIndexer) error {
	for _, i := range All() {
		if err := to.IndexField(ctx, i.Object, i.Field, i.Extract); err != nil {
			return err
		}
	}
	return nil
}

// Index is one field index.
type Index struct {
	Object  client.Object
	Field   string
	Extract client.IndexerFunc
}

// All lists every index, for a cache or a fake client.
func All() []Index {
	return []Index{
		{&v1alpha1.Service{}, ServiceByHost, serviceByHost},
		{&v1alpha1.Service{}, ServiceByVirtualization, serviceByVirtualization},
		{&v1alpha1.Binding{}, BindingByService, bindingByService},
		{&v1alpha1.Host{}, HostByMachine, hostByMachine},
		{&v1alpha1.Host{}, HostByBackend, hostByBackend},
		{&v1alpha1.Host{}, HostByID, hostByID},
		{&v1alpha1.Host{}, HostByExternalID, hostByExternalID},
		{&v1alpha1.Host{}, HostByConsolidation, hostByConsolidation},
		{&v1alpha1.Host{}, HostByVirtualization, hostByVirtualization},
		{&v1alpha1.Credential{}, CredentialByBackend, credentialByBackend},
		{&v1alpha1.Credential{}, CredentialBySecret, credentialBySecret},
		{&v1alpha1.Credential{}, CredentialByHost, credentialByHost},
		{&v1alpha1.Backend{}, BackendBySecret, backendBySecret},
		{&v1alpha1.ClusterBackend{}, BackendBySecret, backendBySecret},
		{&v1alpha1.Backend{}, BackendByConfigMap, backendByConfigMap},
		{&v1alpha1.ClusterBackend{}, BackendByConfigMap, backendByConfigMap},
	}
}

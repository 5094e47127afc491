// SPDX-License-Identifier: Apache-2.0

package index

import (
	"cmp"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

func credentialByBackend(obj client.Object) []string {
	c := obj.(*v1alpha1.Credential)
	if c.Spec.BackendRef == nil {
		return []string{DefaultBackend}
	}
	return []string{BackendKey(c.Spec.BackendRef.KindOrDefault(), c.Namespace, c.Spec.BackendRef.Name)}
}

func credentialBySecret(obj client.Object) []string {
	c := obj.(*v1alpha1.Credential)
	var keys []string
	for _, name := range c.Spec.SecretNames() {
		keys = append(keys, Join(c.Namespace, name))
	}
	return keys
}

func credentialByHost(obj client.Object) []string {
	c := obj.(*v1alpha1.Credential)
	var keys []string
	seen := map[string]bool{}
	for _, h := range c.Spec.Hosts {
		key := Join(cmp.Or(h.HostRef.Namespace, c.Namespace), h.HostRef.Name)
		if !seen[key] {
			seen[key] = true
			keys = append(keys, key)
		}
	}
	return keys
}

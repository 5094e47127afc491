// SPDX-License-Identifier: Apache-2.0

package kube

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// Kind names a kind of objects.
type Kind string

// The kinds that are served.
const (
	Host           Kind = "Host"
	Service        Kind = "Service"
	Binding        Kind = "Binding"
	Credential     Kind = "Credential"
	Backend        Kind = "Backend"
	ClusterBackend Kind = "ClusterBackend"
	Namespace      Kind = "Namespace"
	Secret         Kind = "Secret"
	ConfigMap      Kind = "ConfigMap"
	CRD            Kind = "CustomResourceDefinition"
)

// Kinds are all kinds, in a fixed order.
func Kinds() []Kind {
	return []Kind{Namespace, CRD, Secret, ConfigMap, ClusterBackend, Backend, Host, Service, Binding, Credential}
}

// Namespaced are the kinds that go with their namespace.
func Namespaced() []Kind {
	return []Kind{Secret, ConfigMap, Backend, Host, Service, Binding, Credential}
}

// KindOf tells the kind of an object or list.
func KindOf(obj any) Kind {
	switch o := obj.(type) {
	case *v1alpha1.Host, *v1alpha1.HostList:
		return Host
	case *v1alpha1.Service, *v1alpha1.ServiceList:
		return Service
	case *v1alpha1.Binding, *v1alpha1.BindingList:
		return Binding
	case *v1alpha1.Credential, *v1alpha1.CredentialList:
		return Credential
	case *v1alpha1.Backend, *v1alpha1.BackendList:
		return Backend
	case *v1alpha1.ClusterBackend, *v1alpha1.ClusterBackendList:
		return ClusterBackend
	case *corev1.Namespace:
		return Namespace
	case *corev1.Secret:
		return Secret
	case *corev1.ConfigMap:
		return ConfigMap
	case *metav1.PartialObjectMetadata:
		return Kind(o.Kind)
	}
	panic(fmt.Sprintf("%T is not served", obj))
}

// resource is how errors name a kind.
func (k Kind) resource() schema.GroupResource {
	return schema.GroupResource{Group: v1alpha1.GroupVersion.Group, Resource: string(k)}
}

// empty makes an object of a kind.
func (k Kind) empty() client.Object {
	switch k {
	case Host:
		return &v1alpha1.Host{}
	case Service:
		return &v1alpha1.Service{}
	case Binding:
		return &v1alpha1.Binding{}
	case Credential:
		return &v1alpha1.Credential{}
	case Backend:
		return &v1alpha1.Backend{}
	case ClusterBackend:
		return &v1alpha1.ClusterBackend{}
	case Namespace:
		return &corev1.Namespace{}
	case Secret:
		return &corev1.Secret{}
	case ConfigMap:
		return &corev1.ConfigMap{}
	}
	return &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{Kind: string(k)}}
}

// metadataOf is what a watch of the metadata shows of an object.
func metadataOf(obj client.Object) *metav1.PartialObjectMetadata {
	out := &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{Kind: string(KindOf(obj))}}
	from, ok := obj.DeepCopyObject().(metav1.ObjectMetaAccessor)
	if !ok {
		panic(fmt.Sprintf("%T has no metadata", obj))
	}
	if meta, ok := from.GetObjectMeta().(*metav1.ObjectMeta); ok {
		out.ObjectMeta = *meta
	}
	return out
}

// fill puts objects into a list.
func fill(list client.ObjectList, objects []client.Object) {
	switch l := list.(type) {
	case *v1alpha1.HostList:
		l.Items = items[v1alpha1.Host](objects)
	case *v1alpha1.ServiceList:
		l.Items = items[v1alpha1.Service](objects)
	case *v1alpha1.CredentialList:
		l.Items = items[v1alpha1.Credential](objects)
	case *v1alpha1.BindingList:
		l.Items = items[v1alpha1.Binding](objects)
	case *v1alpha1.BackendList:
		l.Items = items[v1alpha1.Backend](objects)
	case *v1alpha1.ClusterBackendList:
		l.Items = items[v1alpha1.ClusterBackend](objects)
	default:
		panic(fmt.Sprintf("%T is not served", list))
	}
}

func items[T any](objects []client.Object) []T {
	out := make([]T, 0, len(objects))
	for _, obj := range objects {
		if typed, ok := any(obj).(*T); ok {
			out = append(out, *typed)
		}
	}
	return out
}

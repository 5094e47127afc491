// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupName is the API group of every kind in this package.
const GroupName = "inventory.scanopy.io"

// The names that a scheme needs. They are variables because that is what
// code generators and controller-runtime look for; nothing changes them.
var (
	// GroupVersion is the group and version of every kind in this package.
	GroupVersion = schema.GroupVersion{Group: GroupName, Version: "v1alpha1"}

	// SchemeBuilder collects the kinds for a scheme.
	SchemeBuilder = runtime.NewSchemeBuilder(addKnownTypes)

	// AddToScheme adds every kind of this package to a scheme.
	AddToScheme = SchemeBuilder.AddToScheme
)

func addKnownTypes(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion,
		&Backend{}, &BackendList{},
		&ClusterBackend{}, &ClusterBackendList{},
		&Host{}, &HostList{},
		&Service{}, &ServiceList{},
		&Binding{}, &BindingList{},
		&Credential{}, &CredentialList{},
	)
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
}

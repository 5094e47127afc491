// SPDX-License-Identifier: Apache-2.0

package kube

import (
	"cmp"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

func compareKeys(a, b Key) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
}

// Metadata is an object as a watch of the metadata shows it; nil stays nil.
func Metadata(obj client.Object) client.Object {
	if obj == nil {
		return nil
	}
	return metadataOf(obj)
}

// CRDNamed is a CRD that stands.
func CRDNamed(name string) client.Object {
	return &metav1.PartialObjectMetadata{
		TypeMeta: metav1.TypeMeta{Kind: string(CRD)}, ObjectMeta: metav1.ObjectMeta{Name: name},
	}
}

// CRDOf is the key of the CRD of a kind.
func CRDOf(kind Kind) Key {
	return Key{Kind: CRD, Name: strings.ToLower(string(kind)) + "s.inventory.scanopy.io"}
}

// Version counts the writes so far.
func (s *Server) Version() int { return s.version }

// summary shows in short what a status says.
func summary(obj client.Object) string {
	s, ok := obj.(interface{ GetCommonStatus() *v1alpha1.CommonStatus })
	if !ok {
		return ""
	}
	for _, c := range s.GetCommonStatus().Conditions {
		if c.Type == v1alpha1.ConditionReady {
			return string(c.Status) + " " + c.Reason + " (" + c.Message + ")"
		}
	}
	return ""
}

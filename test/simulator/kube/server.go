// SPDX-License-Identifier: Apache-2.0

package kube

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// Key names an object.
type Key struct {
	Kind            Kind
	Namespace, Name string
}

// KeyOf is the key of an object.
func KeyOf(obj client.Object) Key { return Key{KindOf(obj), obj.GetNamespace(), obj.GetName()} }

func (k Key) String() string {
	if k.Namespace == "" {
		return string(k.Kind) + " " + k.Name
	}
	return string(k.Kind) + " " + k.Namespace + "/" + k.Name
}

// Event is a change of an object: without Old it came, without New it went.
type Event struct{ Old, New client.Object }

// Server is the API server. What it holds is never changed in place.
type Server struct {
	clock   clock.PassiveClock
	objects map[Key]client.Object
	log     map[Kind][]Event
	version int
	count   int
}

// NewServer makes an empty one.
func NewServer(c clock.PassiveClock) *Server {
	return &Server{clock: c, objects: map[Key]client.Object{}, log: map[Kind][]Event{}}
}

// Get gives a copy of an object.
func (s *Server) Get(key Key) (client.Object, bool) {
	obj, ok := s.objects[key]
	if !ok {
		return nil, false
	}
	return copyOf(obj), true
}

// List gives copies of all objects of a kind, by namespace and name.
func (s *Server) List(kind Kind) []client.Object {
	var out []client.Object
	for key, obj := range s.objects {
		if key.Kind == kind {
			out = append(out, copyOf(obj))
		}
	}
	slices.SortFunc(out, func(a, b client.Object) int {
		return cmp.Or(cmp.Compare(a.GetNamespace(), b.GetNamespace()), cmp.Compare(a.GetName(), b.GetName()))
	})
	return out
}

// Create adds an object. A uid or time of creation that it has stays.
func (s *Server) Create(obj client.Object) error {
	key := KeyOf(obj)
	if _, ok := s.objects[key]; ok {
		return apierrors.NewAlreadyExists(key.Kind.resource(), key.Name)
	}
	if ns, ok := s.objects[Key{Namespace, "", key.Namespace}]; key.Namespace != "" && (!ok || !ns.GetDeletionTimestamp().IsZero()) {
		return apierrors.NewForbidden(key.Kind.resource(), key.Name, fmt.Errorf("namespace %s is not there or going", key.Namespace))
	}
	obj = copyOf(obj)
	s.count++
	if obj.GetUID() == "" {
		obj.SetUID(types.UID(fmt.Sprintf("00000000-0000-4000-8000-%012d", s.count)))
	}
	if created := obj.GetCreationTimestamp(); created.IsZero() {
		obj.SetCreationTimestamp(s.now())
	}
	obj.SetGeneration(1)
	obj.SetDeletionTimestamp(nil)
	clearStatus(obj)
	s.store(nil, obj)
	return nil
}

// clearStatus makes the status what the schema's defaults make of it.
func clearStatus(obj client.Object) {
	switch o := obj.(type) {
	case *v1alpha1.Host:
		o.Status = v1alpha1.HostStatus{}
	case *v1alpha1.Service:
		o.Status = v1alpha1.ServiceStatus{}
	case *v1alpha1.Binding:
		o.Status = v1alpha1.BindingStatus{}
	case *v1alpha1.Credential:
		o.Status = v1alpha1.CredentialStatus{}
	case *v1alpha1.Backend:
		o.Status = v1alpha1.BackendStatus{}
	case *v1alpha1.ClusterBackend:
		o.Status = v1alpha1.BackendStatus{}
	}
	if s, ok := obj.(interface{ GetCommonStatus() *v1alpha1.CommonStatus }); ok {
		s.GetCommonStatus().ObservedGeneration = -1
	}
}

func (s *Server) now() metav1.Time { return metav1.NewTime(s.clock.Now()).Rfc3339Copy() }

// Update changes an object as its owner does: everything but the status.
func (s *Server) Update(key Key, change func(client.Object)) error {
	old, ok := s.objects[key]
	if !ok {
		return apierrors.NewNotFound(key.Kind.resource(), key.Name)
	}
	obj := copyOf(old)
	change(obj)
	return s.write(old, obj)
}

// Delete deletes an object, or marks it while it has finalizers. A namespace goes when it is empty.
func (s *Server) Delete(key Key) error {
	old, ok := s.objects[key]
	if !ok {
		return apierrors.NewNotFound(key.Kind.resource(), key.Name)
	}
	if len(old.GetFinalizers()) == 0 && key.Kind != Namespace {
		s.remove(old)
		return nil
	}
	if !old.GetDeletionTimestamp().IsZero() {
		return nil
	}
	obj := copyOf(old)
	now := s.now()
	obj.SetDeletionTimestamp(&now)
	obj.SetGeneration(obj.GetGeneration() + 1)
	s.store(old, obj)
	return nil
}

// Lose takes an object away whatever its finalizers say, and without an event: nobody saw it.
func (s *Server) Lose(key Key) { delete(s.objects, key) }

// Finish removes a namespace that is going and empty.
func (s *Server) Finish(namespace string) bool {
	ns, ok := s.objects[Key{Namespace, "", namespace}]
	if !ok || ns.GetDeletionTimestamp().IsZero() {
		return false
	}
	for key := range s.objects {
		if key.Namespace == namespace {
			return false
		}
	}
	s.remove(ns)
	return true
}

// write stores a changed object: its generation counts changes of the spec, and without finalizers one that goes is gone.
func (s *Server) write(old, obj client.Object) error {
	if err := refuse(old, obj); err != nil {
		return err
	}
	if reflect.DeepEqual(old, obj) {
		return nil
	}
	if !reflect.DeepEqual(specOf(old), specOf(obj)) {
		obj.SetGeneration(old.GetGeneration() + 1)
	}
	if !obj.GetDeletionTimestamp().IsZero() && len(obj.GetFinalizers()) == 0 {
		s.remove(old)
		return nil
	}
	s.store(old, obj)
	return nil
}

// refuse says no to finalizers that are added to an object that goes.
func refuse(old, obj client.Object) error {
	if old.GetDeletionTimestamp().IsZero() {
		return nil
	}
	for _, f := range obj.GetFinalizers() {
		if !slices.Contains(old.GetFinalizers(), f) {
			return apierrors.NewForbidden(KindOf(obj).resource(), obj.GetName(), fmt.Errorf("no new finalizers can be added"))
		}
	}
	return nil
}

func (s *Server) store(old, obj client.Object) {
	s.version++
	obj.SetResourceVersion(strconv.Itoa(s.version))
	s.objects[KeyOf(obj)] = obj
	s.log[KindOf(obj)] = append(s.log[KindOf(obj)], Event{old, obj})
}

func (s *Server) remove(old client.Object) {
	s.version++
	delete(s.objects, KeyOf(old))
	s.log[KindOf(old)] = append(s.log[KindOf(old)], Event{old, nil})
}

// specOf is the part of an object that its generation counts the changes of.
func specOf(obj client.Object) any {
	switch o := obj.(type) {
	case *v1alpha1.Host:
		return o.Spec
	case *v1alpha1.Service:
		return o.Spec
	case *v1alpha1.Binding:
		return o.Spec
	case *v1alpha1.Credential:
		return o.Spec
	case *v1alpha1.Backend:
		return o.Spec
	case *v1alpha1.ClusterBackend:
		return o.Spec
	}
	return nil
}

func copyOf(obj client.Object) client.Object {
	out, ok := obj.DeepCopyObject().(client.Object)
	if !ok {
		panic(fmt.Sprintf("%T is no object", obj))
	}
	return out
}

// SPDX-License-Identifier: Apache-2.0

package kube

import (
	"encoding/json"
	"fmt"
	"reflect"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Patch does a merge patch of the object or of its status, and brings obj up to date.
func (s *Server) Patch(obj client.Object, patch client.Patch, status bool) error {
	if patch.Type() != types.MergePatchType {
		return fmt.Errorf("patches of type %s are not served", patch.Type())
	}
	data, err := patch.Data(obj)
	if err != nil {
		return err
	}
	var change map[string]any
	if err := json.Unmarshal(data, &change); err != nil {
		return err
	}
	key := KeyOf(obj)
	old, ok := s.objects[key]
	if !ok {
		return apierrors.NewNotFound(key.Kind.resource(), key.Name)
	}
	if err := conflict(key, old, change); err != nil {
		return err
	}
	if status {
		change = map[string]any{"status": change["status"]}
	} else {
		delete(change, "status")
	}
	next, err := merged(old, change)
	if err != nil {
		return err
	}
	next.SetResourceVersion(old.GetResourceVersion())
	if err := s.write(old, next); err != nil {
		return err
	}
	now, ok := s.objects[key]
	if !ok {
		now = next
	}
	reflect.ValueOf(obj).Elem().Set(reflect.ValueOf(copyOf(now)).Elem())
	return nil
}

// conflict finds that a patch is for another version or another object of the same name.
func conflict(key Key, old client.Object, change map[string]any) error {
	meta, _ := change["metadata"].(map[string]any)
	if version, ok := meta["resourceVersion"]; ok && version != old.GetResourceVersion() {
		return apierrors.NewConflict(key.Kind.resource(), key.Name, fmt.Errorf("it is %s now", old.GetResourceVersion()))
	}
	return nil
}

func merged(old client.Object, change map[string]any) (client.Object, error) {
	data, err := json.Marshal(old)
	if err != nil {
		return nil, err
	}
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	merge(doc, change)
	if data, err = json.Marshal(doc); err != nil {
		return nil, err
	}
	next := KindOf(old).empty()
	return next, json.Unmarshal(data, next)
}

// merge is RFC 7386.
func merge(to, change map[string]any) {
	for key, value := range change {
		part, isMap := value.(map[string]any)
		switch {
		case value == nil:
			delete(to, key)
		case isMap:
			inner, ok := to[key].(map[string]any)
			if !ok {
				inner = map[string]any{}
				to[key] = inner
			}
			merge(inner, part)
		default:
			to[key] = value
		}
	}
}

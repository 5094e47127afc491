// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strings"
)

// FieldClass is the kind of a field, of which there are few: a label of metrics.
type FieldClass string

// The classes of fields that can drift.
const (
	ClassHost           FieldClass = "host" // the whole of it was gone
	ClassName           FieldClass = "name"
	ClassHostname       FieldClass = "hostname"
	ClassDescription    FieldClass = "description"
	ClassHidden         FieldClass = "hidden"
	ClassTags           FieldClass = "tags"
	ClassVirtualization FieldClass = "virtualization"
	ClassInterface      FieldClass = "interface"
	ClassPort           FieldClass = "port"
	ClassService        FieldClass = "service"
	ClassBinding        FieldClass = "binding"
	ClassCredential     FieldClass = "credential" // the whole of it was gone
	ClassSettings       FieldClass = "settings"   // of a Credential's type
	ClassAssignments    FieldClass = "assignments"
)

// Class is the class of the field that a note speaks of.
func (n Note) Class() FieldClass { return ClassOf(n.Item, n.Field) }

// ClassOf is the class of a field of an item: by the item for rows, by the end of the field for the rest.
func ClassOf(item Item, field string) FieldClass {
	if item.Object.Kind == KindCredential {
		return classOfCredential(field)
	}
	switch item.Part {
	case PartInterface:
		return ClassInterface
	case PartPort:
		return ClassPort
	case PartInlineBinding, PartBinding:
		return ClassBinding
	}
	own := []FieldClass{ClassTags, ClassVirtualization}
	isHost := item.Object.Kind == KindHost && item.Part == PartObject
	if isHost {
		own = append(own, ClassHost, ClassName, ClassHostname, ClassDescription, ClassHidden)
	}
	end := FieldClass(field[strings.LastIndex(field, ".")+1:])
	switch {
	case slices.Contains(own, end):
		return end
	case isHost:
		return ClassHost
	}
	return ClassService
}

func classOfCredential(part string) FieldClass {
	switch c := FieldClass(part); c {
	case ClassName, ClassDescription, ClassTags, ClassCredential:
		return c
	case "networks", "hosts":
		return ClassAssignments
	}
	return ClassSettings
}

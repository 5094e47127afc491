// SPDX-License-Identifier: Apache-2.0

package core

import "strings"

// narrator knows the objects of a group and its neighbours, and so how one of them may be named to another.
type narrator struct {
	metas    map[Ref]*Meta
	hosts    map[Ref]*HostDecl // the root and its neighbours
	services map[Ref]*ServiceDecl
	bindings map[Ref]*BindingDecl
	// admitted are the namespaces that each Host of the group admits, as far as somebody of them is there.
	root     Ref
	admitted map[tenant]bool
}

// tenant is a namespace on a Host.
type tenant struct {
	host      Ref
	namespace string
}

func newNarrator(in *Input) *narrator {
	n := &narrator{
		metas: map[Ref]*Meta{}, hosts: map[Ref]*HostDecl{}, services: map[Ref]*ServiceDecl{},
		bindings: map[Ref]*BindingDecl{}, root: in.Root, admitted: map[tenant]bool{},
	}
	for i := range in.Neighbours {
		n.addHost(&in.Neighbours[i])
	}
	if in.Host != nil {
		n.root = in.Host.Ref
	}
	for _, h := range in.hosts() {
		n.addHost(h)
		n.admitted[tenant{h.Ref, h.Ref.Namespace}] = true
	}
	for i := range in.Services {
		s := &in.Services[i]
		n.services[s.Ref], n.metas[s.Ref] = s, &s.Meta
		if s.Permitted {
			n.admitted[tenant{s.Host, s.Ref.Namespace}] = true
		}
	}
	for i := range in.Bindings {
		b := &in.Bindings[i]
		n.bindings[b.Ref], n.metas[b.Ref] = b, &b.Meta
	}
	return n
}

func (n *narrator) addHost(h *HostDecl) { n.hosts[h.Ref], n.metas[h.Ref] = h, &h.Meta }

// maySee says whether the reader could refer to the object: it is in the reader's namespace, or a Host that admits it.
func (n *narrator) maySee(reader, object Ref) bool {
	switch {
	case reader.Namespace == object.Namespace:
		return true
	case object.Kind != KindHost:
		return false
	case n.admitted[tenant{object, reader.Namespace}]:
		return true
	case n.admitted[tenant{object, object.Namespace}]: // a Host of the group
		return false
	}
	h := n.hosts[object]
	return h != nil && h.Visible && reader.Namespace == n.root.Namespace
}

// object names an object to a reader: "Host web-01", "Service shop/web", "a binding in another namespace".
func (n *narrator) object(reader, object Ref) string {
	switch {
	case reader == object:
		return "this " + string(object.Kind)
	case !n.maySee(reader, object):
		return "a " + strings.ToLower(string(object.Kind)) + " in another namespace"
	case reader.Namespace != object.Namespace:
		return string(object.Kind) + " " + object.Namespace + "/" + object.Name
	}
	return string(object.Kind) + " " + object.Name
}

// item names an item to a reader: "bindings[0] of Service metrics", "Service edge of Host web-01".
func (n *narrator) item(reader Ref, item Item) string {
	switch {
	case reader != item.Object && !n.maySee(reader, item.Object):
		return "a " + n.kindOf(item) + " in another namespace"
	case item.isWhole():
		return n.object(reader, item.Object)
	case item.Part == PartService:
		return n.inline(reader, item)
	}
	return item.String() + " of " + n.object(reader, item.Object)
}

func (n *narrator) kindOf(item Item) string {
	switch item.Part {
	case PartBinding, PartInlineBinding:
		return "binding"
	case PartService:
		return "service"
	}
	return strings.ToLower(string(item.Object.Kind))
}

// inline names an inline service by its name.
func (n *narrator) inline(reader Ref, item Item) string {
	if h := n.hosts[item.Object]; h != nil && item.Index < len(h.Services) {
		return "Service " + h.Services[item.Index].Name + " of " + n.object(reader, item.Object)
	}
	return item.String() + " of " + n.object(reader, item.Object)
}

// owner names the service that an item is, or that a binding belongs to.
func (n *narrator) owner(reader Ref, item Item) string {
	if reader != item.Object && !n.maySee(reader, item.Object) {
		return "a service in another namespace"
	}
	switch {
	case item.Part == PartInlineBinding || item.Part == PartService:
		return n.inline(reader, item)
	case item.Object.Kind == KindBinding:
		if b := n.bindings[item.Object]; b != nil {
			return n.object(reader, b.Service) + " by " + n.object(reader, item.Object)
		}
	}
	return n.object(reader, item.Object)
}

// party names one of the others: a declared item by its place, a foreign row by what the backend knows of it.
func (n *narrator) party(reader Ref, p Party) string {
	if p.Item.Object == (Ref{}) {
		return tellForeign(p)
	}
	return n.item(reader, p.Item)
}

// tellForeign is a row that no object declares: `"SSH", which discovery found (id 1c6…)`.
func tellForeign(p Party) string {
	text := `"` + p.ForeignName + `"`
	if p.ForeignName == "" {
		text = "a " + p.ForeignKind
	}
	switch {
	case strings.HasPrefix(p.ForeignSource, "Discovery"):
		text += ", which discovery found"
	case p.ForeignSource == "Manual":
		text += ", which was made in Scanopy by hand"
	default:
		text += ", which is in Scanopy"
	}
	return text + " (id " + p.ForeignID + ")"
}

// reference is a party as a status refers to it.
func (n *narrator) reference(reader Ref, p Party) *Reference {
	object := p.Item.Object
	switch {
	case object == (Ref{}):
		return &Reference{Kind: KindScanopy, Name: p.ForeignName, ID: p.ForeignID}
	case !n.maySee(reader, object):
		return &Reference{Kind: object.Kind}
	}
	out := &Reference{Kind: object.Kind, Namespace: object.Namespace, Name: object.Name, Item: p.Item.String()}
	if object.Namespace == reader.Namespace {
		out.Namespace = ""
	}
	return out
}

// isEarlier says that a party was declared before an item; foreign rows and unknown objects were not declared at all.
func (n *narrator) isEarlier(p Party, than Item) bool {
	a, b := n.metas[p.Item.Object], n.metas[than.Object]
	if a == nil || b == nil || p.Item.Object == than.Object {
		return a != nil && b != nil && compareInManifest(p.Item, than) < 0
	}
	return comparePrecedence(a, b) < 0
}

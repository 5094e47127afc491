// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"slices"
	"strings"
)

// comparePrecedence orders objects as docs/how-it-decides.md does: by creationTimestamp, namespace, name and kind, each compared
// by itself, bytewise. Inside an object the position in its lists decides.
func comparePrecedence(a, b *Meta) int {
	return cmp.Or(
		a.Created.Compare(b.Created),
		strings.Compare(a.Ref.Namespace, b.Ref.Namespace),
		strings.Compare(a.Ref.Name, b.Ref.Name),
		cmp.Compare(rankOfKind(a.Ref.Kind), rankOfKind(b.Ref.Kind)),
	)
}

// Precedes says that an object comes before another one in the order of precedence.
func Precedes(a, b *Meta) bool { return comparePrecedence(a, b) < 0 }

// member is an object of the group. Exactly one of host, service and binding is set.
type member struct {
	meta    *Meta
	host    *HostDecl
	service *ServiceDecl
	binding *BindingDecl
	// fate is that of its own fields, which covers its items.
	fate Fate
	// claims: of fate Keep, but it goes on claiming what it declares.
	claims bool
	// why what hangs on it waits, in words; "" when it does not.
	why string
	// names leads from the names of a Host's interfaces and ports to the slots they are merged into.
	names nameIndex
	// hash is the owner hash of its rows, when hashed.
	hash   OwnerHash
	hashed bool
}

// membersOf lists the objects of the group in order of precedence, whatever the order of the input.
func membersOf(in *Input) []member {
	all := make([]member, 0, 1+len(in.Consolidated)+len(in.Services)+len(in.Bindings))
	if in.Host != nil {
		all = append(all, member{meta: &in.Host.Meta, host: in.Host, fate: Write})
	}
	for i := range in.Consolidated {
		all = append(all, member{meta: &in.Consolidated[i].Meta, host: &in.Consolidated[i], fate: Write})
	}
	for i := range in.Services {
		all = append(all, member{meta: &in.Services[i].Meta, service: &in.Services[i], fate: Write})
	}
	for i := range in.Bindings {
		all = append(all, member{meta: &in.Bindings[i].Meta, binding: &in.Bindings[i], fate: Write})
	}
	order := make([]int32, len(all))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return comparePrecedence(all[a].meta, all[b].meta) })
	out := make([]member, len(all))
	for i, k := range order {
		out[i] = all[k]
	}
	return out
}

// compareFindings orders findings by object and their place in its manifest, then by what they say.
func compareFindings(a, b Finding) int {
	return cmp.Or(
		compareItems(a.Item, b.Item),
		cmp.Compare(a.Condition, b.Condition),
		cmp.Compare(a.Reason, b.Reason),
		strings.Compare(a.Detail, b.Detail),
		strings.Compare(a.Claim, b.Claim),
		strings.Compare(a.Advice, b.Advice),
	)
}

func compareItems(a, b Item) int {
	if c := compareForReaders(a.Object, b.Object); c != 0 {
		return c
	}
	return compareInManifest(a, b)
}

// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/index"
)

// Chain is where consolidateInto leads from a Host. All Hosts of a chain are in one namespace.
type Chain struct {
	// Path are the Hosts that were passed, by name, beginning with the Host itself.
	Path []string
	// Root is the name of the Host whose group it is: the end of the chain, or the first by name of a circle.
	Root string
	// Missing is the Host that the root names and that is not there.
	Missing string
	Cycle   bool
}

// Follow follows consolidateInto to its end.
func Follow(ctx context.Context, reader client.Reader, h *v1alpha1.Host) (Chain, error) {
	c := Chain{}
	for {
		c.Path, c.Root = append(c.Path, h.Name), h.Name
		next := leadsTo(h)
		if next == "" {
			return c, nil
		}
		if at := slices.Index(c.Path, next); at >= 0 {
			c.Root, c.Cycle = slices.Min(c.Path[at:]), true
			return c, nil
		}
		var to v1alpha1.Host
		switch err := reader.Get(ctx, types.NamespacedName{Namespace: h.Namespace, Name: next}, &to); {
		case apierrors.IsNotFound(err):
			c.Missing = next
			return c, nil
		case err != nil:
			return c, err
		}
		h = &to
	}
}

// leadsTo is the Host that a Host is to be part of. One that is deleted before it became so goes by itself.
func leadsTo(h *v1alpha1.Host) string {
	if h.Spec.ConsolidateInto == nil || (!h.DeletionTimestamp.IsZero() && h.Status.ConsolidatedInto == "") {
		return ""
	}
	return h.Spec.ConsolidateInto.Name
}

// Consolidated lists the Hosts that lead to a Host, directly or by others.
func Consolidated(ctx context.Context, reader client.Reader, namespace, name string) ([]v1alpha1.Host, error) {
	var out []v1alpha1.Host
	seen := map[string]bool{name: true}
	for open := []string{name}; len(open) > 0; open = open[1:] {
		var hosts v1alpha1.HostList
		by := client.MatchingFields{index.HostByConsolidation: index.Join(namespace, open[0])}
		if err := reader.List(ctx, &hosts, by); err != nil {
			return nil, err
		}
		for i := range hosts.Items {
			if h := &hosts.Items[i]; !seen[h.Name] && leadsTo(h) != "" {
				seen[h.Name] = true
				open, out = append(open, h.Name), append(out, *h)
			}
		}
	}
	return out, nil
}

// consolidated gathers the Hosts that are one with the group's. false: the Host is one with another, whose group it is.
func (g *Gatherer) consolidated(ctx context.Context, out *Group) (bool, error) {
	chain, err := Follow(ctx, g.Reader, out.Host)
	if err != nil {
		return false, err
	}
	if chain.Root != out.Host.Name {
		out.Of = core.Ref{Kind: core.KindHost, Namespace: out.Host.Namespace, Name: chain.Root}
		return false, nil
	}
	out.Input.Cycle, out.Input.Host.TargetMissing = chain.Cycle, chain.Missing != ""
	parts, err := Consolidated(ctx, g.Reader, out.Host.Namespace, out.Host.Name)
	if err != nil {
		return false, err
	}
	out.Parts = parts
	for i := range parts {
		decl, err := g.hostDecl(ctx, &parts[i])
		if err != nil {
			return false, err
		}
		out.Input.Consolidated = append(out.Input.Consolidated, decl)
		out.Objects[decl.Ref] = &parts[i]
	}
	return true, nil
}

// mismatches tells of the other Hosts whether they lead to another backend or network than the root.
func (g *Gatherer) mismatches(ctx context.Context, out *Group) error {
	if out.BackendObject == nil {
		return nil
	}
	for i := range out.Parts {
		obj, _, err := g.BackendFor(ctx, &out.Parts[i])
		if err != nil {
			return err
		}
		decl := &out.Input.Consolidated[i]
		if obj == nil || KeyOf(obj) != out.BackendKey {
			decl.Mismatch = true
			continue
		}
		setDefaults(obj.GetConnection(), &out.Parts[i], decl)
		mine, root := networkWanted(&out.Parts[i], obj), networkWanted(out.Host, out.BackendObject)
		if mine == root || out.Backend == nil || !out.Input.Backend.NetworkFound {
			continue
		}
		same, err := g.sameNetwork(ctx, &out.Parts[i], out)
		if err != nil {
			return err
		}
		decl.Mismatch = !same
	}
	return nil
}

// isPart says that a Host is one of the group's.
func (g *Group) isPart(namespace, name string) bool {
	if g.Host != nil && g.Host.Namespace == namespace && g.Host.Name == name {
		return true
	}
	return slices.ContainsFunc(g.Parts, func(h v1alpha1.Host) bool { return h.Namespace == namespace && h.Name == name })
}

// hasParted says that a Host was part of the group's until now and has been accepted without it: its rows are let go.
func (g *Gatherer) hasParted(ctx context.Context, out *Group, h *v1alpha1.Host) (bool, error) {
	from := out.Input.Root
	if h.Namespace != from.Namespace || h.Status.ConsolidatedInto != from.Name || !h.DeletionTimestamp.IsZero() {
		return false, nil
	}
	chain, err := Follow(ctx, g.Reader, h)
	if err != nil || chain.Root == from.Name || !IsFree(h) || g.isDisplaced(h, out) {
		return false, err
	}
	if chain.Root == h.Name {
		return true, nil
	}
	var root v1alpha1.Host
	if err := g.Reader.Get(ctx, types.NamespacedName{Namespace: h.Namespace, Name: chain.Root}, &root); err != nil {
		return false, client.IgnoreNotFound(err)
	}
	return IsFree(&root) && !g.isDisplaced(&root, out), nil
}

// IsFree says that a Host, as it is now, was judged, and that nothing about the Host as a whole was found against it: it is
// where consolidateInto leads. What is wrong with its items keeps it from nothing.
func IsFree(h *v1alpha1.Host) bool {
	status := &h.Status
	accepted := apimeta.FindStatusCondition(status.Conditions, v1alpha1.ConditionAccepted)
	resolved := apimeta.FindStatusCondition(status.Conditions, v1alpha1.ConditionResolvedRefs)
	if status.ObservedGeneration != h.Generation || accepted == nil || resolved == nil {
		return false
	}
	against := []string{
		v1alpha1.ReasonConsolidationCycle, v1alpha1.ReasonNetworkMismatch, v1alpha1.ReasonHostHasDaemon, v1alpha1.ReasonDuplicateHost,
		v1alpha1.ReasonRefNotPermitted, v1alpha1.ReasonBackendChanged, v1alpha1.ReasonHostNotFound, v1alpha1.ReasonBackendNotFound,
		v1alpha1.ReasonNetworkNotFound,
	}
	return !slices.Contains(against, accepted.Reason) && !slices.Contains(against, resolved.Reason)
}

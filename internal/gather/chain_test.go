// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"pgregory.net/rapid"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/index"
)

// chained is a Host of the namespace lab that is consolidated into another; "": into none.
func chained(name, into string) *v1alpha1.Host {
	h := &v1alpha1.Host{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: name}}
	if into != "" {
		h.Spec.ConsolidateInto = &v1alpha1.HostConsolidation{Name: into}
	}
	return h
}

// leaving is one that is being deleted, before or after it became part of another.
func leaving(h *v1alpha1.Host, partOf string) *v1alpha1.Host {
	now := metav1.Now()
	h.DeletionTimestamp, h.Finalizers, h.Status.ConsolidatedInto = &now, []string{v1alpha1.Finalizer}, partOf
	return h
}

func TestChainsResolveToTheirEnd(t *testing.T) {
	for name, c := range map[string]struct {
		hosts []*v1alpha1.Host // of the first it is asked where it leads
		want  Chain
		parts []string // the Hosts that lead to the root
	}{
		"a Host alone is its own root": {
			[]*v1alpha1.Host{chained("a", "")}, Chain{Path: []string{"a"}, Root: "a"}, nil,
		},
		"over several to the end": {
			[]*v1alpha1.Host{chained("a", "b"), chained("b", "c"), chained("c", "")}, Chain{Path: []string{"a", "b", "c"}, Root: "c"}, []string{"a", "b"},
		},
		"a cycle has the smallest name for its key": {
			[]*v1alpha1.Host{chained("c", "b"), chained("b", "a"), chained("a", "c")},
			Chain{Path: []string{"c", "b", "a"}, Root: "a", Cycle: true}, []string{"b", "c"},
		},
		"who only leads into a cycle is none of its keys": {
			[]*v1alpha1.Host{chained("a", "b"), chained("b", "c"), chained("c", "b")},
			Chain{Path: []string{"a", "b", "c"}, Root: "b", Cycle: true}, []string{"a", "c"},
		},
		"one that names nobody who is there is the root": {
			[]*v1alpha1.Host{chained("a", "b"), chained("b", "gone")}, Chain{Path: []string{"a", "b"}, Root: "b", Missing: "gone"}, []string{"a"},
		},
		"one that is deleted before it became part goes by itself": {
			[]*v1alpha1.Host{leaving(chained("a", "b"), ""), chained("b", "")}, Chain{Path: []string{"a"}, Root: "a"}, nil,
		},
		"one that is deleted as a part goes with the other": {
			[]*v1alpha1.Host{leaving(chained("a", "b"), "b"), chained("b", "")}, Chain{Path: []string{"a", "b"}, Root: "b"}, []string{"a"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			reader := cluster(t, c.hosts)
			got, err := Follow(t.Context(), reader, c.hosts[0])
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(c.parts, partsOf(t, reader, got.Root)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestHoweverHostsAreChainedTheGroupIsTheSame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		hosts, names := []*v1alpha1.Host{chained("root", "")}, []string{"root"}
		for _, name := range []string{"a", "b", "c", "d"} {
			hosts, names = append(hosts, chained(name, rapid.SampledFrom(names).Draw(rt, "into"))), append(names, name)
		}
		reader := cluster(t, hosts)
		for _, h := range hosts {
			if got, err := Follow(t.Context(), reader, h); err != nil || got.Root != "root" || got.Cycle {
				rt.Fatalf("%s leads to %+v: %v", h.Name, got, err)
			}
		}
		if d := cmp.Diff([]string{"a", "b", "c", "d"}, partsOf(t, reader, "root")); d != "" {
			rt.Fatal(d)
		}
	})
}

// partsOf names the Hosts that are consolidated into one, sorted.
func partsOf(t *testing.T, reader client.Reader, root string) []string {
	t.Helper()
	parts, err := Consolidated(t.Context(), reader, "lab", root)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for i := range parts {
		names = append(names, parts[i].Name)
	}
	slices.Sort(names)
	return names
}

func cluster(t *testing.T, hosts []*v1alpha1.Host) client.Reader {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	builder := fake.NewClientBuilder().WithScheme(scheme)
	for _, i := range index.All() {
		builder.WithIndex(i.Object, i.Field, i.Extract)
	}
	for _, h := range hosts {
		builder.WithObjects(h.DeepCopy())
	}
	return builder.Build()
}

// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// hasHost says that the status of a Host of the group names a backend host.
func hasHost(id string) func(*core.HostDecl) { return func(h *core.HostDecl) { h.PriorID = id } }

func isPaused(h *core.HostDecl) { h.Paused = true }

func TestWhichBackendHostIsThatOfAGroupOfSeveral(t *testing.T) {
	old := core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "old"}
	for name, c := range map[string]struct {
		edits []edit
		want  core.Target
		merge []string
		says  core.Reason // to the root
	}{
		"that of a member, if the root has none": {
			edits: []edit{part("old", 1, "10.20.0.20", hasHost("h2")), alsoFound("h2", "10.20.0.20", false)}, want: core.Target{HostID: "h2"},
		},
		"not that of one that can't be merged now": {
			edits: []edit{part("old", 1, "10.20.0.20", hasHost("h2"), isPaused), alsoFound("h2", "10.20.0.20", false)}, want: core.Target{Index: -1},
		},
		"which is not told as somebody else's either, if it is the same machine": {
			edits: []edit{part("old", 1, "10.20.0.20", isPaused), onHost("a", 1, func(h *core.ObservedHost) { sameAddress(h); rowOf(old, 1)(h) })},
			want:  core.Target{Index: -1}, says: core.ReasonDependencyNotReady,
		},
		"the list lacks that of a member: it is asked for first": {
			edits: []edit{inBackend, part("old", 1, "10.20.0.20", hasHost("h2"))},
			want:  core.Target{HostID: "00000000-0000-4000-a000-000000000001", Confirm: "h2"},
		},
		"so it is if the root has none": {
			edits: []edit{part("old", 1, "10.20.0.20", hasHost("h2"))}, want: core.Target{Index: -1, Confirm: "h2"},
		},
		"the one that it absorbs, if it is the same machine": {
			edits: []edit{alsoFound("h2", "10.20.0.10", false), absorbs("h2")}, want: core.Target{HostID: "h2", Adopts: true, Origin: "adopted:h2"},
		},
		"of several that it absorbs the one with a daemon, which can't be merged away": {
			edits: []edit{alsoFound("h2", "10.20.0.20", false), alsoFound("h3", "10.20.0.21", true), absorbs("h2", "h3")},
			want:  core.Target{HostID: "h3", Index: 1, Adopts: true, Origin: "adopted:h3"}, merge: []string{"h2"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := group(c.edits...)
			j := core.Judge(in)
			var merged []string
			for _, m := range j.Target.Merges {
				merged = append(merged, in.Observed.Hosts[m.Index].ID)
			}
			if d := cmp.Diff(c.merge, merged); d != "" {
				t.Error(d)
			}
			got := j.Target
			got.Merges, got.United = nil, nil
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
			told := slices.ContainsFunc(j.Findings, func(f core.Finding) bool { return f.Item == j.Host.Item && f.Reason == c.says })
			if told != (c.says != "") {
				t.Error(verdicts(j))
			}
		})
	}
}

func TestABindingThatNamesAHostIsOnThatOneOnly(t *testing.T) {
	checkRules(t, map[string]rule{
		"a port of the root is no port of the Host that is named": {
			edits: []edit{port("x", 9000), part("old", 1, "10.20.0.20"), service("s", 5, "x@*"), ofHost("old")},
			want: []string{
				"Host old: Accepted=true Consolidated by Host web",
				`Service s bindings[0]: ResolvedRefs=false PortNotFound: Host old has no port "x"; it has none`,
			},
			fates: []string{"Service s bindings[0]: Pending Keep"},
		},
		"a Host whose other one is not there keeps what it has, too": {
			edits: []edit{inBackend, host(func(h *core.HostDecl) { h.ConsolidateInto, h.TargetMissing, h.Ports = "gone", true, h.Ports[1:] })},
			want:  []string{"Host web: ResolvedRefs=false HostNotFound: spec.consolidateInto: Host gone does not exist"},
		},
	})
}

func TestTheStatusOfAMemberFollowsTheRoot(t *testing.T) {
	old := core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "old"}
	status := func(edits ...edit) core.MemberStatus {
		in := group(edits...)
		j := core.Judge(in)
		for _, m := range core.Status(in, j, core.ComputePlan(in, j, core.Policy{}), core.Result{Ran: true}) {
			if m.Ref == old {
				return m
			}
		}
		t.Fatal("no status")
		return core.MemberStatus{}
	}
	unheld := func(h *core.HostDecl) { h.HasFinalizer = false }
	m := status(part("old", 1, "10.20.0.20", unheld), inBackend)
	if !m.Marks.Hold || m.Host.ConsolidatedInto != "web" || !m.Conditions[0].True {
		t.Errorf("%+v, %+v", m.Marks, m.Conditions[0])
	}
	m = status(part("old", 1, "10.20.0.20"), inBackend, host(func(h *core.HostDecl) { h.TagsManaged, h.Tags = true, []string{"gone"} }))
	if c := m.Conditions[3]; c.True || c.Reason != "DependencyNotReady" || c.Message != "Host web is not in sync (TagNotFound)" {
		t.Errorf("%+v", c)
	}
}

// What is not known, or may not be looked at, stays as the status has it: the rows are where they were.
func TestWhereAHostIsPartStaysToldUntilItsRowsHaveLeft(t *testing.T) {
	wasPart := func(h *core.HostDecl) { h.PriorInto = "other" }
	for name, c := range map[string]struct {
		of    string
		edits []edit
		want  string
	}{
		"while the backend has not been seen": {"web", []edit{host(wasPart), func(in *core.Input) { in.Observed.Known = false }}, "other"},
		"not when it was and holds nothing":   {"web", []edit{host(wasPart)}, ""},
		"while the group is kept as it is":    {"old", []edit{part("old", 1, "10.20.0.20", wasPart), inBackend, host(isPaused)}, "other"},
		"not when it is part of the group":    {"old", []edit{part("old", 1, "10.20.0.20", wasPart), inBackend}, "web"},
	} {
		t.Run(name, func(t *testing.T) {
			in := group(c.edits...)
			j := core.Judge(in)
			for _, m := range core.Status(in, j, core.ComputePlan(in, j, core.Policy{}), core.Result{Ran: true}) {
				if m.Ref.Name == c.of && m.Host.ConsolidatedInto != c.want {
					t.Errorf("part of %q", m.Host.ConsolidatedInto)
				}
			}
		})
	}
}

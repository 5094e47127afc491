// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
	"github.com/scanopy-operator/scanopy-operator/test/emulated"
)

const (
	ownHost   = "7be00000-e29b-41d4-a716-446655440002"
	groupHost = "7be00000-e29b-41d4-a716-446655440003"
)

// listed gives a gatherer a snapshot of the group's network that shows these hosts.
func (g *Gatherer) listed(t *testing.T, out *Group, c *clocktesting.FakeClock, hosts ...string) {
	t.Helper()
	server, url := emulated.Start(t, emulator.Options{})
	limiter := registry.NewLimiter(c, registry.Budget{PerMinute: 60000, Burst: 1000}, func(string) {})
	api := emulated.Client(t, "0.14.13", scanopy.Config{URL: url, Token: server.Bootstrap().Tokens.Owner, Gate: limiter})
	ended := make(chan snapshot.Key, 1)
	g.Snapshots = snapshot.New(t.Context(), snapshot.Options{Clock: c, OnRefresh: func(k snapshot.Key) { ended <- k }})
	out.Network = snapshot.Key{Origin: api.Origin(), Account: "account", Network: server.Bootstrap().Network.String()}
	g.Snapshots.Ensure(out.Network, snapshot.Source{Client: api, Limiter: limiter}, 0)
	<-ended
	if err := g.Snapshots.Err(out.Network); err != nil {
		t.Fatal(err)
	}
	for _, id := range hosts {
		g.Snapshots.Put(out.Network, core.ObservedHost{ID: id, NetworkID: out.Network.Network})
	}
}

func TestAHostWithABackendHostOfItsOwnLetsGoOfRowsThatAMergeBroughtToAnother(t *testing.T) {
	db := core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "db"}
	for name, tc := range map[string]struct {
		change func(*v1alpha1.Host)
		want   core.OwnerState
	}{
		"that the list shows":                         {func(*v1alpha1.Host) {}, core.OwnerElsewhere},
		"not if the list lacks it: it was merged":     {func(h *v1alpha1.Host) { h.Status.ID = labNetwork }, core.OwnerAlive},
		"not if it has none yet":                      {func(h *v1alpha1.Host) { h.Status.ID = "" }, core.OwnerAlive},
		"not if it is the one of the group":           {func(h *v1alpha1.Host) { h.Status.ID = groupHost }, core.OwnerAlive},
		"not while it is paused":                      {func(h *v1alpha1.Host) { h.Annotations = map[string]string{v1alpha1.AnnotationPaused: "true"} }, core.OwnerAlive},
		"not if it is only observed":                  {func(h *v1alpha1.Host) { h.Spec.ManagementPolicy = v1alpha1.ManagementObserveOnly }, core.OwnerAlive},
		"not while nobody has judged its last edit":   {func(h *v1alpha1.Host) { h.Generation = 2 }, core.OwnerAlive},
		"not if it is part of another one":            {func(h *v1alpha1.Host) { h.Status.ConsolidatedInto = "other" }, core.OwnerAlive},
		"not if it is told to be another's duplicate": {func(h *v1alpha1.Host) { h.Status.Conditions[0].Reason = v1alpha1.ReasonDuplicateHost }, core.OwnerAlive},
		"not if it is another network's":              {func(h *v1alpha1.Host) { h.Status.Backend.NetworkID = "other" }, core.OwnerAlive},
	} {
		t.Run(name, func(t *testing.T) {
			h := &v1alpha1.Host{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "db"}}
			h.Status.ID, h.Status.Backend = ownHost, &v1alpha1.ResolvedBackend{NetworkID: labNetwork}
			for _, c := range []string{v1alpha1.ConditionAccepted, v1alpha1.ConditionResolvedRefs} {
				h.Status.Conditions = append(h.Status.Conditions, metav1.Condition{Type: c, Status: metav1.ConditionTrue})
			}
			tc.change(h)
			g, out, c := newLookup(t, h)
			g.listed(t, out, c, ownHost, groupHost)
			out.Input.Host = &core.HostDecl{Meta: core.Meta{PriorID: groupHost}}
			if got := g.stateOf(t, out, db); got != tc.want {
				t.Errorf("state %v", got)
			}
		})
	}
}

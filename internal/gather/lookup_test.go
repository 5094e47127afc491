// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/ledger"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

const labNetwork = "7be00000-e29b-41d4-a716-446655440001"

// newLookup is a gatherer of a cluster with these objects, and a group on whose hosts rows of others are.
func newLookup(t *testing.T, objects ...client.Object) (*Gatherer, *Group, *clocktesting.FakeClock) {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	c := clocktesting.NewFakeClock(time.Unix(1000, 0))
	g := &Gatherer{
		Reader:    fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).Build(),
		Snapshots: snapshot.New(t.Context(), snapshot.Options{}), Ledger: ledger.New(c), Clock: c,
	}
	out := &Group{BackendObject: &v1alpha1.Backend{}}
	out.Input.Root = core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "web"}
	out.Input.Backend.Pin.NetworkID = labNetwork
	out.Input.Owners = map[core.OwnerHash]core.OwnerFact{}
	return g, out, c
}

func edgeRef() core.Ref { return core.Ref{Kind: core.KindService, Namespace: "lab", Name: "edge"} }

func (g *Gatherer) stateOf(t *testing.T, out *Group, ref core.Ref) core.OwnerState {
	t.Helper()
	owner := core.Owner(labNetwork, ref)
	clear(out.Input.Owners)
	out.Next = 0
	if err := g.lookUp(t.Context(), out, map[core.OwnerHash]bool{owner: true}); err != nil {
		t.Fatal(err)
	}
	return out.Input.Owners[owner].State
}

func TestARowWhoseObjectIsMissingIsLeftForAWholeResyncPeriod(t *testing.T) {
	g, out, c := newLookup(t)
	if got := g.stateOf(t, out, edgeRef()); got != core.OwnerMissing || out.Next != 10*time.Minute {
		t.Errorf("state %v, next look in %v", got, out.Next)
	}
	c.Step(9 * time.Minute)
	if got := g.stateOf(t, out, edgeRef()); got != core.OwnerMissing || out.Next != time.Minute {
		t.Errorf("state %v, next look in %v", got, out.Next)
	}
	c.Step(time.Minute)
	if got := g.stateOf(t, out, edgeRef()); got != core.OwnerGone {
		t.Errorf("state %v", got)
	}
}

func TestARowWhoseObjectWasMissingForAWhileIsNotGoneTheNextTime(t *testing.T) {
	g, out, c := newLookup(t)
	g.stateOf(t, out, edgeRef())
	c.Step(9 * time.Minute)
	if err := g.lookUp(t.Context(), out, nil); err != nil { // the object is a member now, or the row is gone
		t.Fatal(err)
	}
	c.Step(9 * time.Minute)
	if got := g.stateOf(t, out, edgeRef()); got != core.OwnerMissing {
		t.Errorf("state %v", got)
	}
}

func TestARowWhoseObjectWasSeenGoingIsGoneAtOnce(t *testing.T) {
	g, out, _ := newLookup(t)
	g.Ledger.Gone(edgeRef())
	if got := g.stateOf(t, out, edgeRef()); got != core.OwnerGone {
		t.Errorf("state %v", got)
	}
}

func TestAServiceThatIsAcceptedElsewhereLetsGoOfItsRows(t *testing.T) {
	edge := &v1alpha1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "edge"}}
	edge.Spec.HostRef.Name = "other"
	for _, c := range []string{v1alpha1.ConditionAccepted, v1alpha1.ConditionResolvedRefs} {
		edge.Status.Conditions = append(edge.Status.Conditions, metav1.Condition{Type: c, Status: metav1.ConditionTrue})
	}
	http := &v1alpha1.Binding{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "http"}}
	http.Spec.ServiceRef.Name, http.Status.Conditions = "edge", edge.Status.Conditions
	host := func(reason core.Reason) *v1alpha1.Host {
		h := &v1alpha1.Host{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "other"}}
		h.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionReady, Reason: string(reason)}}
		return h
	}
	for name, tc := range map[string]struct {
		objects []client.Object
		want    core.OwnerState
	}{
		"to a Host that can take them":                        {[]client.Object{edge, http, host(core.ReasonSynced)}, core.OwnerElsewhere},
		"not while that Host is missing":                      {[]client.Object{edge, http}, core.OwnerAlive},
		"not if that Host was merged into another in Scanopy": {[]client.Object{edge, http, host(core.ReasonMergedInBackend)}, core.OwnerAlive},
		"not if that Host is another one's duplicate":         {[]client.Object{edge, http, host(core.ReasonDuplicateHost)}, core.OwnerAlive},
	} {
		t.Run(name, func(t *testing.T) {
			g, out, _ := newLookup(t, tc.objects...)
			for _, ref := range []core.Ref{edgeRef(), {Kind: core.KindBinding, Namespace: "lab", Name: "http"}} {
				if got := g.stateOf(t, out, ref); got != tc.want {
					t.Errorf("%s: state %v", ref.Kind, got)
				}
			}
		})
	}
}

func TestAServiceIsPlacedThoughOneOfItsBindingsNamesWhatIsNotThere(t *testing.T) {
	for reason, want := range map[core.Reason]bool{
		core.ReasonInterfaceNotFound: true, core.ReasonPortNotFound: true, core.ReasonHostNotFound: false, core.ReasonTagNotFound: false,
	} {
		s := &v1alpha1.Service{}
		s.Status.Conditions = []metav1.Condition{
			{Type: v1alpha1.ConditionAccepted, Status: metav1.ConditionTrue},
			{Type: v1alpha1.ConditionResolvedRefs, Status: metav1.ConditionFalse, Reason: string(reason)},
		}
		if got := IsPlaced(s); got != want {
			t.Errorf("%s: %v", reason, got)
		}
		b := &v1alpha1.Binding{}
		b.Status.Conditions = s.Status.Conditions
		if IsPlaced(b) {
			t.Errorf("a Binding with %s is placed", reason)
		}
	}
}

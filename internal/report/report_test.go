// SPDX-License-Identifier: Apache-2.0

package report

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/events"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// bench is a Writer on a Kubernetes in memory that counts patches.
type bench struct {
	*Writer
	client           client.Client
	clock            *clocktesting.FakePassiveClock
	events           chan string
	status, metadata int
	bodies           []string
}

func newBench(t *testing.T, objects ...client.Object) *bench {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	recorder := events.NewFakeRecorder(100)
	b := &bench{clock: clocktesting.NewFakePassiveClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), events: recorder.Events}
	b.client = fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).WithStatusSubresource(objects...).
		WithInterceptorFuncs(interceptor.Funcs{
			Patch: func(ctx context.Context, c client.WithWatch, obj client.Object, patch client.Patch, opts ...client.PatchOption) error {
				b.metadata++
				b.note(obj, patch)
				return c.Patch(ctx, obj, patch, opts...)
			},
			SubResourcePatch: func(
				ctx context.Context, c client.Client, sub string, obj client.Object, patch client.Patch, opts ...client.SubResourcePatchOption,
			) error {
				b.status++
				b.note(obj, patch)
				return c.SubResource(sub).Patch(ctx, obj, patch, opts...)
			},
		}).Build()
	b.Writer = New(b.client, recorder, b.clock)
	return b
}

func (b *bench) note(obj client.Object, patch client.Patch) {
	data, err := patch.Data(obj)
	b.bodies = append(b.bodies, fmt.Sprint(string(data), err))
}

// read gives an object as a cache would.
func (b *bench) read(t *testing.T, name string) *v1alpha1.Host {
	t.Helper()
	var host v1alpha1.Host
	if err := b.client.Get(t.Context(), client.ObjectKey{Namespace: "lab", Name: name}, &host); err != nil {
		t.Fatal(err)
	}
	return &host
}

func (b *bench) write(t *testing.T, obj client.Object, m core.MemberStatus) time.Duration {
	t.Helper()
	next, err := b.Write(t.Context(), core.Input{Root: m.Ref}, []core.MemberStatus{m}, map[core.Ref]client.Object{m.Ref: obj})
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func (b *bench) told() []string {
	var out []string
	for {
		select {
		case e := <-b.events:
			out = append(out, e)
		default:
			return out
		}
	}
}

func (b *bench) after(d time.Duration) { b.clock.SetTime(b.clock.Now().Add(d)) }

func testHost() *v1alpha1.Host {
	return &v1alpha1.Host{
		ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "web-01", UID: "uid", Generation: 1},
		Status:     v1alpha1.HostStatus{CommonStatus: v1alpha1.CommonStatus{ObservedGeneration: -1}},
	}
}

func hostRef() core.Ref { return core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "web-01"} }

// statusIs is the status of the Host with this reason; Synced is the one that is ready.
func statusIs(reason string) core.MemberStatus {
	ok := reason == "Synced"
	m := core.MemberStatus{
		Ref: hostRef(), UID: "uid", Generation: 1, Host: &core.HostStatus{BackendKind: "Backend", BackendName: "default"},
		Conditions: []core.Condition{
			{Type: "Ready", True: ok, Reason: reason, Message: "m", ObservedGeneration: 1},
			{Type: "Accepted", True: true, Reason: "Accepted", Message: "m", ObservedGeneration: 1},
			{Type: "ResolvedRefs", True: true, Reason: "ResolvedRefs", Message: "m", ObservedGeneration: 1},
			{Type: "Synced", True: ok, Reason: reason, Message: "m", ObservedGeneration: 1},
		},
		Hold: reason == "Throttled" || reason == "Pending",
	}
	if !ok {
		m.Conditions = append(m.Conditions, core.Condition{Type: "Reconciling", True: true, Reason: reason, Message: "m", ObservedGeneration: 1})
	} else {
		m.ID = "host-id"
		m.Events = []core.Event{{Reason: "Synced", Action: "Sync", Note: "written"}}
	}
	return m
}

func TestAVerdictIsWrittenAtOnceAndOnlyOnce(t *testing.T) {
	b := newBench(t, testHost())
	if next := b.write(t, b.read(t, "web-01"), statusIs("Synced")); next != 0 || b.status != 1 {
		t.Fatalf("next %v, %d patches", next, b.status)
	}
	got := b.read(t, "web-01")
	if got.Status.ID != "host-id" || got.Status.ObservedGeneration != 1 || got.Status.Conditions[0].Status != metav1.ConditionTrue {
		t.Errorf("%+v", got.Status)
	}
	if diff := cmp.Diff([]string{"Normal Synced written"}, b.told()); diff != "" {
		t.Error(diff)
	}
	b.after(time.Hour)
	if next := b.write(t, got, statusIs("Synced")); next != 0 || b.status != 1 || len(b.told()) != 0 {
		t.Errorf("written again: next %v, %d patches", next, b.status)
	}
}

func TestTheTimeOfAConditionIsThatOfItsFlip(t *testing.T) {
	b := newBench(t, testHost())
	b.write(t, b.read(t, "web-01"), statusIs("BackendUnavailable"))
	first := b.read(t, "web-01").Status.Conditions
	b.after(time.Minute)
	b.write(t, b.read(t, "web-01"), statusIs("Synced"))
	second := b.read(t, "web-01").Status.Conditions
	if !second[0].LastTransitionTime.After(first[0].LastTransitionTime.Time) {
		t.Error("Ready flipped")
	}
	if !second[1].LastTransitionTime.Equal(&first[1].LastTransitionTime) {
		t.Error("Accepted did not")
	}
	if len(first) != 5 || len(second) != 4 {
		t.Errorf("Reconciling is there while it is true: %d then %d", len(first), len(second))
	}
}

func TestAHostThatWaitsForTokensIsPatchedTwiceOnItsWayToReady(t *testing.T) {
	b := newBench(t, testHost())
	if next := b.write(t, b.read(t, "web-01"), statusIs("Pending")); next != FirstWithin || b.status != 0 {
		t.Fatalf("the first status is held: next %v, %d patches", next, b.status)
	}
	b.after(4 * time.Second)
	if next := b.write(t, b.read(t, "web-01"), statusIs("Throttled")); next != 6*time.Second {
		t.Fatalf("it is held from when it was first seen: %v", next)
	}
	b.after(6 * time.Second)
	if next := b.write(t, b.read(t, "web-01"), statusIs("Throttled")); next != 0 || b.status != 1 {
		t.Fatalf("it is told after 10 s: next %v, %d patches", next, b.status)
	}
	for i := range 20 { // the group grows while it waits
		b.after(2 * time.Second)
		m := statusIs("Throttled")
		m.Host.Services.Declared = i + 1
		if next := b.write(t, b.read(t, "web-01"), m); next == 0 {
			t.Fatal("what is held must be come back for")
		}
	}
	m := statusIs("Synced")
	m.Host.Services.Declared = 20
	b.write(t, b.read(t, "web-01"), m)
	if b.status != 2 {
		t.Errorf("%d patches", b.status)
	}
	if got := b.read(t, "web-01").Status.Counts.Services.Declared; got != 20 {
		t.Errorf("the counts went with the flip: %d", got)
	}
}

func TestTheFirstStatusOfANewObjectIsDueTenSecondsAfterItsCreation(t *testing.T) {
	for name, c := range map[string]struct{ age, want time.Duration }{
		"judged late":             {8 * time.Second, 2 * time.Second},
		"judged too late":         {12 * time.Second, 0},
		"there before we started": {time.Hour, FirstWithin},
		"made by a clock ahead":   {-time.Minute, FirstWithin},
	} {
		t.Run(name, func(t *testing.T) {
			host := testHost()
			b := newBench(t, host)
			host = b.read(t, "web-01")
			host.CreationTimestamp = metav1.NewTime(b.clock.Now().Add(-c.age))
			if next := b.write(t, host, statusIs("Pending")); next != c.want {
				t.Errorf("next %v, want %v", next, c.want)
			}
		})
	}
}

func TestTheIDOfABackendHostIsNeverHeld(t *testing.T) {
	b := newBench(t, testHost())
	b.write(t, b.read(t, "web-01"), statusIs("Throttled"))
	m := statusIs("Throttled")
	m.ID = "host-id"
	if next := b.write(t, b.read(t, "web-01"), m); next != 0 || b.read(t, "web-01").Status.ID != "host-id" {
		t.Errorf("next %v", next)
	}
}

func TestWhatIsInterimIsToldInTheEnd(t *testing.T) {
	b := newBench(t, testHost())
	b.write(t, b.read(t, "web-01"), statusIs("HostNotFound"))
	if next := b.write(t, b.read(t, "web-01"), statusIs("Throttled")); next != LaterWithin {
		t.Fatalf("next %v", next)
	}
	b.after(LaterWithin)
	if b.write(t, b.read(t, "web-01"), statusIs("Throttled")); b.status != 2 {
		t.Errorf("%d patches", b.status)
	}
}

func TestAnEditIsToldAsAnObjectThatIsNew(t *testing.T) {
	b := newBench(t, testHost())
	b.write(t, b.read(t, "web-01"), statusIs("Synced"))
	b.after(time.Hour)
	m := statusIs("Throttled")
	m.Generation = 2
	if next := b.write(t, b.read(t, "web-01"), m); next != FirstWithin {
		t.Errorf("next %v", next)
	}
}

func TestCountsAloneWaitForAWhileAfterTheLastPatch(t *testing.T) {
	b := newBench(t, testHost())
	b.write(t, b.read(t, "web-01"), statusIs("Synced"))
	b.after(3 * time.Second)
	m := statusIs("Synced")
	m.Host.Bindings.Declared = 1
	if next := b.write(t, b.read(t, "web-01"), m); next != 7*time.Second || b.status != 1 {
		t.Fatalf("next %v, %d patches", next, b.status)
	}
	b.after(7 * time.Second)
	if next := b.write(t, b.read(t, "web-01"), m); next != 0 || b.status != 2 {
		t.Fatalf("next %v, %d patches", next, b.status)
	}
	b.after(time.Minute)
	m.Host.Bindings.Declared, m.Shadows, m.ShadowCount = 2, []core.ShadowEntry{{Kind: core.KindBinding, Name: "x", Reason: "Conflicted"}}, 1
	b.write(t, b.read(t, "web-01"), m)
	m.ShadowCount = 2
	if next := b.write(t, b.read(t, "web-01"), m); next != 0 || b.status != 4 {
		t.Errorf("shadows are told at once: next %v, %d patches", next, b.status)
	}
}

func TestCountsWaitWhileSomethingOfTheGroupDoes(t *testing.T) {
	b := newBench(t, testHost())
	b.write(t, b.read(t, "web-01"), statusIs("Synced"))
	b.after(time.Hour)
	m := statusIs("Synced")
	m.Host.Bindings.Declared = 1
	waiting := core.MemberStatus{Ref: core.Ref{Kind: core.KindBinding, Namespace: "lab", Name: "b"}, Hold: true}
	next, err := b.Write(t.Context(), core.Input{}, []core.MemberStatus{m, waiting}, map[core.Ref]client.Object{hostRef(): b.read(t, "web-01")})
	if err != nil || next != LaterWithin || b.status != 1 {
		t.Errorf("next %v, %d patches, %v", next, b.status, err)
	}
}

func TestACacheThatLagsBehindLeadsToNoSecondPatch(t *testing.T) {
	b := newBench(t, testHost())
	stale := b.read(t, "web-01")
	b.write(t, stale.DeepCopy(), statusIs("Synced"))
	b.after(time.Second)
	if next := b.write(t, stale.DeepCopy(), statusIs("Synced")); next != 0 || b.status != 1 {
		t.Errorf("the same: next %v, %d patches", next, b.status)
	}
	if next := b.write(t, stale.DeepCopy(), statusIs("BackendUnavailable")); next != StaleRetry || b.status != 1 {
		t.Errorf("another one waits for the cache: next %v, %d patches", next, b.status)
	}
	if next := b.write(t, b.read(t, "web-01"), statusIs("BackendUnavailable")); next != 0 || b.status != 2 {
		t.Errorf("and is written then: next %v, %d patches", next, b.status)
	}
	if got := len(b.told()); got != 1 {
		t.Errorf("%d events", got)
	}
}

func TestAStatusIsNotToldOfAnObjectThatHasChangedSince(t *testing.T) {
	b := newBench(t, testHost())
	stale := b.read(t, "web-01")
	b.write(t, b.read(t, "web-01"), statusIs("Synced"))
	other := New(b.client, events.NewFakeRecorder(1), b.clock) // whoever judged it before
	m := statusIs("HostNotFound")
	next, err := other.Write(t.Context(), core.Input{Root: m.Ref}, []core.MemberStatus{m}, map[core.Ref]client.Object{m.Ref: stale})
	if err != nil || next != StaleRetry {
		t.Errorf("next %v, %v", next, err)
	}
	if got := b.read(t, "web-01").Status.Conditions[0].Reason; got != "Synced" {
		t.Errorf("it is told %s", got)
	}
}

func TestWhatWasNotSeenStandsAsItWas(t *testing.T) {
	b := newBench(t, testHost())
	m := statusIs("Synced")
	m.Host.URL, m.Host.Source, m.Host.Discovered = "https://x", "Manual", 3
	m.Host.Interfaces = []core.Named{{Name: "eth0", ID: "if"}}
	m.Host.InlineServices = []core.InlineServiceStatus{{
		Name: "edge", ID: "edge-id", Bindings: []core.EffectiveBinding{{Type: core.BindPort, Port: "http", ID: "b", Outcome: core.OutcomeEffective, Origin: hostRef()}},
	}}
	b.write(t, b.read(t, "web-01"), m)
	want := b.read(t, "web-01").Status
	blind := statusIs("Synced")
	blind.Blind = true
	blind.Host.InlineServices = []core.InlineServiceStatus{{
		Name: "edge", Bindings: []core.EffectiveBinding{{Type: core.BindPort, Port: "http", Outcome: core.OutcomeEffective, Origin: hostRef()}},
	}}
	b.after(time.Hour)
	if b.write(t, b.read(t, "web-01"), blind); b.status != 1 {
		t.Errorf("%d patches: %s", b.status, cmp.Diff(want, b.read(t, "web-01").Status))
	}
}

func TestWhatIsOnAHostOfItsOwnStandsAsItWas(t *testing.T) {
	b := newBench(t, testHost())
	m := statusIs("Synced")
	m.ID = "id"
	m.Host.Interfaces, m.Host.Source, m.Host.Bindings.Declared = []core.Named{{Name: "eth0", ID: "i1"}}, "Manual", 3
	b.write(t, b.read(t, "web-01"), m)
	want := b.read(t, "web-01").Status
	elsewhere := statusIs("Synced")
	elsewhere.ID, elsewhere.Elsewhere = "id", true
	b.after(time.Hour)
	if b.write(t, b.read(t, "web-01"), elsewhere); b.status != 1 {
		t.Errorf("%d patches: %s", b.status, cmp.Diff(want, b.read(t, "web-01").Status))
	}
}

func TestAPatchHoldsOnlyWhatDiffers(t *testing.T) {
	b := newBench(t, testHost())
	b.write(t, b.read(t, "web-01"), statusIs("Synced"))
	m := statusIs("Synced")
	m.ID = "other"
	b.bodies = nil
	b.write(t, b.read(t, "web-01"), m)
	if diff := cmp.Diff([]string{`{"metadata":{"resourceVersion":"1000"},"status":{"id":"other"}}<nil>`}, b.bodies); diff != "" {
		t.Error(diff)
	}
}

func TestObjectsThatAreGoneOrOthersAreLeftOut(t *testing.T) {
	b := newBench(t, testHost())
	gone := b.read(t, "web-01")
	if err := b.client.Delete(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	b.write(t, gone, statusIs("Synced"))
	other := statusIs("Synced")
	other.UID = "another"
	b.write(t, gone, other)
	if len(b.told()) != 0 || b.status != 1 {
		t.Error("nobody is there to tell")
	}
}

func TestStatusesAreCutToTheBoundsOfTheAPI(t *testing.T) {
	b := newBench(t, testHost())
	m := statusIs("Synced")
	long := strings.Repeat("ü", 2000)
	m.By = &core.Reference{Kind: core.KindScanopy, Name: long, Item: long, ID: long}
	m.Conditions[0].Message = long
	m.Host.Source, m.Host.URL = long, long
	for range 300 {
		m.Shadows = append(m.Shadows, core.ShadowEntry{Kind: core.KindBinding, Name: "x", Reason: "Conflicted"})
		m.Host.Retained = append(m.Host.Retained, core.RetainedRow{Kind: core.RowPort, ID: "id", Name: long})
	}
	b.write(t, b.read(t, "web-01"), m)
	s := b.read(t, "web-01").Status
	if len(s.By.Name) > 253 || len(s.By.Item) > 128 || len(s.By.ID) > 36 || len(s.Conditions[0].Message) > 1024 ||
		len(s.Source) > 64 || s.URL != "" || len(s.Shadows) != 16 || len(s.Retained) != 256 || len(s.Retained[0].Name) > 100 {
		t.Errorf("%+v", s)
	}
}

// SPDX-License-Identifier: Apache-2.0

package backend

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

// write says in status what was found, and when it has more to say.
func (r *Reconciler) write(
	ctx context.Context, obj gather.BackendObject, b *registry.Backend, err error, held []string,
) (time.Duration, error) {
	if b != nil && err == nil && !b.Facts().Known {
		return 0, nil // still waiting for the tokens of the first probe
	}
	status := v1alpha1.BackendStatus{InstanceID: r.InstanceID}
	status.ObservedGeneration = obj.GetGeneration()
	status.LastHandledReconcileAt = v1alpha1.ReconcileRequestedAt(obj)
	status.InsecureSkipTLSVerify = obj.GetConnection().IsTLSVerifySkipped()
	if b != nil {
		found(&status, obj, b.Facts())
	}
	counts, cerr := r.Connections.Counts(ctx, obj, 0)
	if cerr != nil {
		return 0, cerr
	}
	status.Counts = counts
	status.Conditions = conditions(obj, b, err, held)
	return r.Report.WriteBackend(ctx, obj, status)
}

func found(status *v1alpha1.BackendStatus, obj gather.BackendObject, facts registry.Facts) {
	status.ServerVersion, status.Dialect, status.OrganizationID = facts.Version, facts.Dialect, facts.OrganizationID
	for _, n := range facts.Networks {
		status.Networks = append(status.Networks, v1alpha1.NetworkStatus{Name: n.Name, ID: n.ID})
	}
	slices.SortFunc(status.Networks, func(a, b v1alpha1.NetworkStatus) int { return strings.Compare(a.ID, b.ID) })
	want := obj.GetConnection().Network
	var matches []v1alpha1.NetworkStatus
	for _, n := range status.Networks {
		if want == "" || want == n.ID || want == n.Name {
			matches = append(matches, n)
		}
	}
	if len(matches) == 1 {
		status.Network = &matches[0]
	}
}

func conditions(obj gather.BackendObject, b *registry.Backend, err error, held []string) []metav1.Condition {
	ready, progress := readiness(obj, err, held)
	out := []metav1.Condition{ready}
	if b != nil && b.Limiter().Snapshot().Paused > 0 {
		out = append(out, metav1.Condition{
			Type: v1alpha1.ConditionThrottled, Status: metav1.ConditionTrue, Reason: string(core.ReasonThrottled),
			Message: "the server asked for a pause (429)", ObservedGeneration: obj.GetGeneration(),
		})
	}
	if progress != "" {
		out = append(out, metav1.Condition{
			Type: progress, Status: metav1.ConditionTrue, Reason: ready.Reason, Message: ready.Message,
			ObservedGeneration: obj.GetGeneration(),
		})
	}
	return out
}

// readiness is the Ready condition and the one of kstatus that goes with it, if any.
func readiness(obj gather.BackendObject, err error, held []string) (ready metav1.Condition, progress string) {
	ready = metav1.Condition{
		Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, ObservedGeneration: obj.GetGeneration(),
	}
	switch {
	case err != nil:
		d := fault.Decide(err, 0)
		ready.Reason, ready.Message = d.Reason, d.Message
		if fe, ok := fault.Of(err); ok {
			ready.Reason = fe.Reason
		}
		if d.Stalled || fault.IsClass(err, fault.Terminal, fault.Waiting, fault.Auth) {
			return ready, v1alpha1.ConditionStalled
		}
		return ready, v1alpha1.ConditionReconciling
	case !obj.GetDeletionTimestamp().IsZero():
		ready.Reason, ready.Message = string(core.ReasonInUse), holdersMessage(held)
		return ready, v1alpha1.ConditionReconciling
	}
	ready.Status, ready.Reason = metav1.ConditionTrue, string(core.ReasonAvailable)
	ready.Message = "the server answers and accepts the key"
	return ready, ""
}

func holdersMessage(held []string) string {
	shown := slices.Sorted(slices.Values(held))
	more := ""
	if len(shown) > 16 {
		more = fmt.Sprintf(" and %d more", len(shown)-16)
		shown = shown[:16]
	}
	return "still used by Hosts " + strings.Join(shown, ", ") + more + "; it goes when they are gone"
}

// resync keeps the lists of the networks in use young. It is called once a period, at the earliest a tenth before its end
// (jitter): a list that is nearly as old is due then, else it would wait for another period.
// Whoever asks for it gets it at once.
func (r *Reconciler) resync(obj gather.BackendObject, b *registry.Backend, users []v1alpha1.Host, asked bool) {
	if b == nil || !b.Facts().Known || b.Facts().Err != nil {
		return
	}
	seen := map[string]bool{}
	period := obj.GetConnection().ResyncPeriodOrDefault()
	for i := range users {
		network := networkOf(&users[i], obj, b.Facts())
		if network == "" || seen[network] {
			continue
		}
		seen[network] = true
		key := snapshot.Key{Origin: b.Origin(), Account: b.Account(), Network: network}
		r.Snapshots.Ensure(key, snapshot.Source{Client: b.Client(), Limiter: b.Limiter()}, period*4/5)
		if asked {
			r.Snapshots.Renew(key)
		}
	}
}

// networkOf is the id of a Host's network: the pinned one, or, while nothing of it is written, the one it asks for; "" if
// there is none such.
func networkOf(host *v1alpha1.Host, obj gather.BackendObject, facts registry.Facts) string {
	if pin := host.Status.Backend; pin != nil && pin.NetworkID != "" {
		return pin.NetworkID
	}
	want := host.Spec.Network
	if want == "" {
		want = obj.GetConnection().Network
	}
	found := ""
	for _, n := range facts.Networks {
		if want != "" && want != n.ID && want != n.Name {
			continue
		}
		if found != "" {
			return ""
		}
		found = n.ID
	}
	return found
}

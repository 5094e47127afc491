// SPDX-License-Identifier: Apache-2.0

package backend

import (
	"context"
	"fmt"
	"math"
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
	status := v1alpha1.BackendStatus{InstanceID: r.InstanceID}
	status.ObservedGeneration = obj.GetGeneration()
	status.LastHandledReconcileAt = v1alpha1.ReconcileRequestedAt(obj)
	if b != nil && err == nil {
		if !b.Facts().Known {
			return 0, nil // still waiting for the first probe
		}
		err, status.LastHandledReconcileAt = b.Facts().Err, r.state.answered(gather.KeyOf(obj))
	}
	status.InsecureSkipTLSVerify = obj.GetConnection().IsTLSVerifySkipped()
	if b != nil {
		found(&status, obj, b.Facts())
	}
	counts, cerr := r.counts(ctx, obj, b)
	if cerr != nil {
		return 0, cerr
	}
	counts.LetGo = r.state.letGo(gather.KeyOf(obj), counts.LetGo)
	status.Counts = counts
	status.Conditions = conditions(obj, b, err, held)
	return r.Report.WriteBackend(ctx, obj, status)
}

// counts counts what uses a Backend, and what is left in it of objects that are gone: as it was while nobody can tell.
func (r *Reconciler) counts(ctx context.Context, obj gather.BackendObject, b *registry.Backend) (*v1alpha1.BackendCounts, error) {
	counts, err := r.Connections.Counts(ctx, obj)
	if err != nil || b == nil || len(b.Facts().Networks) == 0 {
		return counts, err
	}
	orphans, err := r.Census.Orphans(ctx, b)
	counts.Orphans = int32(min(orphans, math.MaxInt32)) //nolint:gosec // bounded
	return counts, err
}

func found(status *v1alpha1.BackendStatus, obj gather.BackendObject, facts registry.Facts) {
	status.ServerVersion, status.Dialect, status.OrganizationID = facts.Version, facts.Dialect, facts.OrganizationID
	for _, n := range facts.Networks {
		status.Networks = append(status.Networks, v1alpha1.NetworkStatus{Name: n.Name, ID: n.ID})
	}
	slices.SortFunc(status.Networks, func(a, b v1alpha1.NetworkStatus) int { return strings.Compare(a.ID, b.ID) })
	network := gather.NetworkOf(&v1alpha1.Host{}, obj, facts)
	for _, n := range status.Networks {
		if n.ID == network {
			status.Network = &n
		}
	}
}

func conditions(obj gather.BackendObject, b *registry.Backend, err error, held []string) []metav1.Condition {
	if b != nil && err == nil {
		err = networkFault(obj, b.Facts())
	}
	ready, progress := readiness(obj, b != nil, err, held)
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

// networkFault is that the network which a Backend names for Hosts that name none is not one of those that its key sees.
func networkFault(obj gather.BackendObject, known registry.Facts) error {
	name := obj.GetConnection().Network
	matches := gather.DefaultNetworks(obj, known)
	if name == "" || matches == 1 {
		return nil
	}
	if matches > 1 {
		return &fault.Error{
			Class: fault.Waiting, Reason: string(core.ReasonAmbiguous),
			Message: fmt.Sprintf("the key sees %d networks %q; give the id of one in spec.network", matches, name),
		}
	}
	var seen []string
	for _, n := range known.Networks {
		seen = append(seen, fmt.Sprintf("%q (%s)", n.Name, n.ID))
	}
	return &fault.Error{
		Class: fault.Waiting, Reason: string(core.ReasonNetworkNotFound),
		Message: fmt.Sprintf("the key sees no network %q; it sees %s", name, some(seen, "none")),
	}
}

// readiness is the Ready condition and the one of kstatus that goes with it, if any.
func readiness(obj gather.BackendObject, canReach bool, err error, held []string) (ready metav1.Condition, progress string) {
	ready = metav1.Condition{
		Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, ObservedGeneration: obj.GetGeneration(),
	}
	switch {
	case !obj.GetDeletionTimestamp().IsZero() && canReach:
		ready.Reason, ready.Message = string(core.ReasonInUse), holdersMessage(held)
		if err != nil {
			ready.Message += "; " + fault.Decide(err, 0).Message
		}
		return ready, v1alpha1.ConditionReconciling
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
	}
	ready.Status, ready.Reason = metav1.ConditionTrue, string(core.ReasonAvailable)
	ready.Message = "the server answers and accepts the key"
	if v1alpha1.IsPaused(obj) {
		ready.Reason, ready.Message = string(core.ReasonPaused), "paused by its annotation: nothing is written through it"
	}
	return ready, ""
}

func holdersMessage(held []string) string {
	what := "Hosts "
	if slices.ContainsFunc(held, func(name string) bool { return strings.HasPrefix(name, "Credential ") }) {
		what = ""
	}
	return "still used by " + what + some(held, "") + "; it goes when they are gone"
}

// some lists the first of names, in order, and counts the others.
func some(names []string, none string) string {
	if len(names) == 0 {
		return none
	}
	shown := slices.Sorted(slices.Values(names))
	if len(shown) <= core.MaxShadows {
		return strings.Join(shown, ", ")
	}
	return strings.Join(shown[:core.MaxShadows], ", ") + fmt.Sprintf(" and %d more", len(shown)-core.MaxShadows)
}

// resync keeps the lists of the networks in use young. It is called once a period, at the earliest a tenth before its end
// (jitter): a list that is nearly as old is due then, else it would wait for another period.
// Whoever asks for it gets it at once.
func (r *Reconciler) resync(obj gather.BackendObject, b *registry.Backend, users []v1alpha1.Host) {
	if b == nil || !b.Facts().Known || b.Facts().Err != nil {
		return
	}
	asked := r.state.takeRenewal(gather.KeyOf(obj))
	period := obj.GetConnection().ResyncPeriodOrDefault()
	for _, key := range networks(users, obj, b) {
		r.Snapshots.Ensure(key, snapshot.Source{Client: b.Client(), Limiter: b.Limiter()}, period*4/5)
		if asked {
			r.Snapshots.Renew(key)
		}
	}
}

// networks lists the networks in use: those that Hosts are written to, or, while nothing of them is, ask for.
func networks(users []v1alpha1.Host, obj gather.BackendObject, b *registry.Backend) []snapshot.Key {
	seen := map[string]bool{}
	var out []snapshot.Key
	for i := range users {
		network := gather.NetworkOf(&users[i], obj, b.Facts())
		if network == "" || seen[network] {
			continue
		}
		seen[network] = true
		out = append(out, gather.SnapshotKey(b, network))
	}
	return out
}

// SPDX-License-Identifier: Apache-2.0

package backend

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/wake"
)

const (
	// guardLooks is how long after a deletion the guard looks how many are held.
	guardLooks = 6 * time.Second
	// leaveUsed is how long nothing must have been deleted before a leave that was used is taken back, leaveUnused how
	// long somebody has to begin after he gave it.
	leaveUsed   = 5 * time.Second
	leaveUnused = core.GuardWithin
)

// watched is what the guard remembers of a Backend.
type watched struct {
	held  int       // how many were held when it looked last
	idle  time.Time // since when there is a leave and nothing to delete
	isOld bool      // the leave was used
}

// guard tells the Hosts that wait for a leave when their number changes, and takes the leave back when they are gone.
func (r *Reconciler) guard(ctx context.Context, obj gather.BackendObject, users []v1alpha1.Host) (time.Duration, error) {
	if r.Guard == nil {
		return 0, nil
	}
	facts, err := r.Guard(ctx, obj)
	if err != nil {
		return 0, err
	}
	key, held := gather.KeyOf(obj), 0
	if facts.IsHeld() {
		held = facts.Waiting
	}
	if r.state.isHeldAnew(key, held) {
		r.Held(key, held)
		r.wakeDeleted(users)
	}
	isGiven := obj.GetAnnotations()[v1alpha1.AnnotationAllowMassDeletion] != ""
	isOver, next := r.state.leave(key, isGiven, facts.Waiting > 0, r.Clock.Now())
	if !isOver {
		return next, nil
	}
	err = r.Report.RemoveAnnotation(ctx, obj, v1alpha1.AnnotationAllowMassDeletion)
	if apierrors.IsConflict(err) { // its status was written just now, or its owner was faster
		return staleRetry, nil
	}
	return 0, client.IgnoreNotFound(err)
}

// CountLetGo counts a Host that was let go without being cleaned up. Its Backend tells the number, or is no more by then
// and is forgotten once more.
func (r *Reconciler) CountLetGo(key string) {
	r.state.countLetGo(key)
	if k, ok := ParseKey(key); ok {
		r.Self.Wake(wake.Late, countEvery, k)
	}
}

func (m *memory) countLetGo(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.of(key).gone++
}

// letGo is how many Hosts were let go: those that the status told of when it was first read, and those since.
func (m *memory) letGo(key string, told int32) int32 {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.of(key)
	if !e.read {
		e.read, e.told = true, told
	}
	return e.told + e.gone
}

func (r *Reconciler) wakeDeleted(users []v1alpha1.Host) {
	for i := range users {
		if !users[i].DeletionTimestamp.IsZero() {
			r.Groups.Wake(wake.Late, 0, core.Ref{Kind: core.KindHost, Namespace: users[i].Namespace, Name: users[i].Name})
		}
	}
}

// isHeldAnew says that another number of Hosts is held than when it was asked last.
func (m *memory) isHeldAnew(key string, held int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.of(key)
	changed := e.guard.held != held
	e.guard.held = held
	return changed
}

// leave says whether a leave to delete many has had its time, else when to look again.
func (m *memory) leave(key string, isGiven, isBusy bool, now time.Time) (isOver bool, next time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	g := &m.of(key).guard
	switch {
	case !isGiven:
		g.idle, g.isOld = time.Time{}, false
		return false, 0
	case isBusy:
		g.idle, g.isOld = time.Time{}, true
		return false, 0
	case g.idle.IsZero():
		g.idle = now
	}
	wait := leaveUnused
	if g.isOld {
		wait = leaveUsed
	}
	left := g.idle.Add(wait).Sub(now)
	return left <= 0, max(left, 0)
}

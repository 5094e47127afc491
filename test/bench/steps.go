// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// anyNumber stands for no budget.
const anyNumber = -1

// play empties the logs, plays the step, waits for quiet and judges what the logs hold then.
func (s *stage) play(ctx context.Context, st step) error {
	s.forget()
	budget, err := st.play(ctx, s)
	if err != nil {
		return err
	}
	if err := s.awaitQuiet(ctx); err != nil {
		return err
	}
	counts, log := countWrites(s.traffic.log()), s.scanopy.Log()
	for _, f := range []struct {
		figure        string
		value, budget float64
		unit          string
	}{
		{"requests", float64(len(log.Entries)), budget.requests, "requests"},
		{"writes-to-scanopy", float64(log.Writes()), budget.inventoryWrites, "requests"},
		{"writes-to-kubernetes", counts.status + counts.other + counts.rest, budget.writes, "writes"},
		{"events", counts.events, budget.events, "events"},
	} {
		name := s.scenario + "/" + st.name + "/" + f.figure
		if f.budget == anyNumber {
			s.board.show(name, f.value, f.unit)
		} else {
			s.board.judge(name, f.value, f.budget, f.unit)
		}
	}
	return nil
}

func (s *stage) forget() {
	s.scanopy.ResetLog()
	s.traffic.reset()
}

// restartStep restarts the operator while nothing changes.
func restartStep() step {
	return step{name: "restart", play: func(ctx context.Context, s *stage) (stepBudget, error) {
		budget := stepBudget{requests: resyncRequests(s.n)}
		if err := s.awaitCounts(ctx); err != nil {
			return budget, err
		}
		if err := s.manager.Stop(); err != nil {
			return budget, err
		}
		s.forget()
		if err := s.startManager("manager-restarted"); err != nil {
			return budget, err
		}
		return budget, s.awaitList(ctx)
	}}
}

// editStep moves one Binding to another interface.
func editStep() step {
	return step{name: "edit", play: func(ctx context.Context, s *stage) (stepBudget, error) {
		budget := stepBudget{requests: 2, inventoryWrites: 2, writes: anyNumber, events: anyNumber}
		binding := &v1alpha1.Binding{ObjectMeta: meta(racks(1)[0].bindings[1].GetName())}
		if err := s.client.Get(ctx, client.ObjectKeyFromObject(binding), binding); err != nil {
			return budget, err
		}
		binding.Spec.Interface = "eth1"
		if err := s.client.Update(ctx, binding); err != nil {
			return budget, err
		}
		if err := s.awaitInventory(ctx); err != nil {
			return budget, err
		}
		return budget, s.awaitAll(ctx)
	}}
}

// awaitInventory waits until a write has come.
func (s *stage) awaitInventory(ctx context.Context) error {
	return s.awaitLog(ctx, "an edit reaches Scanopy", time.Minute, func() bool { return s.scanopy.Log().Writes() > 0 })
}

// resyncStep has the server's state read anew by the shortest period.
func resyncStep() step {
	return step{name: "resync", play: func(ctx context.Context, s *stage) (stepBudget, error) {
		budget := stepBudget{requests: resyncRequests(s.n)}
		if err := s.setResyncPeriod(ctx, &metav1.Duration{Duration: 30 * time.Second}); err != nil {
			return budget, err
		}
		// The change may cause a resync of its own; the one to look at comes from the period.
		if err := s.awaitQuiet(ctx); err != nil {
			return budget, err
		}
		if err := s.awaitCounts(ctx); err != nil {
			return budget, err
		}
		s.forget()
		return budget, s.awaitList(ctx)
	}}
}

// setResyncPeriod changes the Backend's; nil: the default.
func (s *stage) setResyncPeriod(ctx context.Context, period *metav1.Duration) error {
	backend := &v1alpha1.Backend{ObjectMeta: meta(backendName)}
	if err := s.client.Get(ctx, client.ObjectKeyFromObject(backend), backend); err != nil {
		return err
	}
	backend.Spec.ResyncPeriod = period
	return s.client.Update(ctx, backend)
}

// awaitList waits until a list of Hosts was answered.
func (s *stage) awaitList(ctx context.Context) error {
	return s.awaitLog(ctx, "the hosts of Scanopy are listed", 2*time.Minute, func() bool {
		return s.scanopy.Log().Counts["GET /api/v1/hosts"] > 0
	})
}

func (s *stage) awaitLog(ctx context.Context, what string, timeout time.Duration, happened func() bool) error {
	err := wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, timeout, true, func(context.Context) (bool, error) {
		return happened(), s.manager.Err()
	})
	if err != nil {
		return fmt.Errorf("waiting until %s: %w", what, err)
	}
	return nil
}

// deleteStep deletes the namespace with all that is in it.
func deleteStep() step {
	return step{name: "delete-namespace", play: func(ctx context.Context, s *stage) (stepBudget, error) {
		budget := stepBudget{requests: 10, inventoryWrites: 10, writes: anyNumber, events: anyNumber}
		if err := s.judgeMemory("manager-later"); err != nil {
			return budget, err
		}
		if err := s.setResyncPeriod(ctx, nil); err != nil { // the short one of another step would list in between
			return budget, err
		}
		if err := s.awaitQuiet(ctx); err != nil {
			return budget, err
		}
		s.forget()
		gone := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}
		if err := s.client.Delete(ctx, gone); err != nil {
			return budget, err
		}
		begun := time.Now()
		timeout := 2*time.Minute + time.Duration(s.n)*200*time.Millisecond
		err := wait.PollUntilContextTimeout(ctx, 200*time.Millisecond, timeout, true, func(ctx context.Context) (bool, error) {
			err := s.client.Get(ctx, client.ObjectKeyFromObject(gone), gone)
			return apierrors.IsNotFound(err), client.IgnoreNotFound(err)
		})
		if err != nil {
			return budget, fmt.Errorf("waiting until the namespace is gone: %w; its conditions: %+v", err, gone.Status.Conditions)
		}
		s.show("delete-namespace/time", time.Since(begun).Seconds(), "s")
		if left := len(s.scanopy.State().Hosts); left > 0 {
			return budget, fmt.Errorf("%d hosts are left in Scanopy", left)
		}
		return budget, nil
	}}
}

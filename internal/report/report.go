// SPDX-License-Identifier: Apache-2.0

// Package report is the only writer of Kubernetes. In go the status of every member of a group as core decided it, and
// the objects as they were read; out go one patch for each object that differs, its marks in the metadata, and events.
// What is only interim is held back for a while, so that an object on its way to Ready is written about twice. It
// imports core and the API.
package report

import (
	"context"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// How long something may be held back.
const (
	// FirstWithin: a generation of an object is told of at most so long after it was first seen.
	FirstWithin = 10 * time.Second
	// LaterWithin: what is interim and follows something that was told before. Normally the next flip comes earlier.
	LaterWithin = 5 * time.Minute
	// CountsWithin: what only counts or lists others, after the last patch of the object.
	CountsWithin = 10 * time.Second
	// BackendCountsEvery: the counts of a Backend.
	BackendCountsEvery = 30 * time.Second
	// StaleRetry: when the cache does not show yet what was written last.
	StaleRetry = 200 * time.Millisecond
)

// Writer writes. It is safe for concurrent use; no two calls may be about the same group, or the same Backend, at once.
type Writer struct {
	client   client.Client
	recorder events.EventRecorder
	clock    clock.PassiveClock
	memory   *memory
}

// New makes a Writer. Of the client only the writing part is used.
func New(c client.Client, recorder events.EventRecorder, clk clock.PassiveClock) *Writer {
	return &Writer{client: c, recorder: recorder, clock: clk, memory: newMemory()}
}

// Write makes Kubernetes show what became of each member of the group that in is about. objects are they as they were
// read; members that are not among them are left out. next is when to come back for what was held, zero for never.
func (w *Writer) Write(
	ctx context.Context, in core.Input, members []core.MemberStatus, objects map[core.Ref]client.Object,
) (next time.Duration, err error) {
	w.memory.sweep(w.clock.Now())
	waiting := false
	for i := range members {
		waiting = waiting || members[i].Hold
	}
	var errs []error
	for i := range members {
		m := &members[i]
		obj, ok := objects[m.Ref].(statused)
		if !ok || string(obj.GetUID()) != m.UID {
			continue
		}
		wait, err := w.writeMember(ctx, m, obj, waiting)
		if err != nil {
			errs = append(errs, fmt.Errorf("reporting on %s %s/%s: %w", m.Ref.Kind, m.Ref.Namespace, m.Ref.Name, err))
		}
		next = sooner(next, wait)
	}
	if len(errs) > 0 {
		return next, fmt.Errorf("group of %s %s/%s: %w", in.Root.Kind, in.Root.Namespace, in.Root.Name, errors.Join(errs...))
	}
	return next, nil
}

// sooner is the smaller of two waits, of which zero is none.
func sooner(a, b time.Duration) time.Duration {
	if a == 0 || (b != 0 && b < a) {
		return b
	}
	return a
}

// writeMember writes the marks, the status and the events of one object, in this order.
func (w *Writer) writeMember(ctx context.Context, m *core.MemberStatus, obj statused, waiting bool) (time.Duration, error) {
	known := w.memory.of(obj.GetUID(), w.clock.Now())
	if known.isAhead(obj) && m.Marks != (core.Marks{}) {
		return StaleRetry, nil
	}
	switch err := w.writeMarks(ctx, m.Marks, obj); {
	case apierrors.IsConflict(err): // somebody was faster: the object is judged again as it is now
		return StaleRetry, nil
	case err != nil:
		return 0, client.IgnoreNotFound(err)
	}
	if m.Marks.RemoveFinalizer {
		w.tell(obj, m.Events, true)
		w.memory.forget(obj.GetUID())
		return 0, nil
	}
	wait, flipped, err := w.writeStatus(ctx, m, obj, waiting)
	if err == nil {
		w.tell(obj, m.Events, flipped)
	}
	return wait, client.IgnoreNotFound(err)
}

// Tell emits an event about an object whatever its status says.
func (w *Writer) Tell(obj client.Object, e core.Event) {
	e.Now = true
	w.tell(obj, []core.Event{e}, false)
}

// tell emits the events of acts, and if a condition flipped those too.
func (w *Writer) tell(obj client.Object, all []core.Event, flipped bool) {
	for _, e := range all {
		if !e.Now && !flipped {
			continue
		}
		kind := "Normal"
		if e.Warning {
			kind = "Warning"
		}
		w.recorder.Eventf(obj, nil, kind, e.Reason, e.Action, "%s", e.Note)
	}
}

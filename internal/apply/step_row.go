// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"context"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

// row runs a step that is about a single row.
func (x *run) row(ctx context.Context, i int, step *core.Step) outcome {
	if out := x.look(ctx, i, step); out.stop {
		return out
	}
	change, err := x.createRow(ctx, step)
	isCreation := change != nil || err != nil
	if !isCreation {
		change, err = x.removeRow(ctx, step)
		if scanopy.IsNotFound(err) {
			err = nil // it is gone, by whomever
		}
	}
	switch {
	case change == nil && err == nil:
		return refused(fault.Terminal, core.ReasonInternalError, "the step "+string(step.Kind)+" is not known")
	case err == nil:
		x.store.Change(x.work.Network, step.HostID, change)
		x.result.After = nil // what an earlier answer showed is no longer all
		return done()
	}
	if x.doubt(ctx, step.HostID, err) {
		return x.replan()
	}
	return x.failed(i, err)
}

// look reads a host before a row goes on which others may hang something: what is new on it would go unseen.
func (x *run) look(ctx context.Context, i int, step *core.Step) outcome {
	drop, is := step.Drop()
	base := x.base(step)
	if !is || base == nil {
		return done()
	}
	_, fresh, out := x.get(ctx, i, step.HostID)
	if !out.stop && !holds(step, base, fresh, drop) {
		x.store.Put(x.work.Network, fresh)
		return x.replan()
	}
	return out
}

// createRow makes the row of a step; without a change and an error the step makes none.
func (x *run) createRow(ctx context.Context, step *core.Step) (snapshot.Change, error) {
	network := x.work.Network.Network
	switch {
	case step.Kind == core.StepCreateInterface && step.Interface != nil:
		row := interfaceOf(*step.Interface)
		row.HostID, row.NetworkID = step.HostID, network
		got, err := x.work.Client.CreateInterface(ctx, row)
		return snapshot.PutInterface(snapshot.ObserveInterface(got)), err
	case step.Kind == core.StepCreatePort && step.Port != nil:
		row := portOf(*step.Port)
		row.HostID, row.NetworkID = step.HostID, network
		got, err := x.work.Client.CreatePort(ctx, row)
		return snapshot.PutPort(snapshot.ObservePort(got)), err
	case step.Kind == core.StepCreateBinding && step.Binding != nil:
		row := bindingOf(*step.Binding)
		row.ServiceID, row.NetworkID = step.ServiceID, network
		got, err := x.work.Client.CreateBinding(ctx, row)
		return snapshot.PutBinding(step.ServiceID, snapshot.ObserveBinding(got)), err
	}
	return nil, nil
}

// removeRow removes the row or tag of a step. Its change holds too when the row was not there.
func (x *run) removeRow(ctx context.Context, step *core.Step) (snapshot.Change, error) {
	id := step.Row.ID
	switch step.Kind {
	case core.StepDeleteInterface:
		return snapshot.DropInterface(id), x.work.Client.DeleteInterface(ctx, id)
	case core.StepDeletePort:
		return snapshot.DropPort(id), x.work.Client.DeletePort(ctx, id)
	case core.StepDeleteService:
		return snapshot.DropService(id), x.work.Client.DeleteService(ctx, id)
	case core.StepDeleteBinding:
		return snapshot.DropBinding(id), x.work.Client.DeleteBinding(ctx, id)
	case core.StepRemoveTag:
		_, err := x.work.Client.RemoveTag(ctx, scanopy.EntityType(step.Entity), []string{id}, step.Tag)
		return snapshot.DropTag(id, step.Tag), err
	}
	return nil, nil
}

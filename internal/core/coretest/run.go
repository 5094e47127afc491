// SPDX-License-Identifier: Apache-2.0

package coretest

import (
	"errors"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// Ran is what came of a plan.
type Ran struct {
	// Err is the answer that ended the run early.
	Err error
	// Replan says that a GET showed what the plan does not rest on.
	Replan bool
	// Missing is what answers lacked of what was sent.
	Missing []string
	// HostID is the host that was made.
	HostID string
	// Done is how many steps were done.
	Done int
}

// Run sends a plan as apply does, at most so many steps of it; it stops at the first refusal.
func (s *Server) Run(p core.Plan, steps int) Ran {
	var out Ran
	for i := range p.Steps {
		if i == steps {
			return out
		}
		if out.Err = s.step(&p.Steps[i], &out); out.Err != nil || out.Replan {
			return out
		}
		out.Done++
	}
	return out
}

func (s *Server) step(st *core.Step, out *Ran) error {
	if drop, is := st.Drop(); is && st.Base != nil {
		fresh, err := s.GetHost(st.HostID)
		if out.Replan = err == nil && !core.Rests(*st.Base, fresh, drop); err != nil || out.Replan {
			return err
		}
	}
	switch st.Kind {
	case core.StepCreateHost:
		got, err := s.CreateHost(*st.Create)
		if err == nil {
			out.HostID = got.ID
			out.Missing = append(out.Missing, core.Compare(*st.Create, got)...)
		}
		return err
	case core.StepUpdateHost:
		return s.merge(st, out)
	case core.StepConsolidate:
		_, err := s.Consolidate(st.HostID, st.Other)
		return err
	case core.StepDeleteHost:
		return s.DeleteHost(st.HostID)
	case core.StepDeleteService:
		return ignoreGone(s.DeleteService(st.Row.ID))
	case core.StepDeleteBinding:
		return ignoreGone(s.DeleteBinding(st.Row.ID))
	case core.StepCreateBinding:
		return s.CreateBinding(st.ServiceID, *st.Binding)
	case core.StepRemoveTag:
		return s.RemoveTag(st.Entity, st.Row.ID, st.Tag)
	case core.StepCreateInterface, core.StepDeleteInterface, core.StepCreatePort, core.StepDeletePort:
		return s.rowStep(st)
	}
	return errors.New("no such step: " + string(st.Kind))
}

func (s *Server) rowStep(st *core.Step) error {
	s.Requests++
	h, err := s.host(st.HostID)
	if err != nil {
		return err
	}
	switch st.Kind {
	case core.StepCreateInterface:
		return s.insertInterface(h, *st.Interface)
	case core.StepDeleteInterface:
		return s.removeInterface(h, st.Row.ID)
	case core.StepCreatePort:
		return s.insertPort(h, *st.Port)
	}
	return s.removePort(h, st.Row.ID)
}

func (s *Server) merge(st *core.Step, out *Ran) error {
	fresh, err := s.GetHost(st.HostID)
	if err != nil {
		return err
	}
	if out.Replan = !core.Rests(*st.Base, fresh, *st.Edit); out.Replan {
		return nil
	}
	w := core.MergeEdit(fresh, *st.Edit)
	got, err := s.UpdateHost(st.HostID, w)
	if err == nil {
		out.Missing = append(out.Missing, core.Compare(w, got)...)
	}
	return err
}

func ignoreGone(err error) error {
	var r *Refusal
	if errors.As(err, &r) && r.Status == 404 {
		return nil
	}
	return err
}

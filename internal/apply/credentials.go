// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"context"
	"slices"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

// CredentialWork is a plan for credentials and where it goes.
type CredentialWork struct {
	Plan   core.CredentialPlan
	Client *scanopy.Client
	Lease  *registry.Lease
	Store  *snapshot.Credentials
	Key    snapshot.Key
	// Told is called with each step that failed and whether it may have worked in part.
	Told func(step core.CredentialStep, err *core.StepError, kind Failure)
}

// Failure is a kind of failure of a step for credentials, by what has to follow.
type Failure int

// The kinds of failures.
const (
	// Refusal: the server read the request and said no for what it holds.
	Refusal Failure = iota
	// Denial: the key may write no credentials at all.
	Denial
	// Break: it may have worked in part or may work later; the list tells what came of it.
	Break
	// Outage: nothing works, this or any other.
	Outage
)

// RunCredentials runs a plan step by step, as far as tokens are there. The first failure that says something of more than
// its own step ends the run. When the context ends, the step that has begun is done to its end, and no other begins.
func RunCredentials(ctx context.Context, w CredentialWork) core.CredentialResult {
	var out core.CredentialResult
	for _, s := range w.Plan.Steps {
		if ctx.Err() != nil {
			return out
		}
		for range s.Requests() {
			if !w.Lease.Take() {
				out.Waiting = core.ReasonThrottled
				return out
			}
		}
		err := w.send(context.WithoutCancel(ctx), s)
		if err == nil {
			out.Steps = append(out.Steps, core.CredentialStepResult{Done: true})
			continue
		}
		if scanopy.HasReason(err, scanopy.RateLimited) {
			out.Waiting = core.ReasonThrottled
			return out
		}
		failed, kind := Fault(err), failureOf(err)
		out.Steps = append(out.Steps, core.CredentialStepResult{Err: failed})
		if kind == Break || kind == Refusal {
			w.Store.Doubt(w.Key)
		}
		w.Told(s, failed, kind)
		if kind != Refusal {
			return out
		}
	}
	return out
}

func failureOf(err error) Failure {
	switch {
	case scanopy.HasReason(err, scanopy.PermissionDenied):
		return Denial
	case isRefusal(err), scanopy.HasReason(err, scanopy.Forbidden, scanopy.Unsupported, scanopy.LimitReached):
		return Refusal
	case !mayHaveWritten(err):
		return Outage
	}
	return Break
}

func (w *CredentialWork) send(ctx context.Context, s core.CredentialStep) error {
	switch s.Kind {
	case core.StepConfirmCredential:
		return w.confirm(ctx, s.IDs[0])
	case core.StepDeleteCredentials:
		_, err := w.Client.BulkDeleteCredentials(ctx, s.IDs)
		if err == nil {
			w.Store.Gone(w.Key, s.IDs...)
		}
		return err
	case core.StepCreateCredentials:
		var all []scanopy.Credential
		for i := range s.Writes {
			all = append(all, wireCredential(&s.Writes[i]))
		}
		made, err := w.Client.CreateCredentials(ctx, all)
		if err == nil {
			w.Store.Put(w.Key, made...)
		}
		return err
	case core.StepUpdateCredential:
		return w.update(ctx, s)
	case core.StepClearTag:
		return w.clearTag(ctx, s)
	case core.StepMakeTag:
		tag, err := w.Client.CreateTag(ctx, scanopy.TagCreate{OrganizationID: s.Organization, Name: s.Tag})
		if err == nil {
			w.Store.PutTag(w.Key, snapshot.ObserveTag(tag))
		}
		return err
	}
	return nil
}

// confirm asks for one credential; that it is not there is an answer too.
func (w *CredentialWork) confirm(ctx context.Context, id string) error {
	row, err := w.Client.GetCredential(ctx, id)
	switch {
	case scanopy.IsNotFound(err):
		w.Store.Gone(w.Key, id)
		return nil
	case err == nil:
		w.Store.Put(w.Key, row)
	}
	return err
}

// update replaces a credential by itself with what is wanted.
func (w *CredentialWork) update(ctx context.Context, s core.CredentialStep) error {
	base := s.Base
	if s.Fresh {
		row, err := w.Client.GetCredential(ctx, s.IDs[0])
		if scanopy.IsNotFound(err) {
			w.Store.Gone(w.Key, s.IDs[0])
		}
		if err != nil {
			return err
		}
		now := snapshot.ObserveCredential(row)
		base = &now
		if !s.Values && len(s.Wish.Differs(base)) == 0 { // the list was old: it is as wanted by now
			w.Store.Put(w.Key, row)
			return nil
		}
	}
	want := s.Wish.On(base)
	row, err := w.Client.UpdateCredential(ctx, s.IDs[0], wireCredential(&want))
	if err == nil {
		w.Store.Put(w.Key, row)
	}
	return err
}

// clearTag takes the last tags off a credential: a list without any changes nothing.
func (w *CredentialWork) clearTag(ctx context.Context, s core.CredentialStep) error {
	if _, err := w.Client.RemoveTag(ctx, scanopy.EntityCredential, s.IDs, s.Tag); err != nil {
		return err
	}
	w.Store.DropTag(w.Key, s.IDs[0], s.Tag)
	return nil
}

// wireCredential turns a credential into the client's. An inline secret that has no value here is what is stored.
func wireCredential(c *core.ObservedCredential) scanopy.Credential {
	out := scanopy.Credential{
		ID: c.ID, OrganizationID: c.OrganizationID, Name: c.Name, Description: c.Description, DaemonOS: c.DaemonOS,
		Type: snapshot.ServerCredentialType(c.Type), Tags: c.Tags, NetworkIDs: c.NetworkIDs,
	}
	if c.Shown != "" {
		out.Shown = []byte(c.Shown)
	}
	specs := out.Type.Fields()
	for i := range c.Fields {
		f := &c.Fields[i]
		field := scanopy.CredentialField{
			Name: f.Name, Mode: scanopy.FieldMode(f.Mode), Text: f.Text, Number: f.Number, Flag: f.Flag,
		}
		at := slices.IndexFunc(specs, func(s scanopy.FieldSpec) bool { return s.Name == f.Name })
		switch {
		case f.Ref == (core.SecretKey{}) || at < 0:
		case specs[at].Kind != scanopy.FieldSecret:
			field.Text = f.Value.Reveal()
		case f.Value.IsEmpty():
			field.Secret = scanopy.StoredSecret()
		default:
			field.Secret = scanopy.NewSecret(f.Value.Reveal())
		}
		out.Fields = append(out.Fields, field)
	}
	for _, h := range c.Hosts {
		out.Hosts = append(out.Hosts, scanopy.CredentialHost{HostID: h.HostID, InterfaceIDs: h.InterfaceIDs})
	}
	return out
}

// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"context"
	"strconv"

	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

// ProbeRequests is what the next Probe costs, as long as the key sees at most 1,000 networks.
func (b *Backend) ProbeRequests() int {
	if b.denied.Load() {
		return 3
	}
	return 2
}

// Denied notes that a write was refused to the key. Probes find out whether all are, until one finds that they are not.
func (b *Backend) Denied() { b.denied.Store(true) }

// Facts are what a Probe found. A zero Err means that the backend can be used.
type Facts struct {
	// Known is false before the first Probe.
	Known          bool
	Version        string
	Dialect        string
	Capabilities   scanopy.Capabilities
	OrganizationID string
	Networks       []scanopy.Network
	// Err is the fault of the last Probe; the rest is then what the last good one found.
	Err error
}

// Facts are those of the last Probe.
func (b *Backend) Facts() Facts { return *b.facts.Load() }

// Probe asks for the version and the networks, and after Denied whether the key may write, and keeps what it found.
// Errors are *fault.Error.
func (b *Backend) Probe(ctx context.Context) Facts {
	facts := b.Facts()
	facts.Known, facts.Err = true, nil
	version, err := b.Connect(ctx)
	if version.Server != "" {
		facts.Version, facts.Capabilities = version.Server, scanopy.CapabilitiesOf(version.Server)
	}
	if err == nil {
		facts.Dialect = string(b.Client().Dialect())
		facts.Networks, err = b.networks(ctx)
	}
	if err == nil && b.denied.Load() {
		err = b.mayWrite(ctx)
	}
	if err != nil {
		facts.Err = err
	} else if len(facts.Networks) > 0 {
		facts.OrganizationID = facts.Networks[0].OrganizationID
	}
	b.facts.Store(&facts)
	return facts
}

// mayWrite is nil if the key may write something. Then it was that one write which it may not do.
func (b *Backend) mayWrite(ctx context.Context) error {
	err := Fault(b.Client().MayWrite(ctx))
	if err == nil {
		b.denied.Store(false)
		return nil
	}
	e, ok := fault.Of(err)
	switch {
	case ok && e.Reason == fault.ReasonPermissionDenied:
		return &fault.Error{
			Class: fault.Auth, Reason: e.Reason, Connection: true, Err: err,
			Message: "the key may read and not write; give it the level Member in Scanopy, or put another key into the Secret",
		}
	case ok && !e.Connection: // whatever it was, it was not the key
		return nil
	}
	return err
}

// maxNetworks is how many networks are read of a server that goes on for ever.
const maxNetworks = 10_000

func (b *Backend) networks(ctx context.Context) ([]scanopy.Network, error) {
	var out []scanopy.Network
	for {
		page, err := b.Client().ListNetworks(ctx, scanopy.MaxPage, len(out))
		if err != nil {
			return nil, Fault(err)
		}
		out = append(out, page.Networks...)
		switch {
		case page.Size == 0 || len(out) >= page.Total:
			return out, nil
		case len(out) >= maxNetworks:
			return nil, Fault(&scanopy.Error{
				Reason: scanopy.BadAnswer, Op: "listing networks", Sent: true,
				Message: "the server shows more than " + strconv.Itoa(maxNetworks) + " networks",
			})
		}
	}
}

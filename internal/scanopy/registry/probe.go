// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"context"

	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

// ProbeRequests is what a Probe costs, as long as the key sees at most 1,000 networks.
const ProbeRequests = 2

// Facts are what a Probe found. A zero Err means that the backend can be used.
type Facts struct {
	// Known is false before the first Probe.
	Known          bool
	Version        string
	Dialect        string
	OrganizationID string
	Networks       []scanopy.Network
	// Err is the fault of the last Probe; the rest is then what the last good one found.
	Err error
}

// Facts are those of the last Probe.
func (b *Backend) Facts() Facts { return *b.facts.Load() }

// Probe asks for the version and the networks, two requests, and keeps what it found. Errors are *fault.Error.
func (b *Backend) Probe(ctx context.Context) Facts {
	facts := b.Facts()
	facts.Known, facts.Err = true, nil
	version, err := b.Connect(ctx)
	if version.Server != "" {
		facts.Version = version.Server
	}
	if err == nil {
		facts.Dialect = string(b.Client().Dialect())
		facts.Networks, err = b.networks(ctx)
	}
	if err != nil {
		facts.Err = err
	} else if len(facts.Networks) > 0 {
		facts.OrganizationID = facts.Networks[0].OrganizationID
	}
	b.facts.Store(&facts)
	return facts
}

// SetFault notes a fault of the whole connection that another request met, so that everybody knows it.
func (b *Backend) SetFault(err error) {
	facts := b.Facts()
	facts.Err = err
	b.facts.Store(&facts)
}

func (b *Backend) networks(ctx context.Context) ([]scanopy.Network, error) {
	var out []scanopy.Network
	for {
		page, err := b.Client().ListNetworks(ctx, scanopy.MaxPage, len(out))
		if err != nil {
			return nil, Fault(err)
		}
		out = append(out, page.Networks...)
		if page.Size == 0 || len(out) >= page.Total {
			return out, nil
		}
	}
}

// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"
	"strings"

	"github.com/google/uuid"
)

// place gives interfaces, by the name they have in messages, and services their positions; the maps are the positions of
// the rows that there are.
func (p *hostParts) place(name string, interfaces, services map[uuid.UUID]int32) error {
	if err := p.placeInterfaces(name, interfaces); err != nil {
		return err
	}
	return p.placeServices(services)
}

func (p *hostParts) placeInterfaces(name string, existing map[uuid.UUID]int32) error {
	ids := make([]uuid.UUID, len(p.interfaces))
	for i := range p.interfaces {
		ids[i] = p.interfaces[i].ID
	}
	at, err := positions(name, ids, p.interfacePlaces, existing)
	for i := range at {
		p.interfaces[i].Position = at[i]
	}
	return err
}

func (p *hostParts) placeServices(existing map[uuid.UUID]int32) error {
	ids := make([]uuid.UUID, len(p.services))
	for i := range p.services {
		ids[i] = p.services[i].ID
	}
	at, err := positions("service", ids, p.servicePlaces, existing)
	for i := range at {
		p.services[i].Position = at[i]
	}
	return err
}

// positions are those asked for, if all rows ask and the numbers have no gaps. If none asks, rows that there are keep
// theirs and new ones follow the number of rows.
func positions(name string, ids []uuid.UUID, asked []*int32, existing map[uuid.UUID]int32) ([]int32, error) {
	out := make([]int32, 0, len(ids))
	for _, a := range asked {
		if a != nil {
			out = append(out, *a)
		}
	}
	if n := len(out); n > 0 {
		if n < len(ids) {
			return nil, errInvalid("%s positions must be all specified or all omitted. Found %d with positions and %d without.",
				capitalized(name), n, len(ids)-n)
		}
		return out, checkSequence(name, out)
	}
	next := int32(len(existing))
	for _, id := range ids {
		at, ok := existing[id]
		if !ok {
			at = next
			next++
		}
		out = append(out, at)
	}
	return out, nil
}

func checkSequence(name string, at []int32) error {
	sorted := slices.Sorted(slices.Values(at))
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			return errInvalid("Duplicate %s position: %d. Each %s must have a unique position.", name, sorted[i], name)
		}
	}
	for i, got := range sorted {
		if got != int32(i) {
			return errInvalid("%s positions must be sequential starting from 0. Expected position %d but found %d. "+
				"Positions should be: 0, 1, 2, ..., %d", capitalized(name), i, got, len(at)-1)
		}
	}
	return nil
}

func capitalized(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

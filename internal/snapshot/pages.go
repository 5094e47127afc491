// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"maps"
	"strconv"

	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

// maxAgain is how often a list that does not add up is read again.
const maxAgain = 3

// maxRows is how many rows of a list are read, many times those of a large inventory: a server that goes on for ever would
// fill our memory.
const maxRows = 200_000

// found says how far a list is.
type found int

const (
	more    found = iota // there is a next page
	again                // it did not add up and begins again
	whole                // all rows that the server counts are here
	united               // so they are, over several passes; what lacks may still exist
	lacking              // the server counts more rows than it ever showed
	endless              // it shows more than anybody reads
)

// pages puts a list together.
type pages[T any] struct {
	pass, offset, total, foreign int
	// asked counts the pages of this pass.
	asked         int
	changed       bool
	rows, earlier map[string]T
}

// add takes the next page.
func (p *pages[T]) add(page scanopy.Page, rows []T, id func(T) string) found {
	if p.rows == nil {
		p.rows, p.earlier = map[string]T{}, map[string]T{}
	}
	p.changed = p.changed || (p.offset > 0 && page.Total != p.total)
	p.total = page.Total
	for _, row := range rows {
		p.rows[id(row)] = row
	}
	p.asked++
	p.foreign += page.Foreign
	p.offset += page.Size
	switch {
	case p.offset > maxRows:
		return endless
	case p.changed && p.pass < maxAgain:
		return p.restart()
	case page.Size > 0 && p.offset < p.total:
		return more
	case !p.changed && p.adds():
		return whole
	case p.pass < maxAgain:
		return p.restart()
	}
	maps.Copy(p.earlier, p.rows)
	p.rows = p.earlier
	if p.adds() {
		return united
	}
	return lacking
}

func (p *pages[T]) adds() bool { return len(p.rows)+p.foreign >= p.total }

// fault is what is wrong with a list of what is named; nil if nothing is.
func (f found) fault(what string) error {
	message := ""
	switch f {
	case lacking:
		message = "the server counts more rows than it shows"
	case endless:
		message = "the server shows more than " + strconv.Itoa(maxRows) + " rows"
	default:
		return nil
	}
	return &scanopy.Error{Reason: scanopy.BadAnswer, Op: "listing " + what, Message: message, Sent: true}
}

func (p *pages[T]) restart() found {
	maps.Copy(p.earlier, p.rows)
	*p = pages[T]{pass: p.pass + 1, earlier: p.earlier, rows: map[string]T{}}
	return again
}

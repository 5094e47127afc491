// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"maps"

	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

// maxAgain is how often a list that does not add up is read again.
const maxAgain = 3

// found says how far a list is.
type found int

const (
	more    found = iota // there is a next page
	again                // it did not add up and begins again
	whole                // all rows that the server counts are here
	united               // so they are, over several passes; what lacks may still exist
	lacking              // the server counts more rows than it ever showed
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

func (p *pages[T]) restart() found {
	maps.Copy(p.earlier, p.rows)
	*p = pages[T]{pass: p.pass + 1, earlier: p.earlier, rows: map[string]T{}}
	return again
}

// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"
)

// history is what happened, line by line.
type history struct {
	clock *simClock
	begun time.Time
	lines []string
}

// add adds a line and gives it back.
func (h *history) add(format string, args ...any) string {
	if h.begun.IsZero() {
		h.begun = h.clock.now
	}
	text := fmt.Sprintf(format, args...)
	h.lines = append(h.lines, fmt.Sprintf("%9.3fs %s", h.clock.now.Sub(h.begun).Seconds(), text))
	return text
}

// String is the whole of it.
func (h *history) String() string { return strings.Join(h.lines, "\n") }

// sum stands for a history: equal runs have equal ones.
func (h *history) sum() string {
	f := fnv.New64a()
	for _, line := range h.lines {
		_, _ = f.Write([]byte(line + "\n")) // never fails
	}
	return fmt.Sprintf("%016x", f.Sum64())
}

// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"strings"
)

// teller prints what happens.
type teller struct{ out io.Writer }

// words prints a sentence or two.
func (t *teller) words(format string, args ...any) {
	_, _ = fmt.Fprintf(t.out, format+"\n", args...)
}

// title begins a step.
func (t *teller) title(number int, title string) {
	line := fmt.Sprintf("%d. %s", number, title)
	t.words("\n%s\n%s", line, strings.Repeat("=", len([]rune(line))))
}

// command prints a command as one would type it.
func (t *teller) command(args ...string) {
	t.words("\n  $ %s", strings.Join(args, " "))
}

// output prints what a command printed.
func (t *teller) output(text string) {
	for line := range strings.Lines(strings.TrimRight(text, "\n")) {
		t.words("  %s", strings.TrimRight(line, "\n"))
	}
}

// checked prints something that was found to be as it should.
func (t *teller) checked(format string, args ...any) {
	t.words("  ok: "+format, args...)
}

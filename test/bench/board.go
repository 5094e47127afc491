// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// bindsFrom is the number of Hosts from which budgets for many Hosts bind.
const bindsFrom = 1000

// board prints figures and remembers which were over their budgets.
type board struct {
	n   int
	out io.Writer
	// generous is how many times its budget a figure may be, for a look on a busy machine; 0: once.
	generous float64
	broken   []string
}

// show prints a figure that has no budget.
func (b *board) show(name string, value float64, unit string) {
	// A line that could not be printed is missed where it is read.
	_, _ = fmt.Fprintf(b.out, "%s %s %s\n", name, number(value), unit)
}

// judge prints a figure and notes if it is over its budget.
func (b *board) judge(name string, value, budget float64, unit string) {
	b.show(name, value, unit)
	if value > budget*max(b.generous, 1) {
		b.broken = append(b.broken, fmt.Sprintf("%s is %s %s, at most %s", name, number(value), unit, number(budget)))
	}
}

// judgeMany is judge for a budget that binds from bindsFrom Hosts on.
func (b *board) judgeMany(name string, value, budget float64, unit string) {
	if b.n < bindsFrom {
		b.show(name, value, unit)
		return
	}
	b.judge(name, value, budget, unit)
}

// verdict is an error that lists the broken budgets.
func (b *board) verdict() error {
	if len(b.broken) == 0 {
		return nil
	}
	return fmt.Errorf("budgets are broken:\n  %s", strings.Join(b.broken, "\n  "))
}

// number writes at most three decimals.
func number(value float64) string {
	text := strconv.FormatFloat(value, 'f', 3, 64)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

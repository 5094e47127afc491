// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/go-logr/logr"
)

// cage catches all that anybody says. It is a logger at the highest level that there is.
type cage struct {
	mu    sync.Mutex
	lines map[string]int
	from  []string
}

func newCage() *cage { return &cage{lines: map[string]int{}} }

// hear keeps what was said and where, once.
func (c *cage) hear(where, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.lines[text]; !ok {
		c.lines[text] = len(c.from)
		c.from = append(c.from, where)
	}
}

// said are all texts by where they were said.
func (c *cage) said() map[string]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := map[string]string{}
	for text, i := range c.lines {
		out[text] = c.from[i]
	}
	return out
}

// anyhow is a value in all the ways in which somebody may print it.
func anyhow(value any) string {
	text := fmt.Sprintf("%v %+v %#v %s %q", value, value, value, value, value)
	if encoded, err := json.Marshal(value); err == nil {
		text += " " + string(encoded)
	}
	if marshaler, ok := value.(logr.Marshaler); ok {
		text += fmt.Sprintf(" %+v", marshaler.MarshalLog())
	}
	return text
}

// ear is the cage as a sink of logs.
type ear struct {
	cage   *cage
	values string
}

// Init implements logr.LogSink.
func (ear) Init(logr.RuntimeInfo) {}

// Enabled implements logr.LogSink.
func (ear) Enabled(int) bool { return true }

// Info implements logr.LogSink.
func (e ear) Info(level int, message string, values ...any) {
	e.cage.hear(fmt.Sprint("log at level ", level), message+e.values+all(values))
}

// Error implements logr.LogSink.
func (e ear) Error(err error, message string, values ...any) {
	e.cage.hear("log of an error", message+" "+anyhow(err)+e.values+all(values))
}

// WithValues implements logr.LogSink.
func (e ear) WithValues(values ...any) logr.LogSink { return ear{e.cage, e.values + all(values)} }

// WithName implements logr.LogSink.
func (e ear) WithName(name string) logr.LogSink { return ear{e.cage, e.values + " " + name} }

func all(values []any) string {
	out := ""
	for _, v := range values {
		out += " " + anyhow(v)
	}
	return out
}

// times counts the texts that hold these words.
func (c *cage) times(words string) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for text := range c.lines {
		if strings.Contains(text, words) {
			n++
		}
	}
	return n
}

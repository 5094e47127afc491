// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"slices"
)

// Judge is the operator's verdict on services that are declared for one host which has nothing else, oldest first.
type Judge func(declared []Declared) Verdict

// Verdict is what a Judge says.
type Verdict struct {
	// Refused tells whether any binding was refused.
	Refused bool
	// Effective are the bindings in force, by service; those without any may be left out.
	Effective map[string][]string
}

// check lists where the judge and the recorded server differ: it refuses nothing exactly when the server said ok, and
// then the bindings in force are those that the server ended with.
func (j Judge) check(c Case) []string {
	if j == nil {
		return nil
	}
	switch c.Kind {
	case "put":
		return j.checkAnswer(c.Steps, c.Answers[0], c.After)
	case "services":
		return j.checkServices(c)
	}
	return nil
}

func (j Judge) checkAnswer(declared []Declared, answer string, after map[string][]string) []string {
	v := j(declared)
	ok := answer == "ok"
	if v.Refused == ok {
		return []string{fmt.Sprintf("judge: refused is %v, the server said %q", v.Refused, answer)}
	}
	if !ok || after == nil {
		return nil
	}
	effective := map[string][]string{}
	for name, bindings := range v.Effective {
		if len(bindings) > 0 {
			effective[name] = bindings
		}
	}
	var out []string
	for _, d := range differences(after, effective) {
		out = append(out, "judge: "+d)
	}
	return out
}

// checkServices adds one service after another, as the server took them.
func (j Judge) checkServices(c Case) []string {
	var out []string
	var accepted []Declared
	last := -1
	for i, a := range c.Answers {
		if a == "ok" {
			last = i
		}
	}
	for i, step := range c.Steps {
		declared := append(slices.Clone(accepted), step)
		var after map[string][]string
		if i == last {
			after = c.After
		}
		out = append(out, j.checkAnswer(declared, c.Answers[i], after)...)
		if c.Answers[i] == "ok" {
			accepted = declared
		}
	}
	return out
}

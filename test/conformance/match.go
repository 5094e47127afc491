// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	uuidPattern = `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`
	timePattern = `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? UTC`
)

// matcher compares answers with what a transcript says, and binds variables as it goes.
type matcher struct {
	uuid, time, variable, token *regexp.Regexp
}

func newMatcher() *matcher {
	return &matcher{
		uuid: regexp.MustCompile(`^(?:` + uuidPattern + `)$`), time: regexp.MustCompile(`^(?:` + timePattern + `)$`),
		variable: regexp.MustCompile(`^\$\{([^}]+)\}$`), token: regexp.MustCompile(`\$\{([^}]+)\}|<time>|<any>`),
	}
}

type variables map[string]any

// compare lists the differences between what is wanted and what was got.
func (m *matcher) compare(want, got any, vars variables, path string) []string {
	switch w := want.(type) {
	case string:
		return m.compareText(w, got, vars, path)
	case map[string]any:
		return m.compareObject(w, got, vars, path)
	case []any:
		return m.compareList(w, got, vars, path)
	}
	if !sameScalar(want, got) {
		return []string{fmt.Sprintf("%s: want %v, got %v", path, want, got)}
	}
	return nil
}

func sameScalar(want, got any) bool {
	if n, ok := got.(json.Number); ok {
		a, err := strconv.ParseFloat(string(n), 64)
		b, err2 := strconv.ParseFloat(fmt.Sprint(want), 64)
		_, isBool := want.(bool)
		return err == nil && err2 == nil && a == b && !isBool
	}
	return reflect.DeepEqual(want, got)
}

func (m *matcher) compareText(want string, got any, vars variables, path string) []string {
	text, isText := got.(string)
	if v := m.variable.FindStringSubmatch(want); v != nil {
		return m.compareVariable(v[1], got, vars, path)
	}
	if want == "<time>" {
		if !isText || !m.time.MatchString(text) {
			return []string{fmt.Sprintf("%s: want a time, got %v", path, got)}
		}
		return nil
	}
	if m.token.MatchString(want) {
		if !isText || !m.matchPattern(want, text, vars) {
			return []string{fmt.Sprintf("%s: want %q, got %q", path, want, got)}
		}
		return nil
	}
	if !isText || text != want {
		return []string{fmt.Sprintf("%s: want %q, got %v", path, want, got)}
	}
	return nil
}

// compareVariable binds an unknown variable to an id or a key; a known one must have its value.
func (m *matcher) compareVariable(name string, got any, vars variables, path string) []string {
	if bound, ok := vars[name]; ok {
		if !reflect.DeepEqual(bound, got) {
			return []string{fmt.Sprintf("%s: want %s=%v, got %v", path, name, bound, got)}
		}
		return nil
	}
	text, ok := got.(string)
	if !ok || (!m.uuid.MatchString(text) && !strings.HasPrefix(text, "scp_")) {
		return []string{fmt.Sprintf("%s: want a new id for %s, got %v", path, name, got)}
	}
	vars[name] = text
	return nil
}

// matchPattern matches a text with variables, times and free words in it.
func (m *matcher) matchPattern(want, got string, vars variables) bool {
	var rx strings.Builder
	var fresh []string
	rx.WriteString(`(?s)\A`)
	rest := want
	for {
		at := m.token.FindStringSubmatchIndex(rest)
		if at == nil {
			break
		}
		rx.WriteString(regexp.QuoteMeta(rest[:at[0]]))
		switch token := rest[at[0]:at[1]]; token {
		case "<time>":
			rx.WriteString("(?:" + timePattern + ")")
		case "<any>":
			rx.WriteString(".*")
		default:
			name := rest[at[2]:at[3]]
			if bound, ok := vars[name]; ok {
				rx.WriteString(regexp.QuoteMeta(fmt.Sprint(bound)))
			} else {
				fresh = append(fresh, name)
				rx.WriteString("(" + uuidPattern + ")")
			}
		}
		rest = rest[at[1]:]
	}
	rx.WriteString(regexp.QuoteMeta(rest) + `\z`)
	found := regexp.MustCompile(rx.String()).FindStringSubmatch(got)
	if found == nil {
		return false
	}
	for i, name := range fresh {
		if bound, ok := vars[name]; ok && bound != found[i+1] {
			return false
		}
		vars[name] = found[i+1]
	}
	return true
}

func (m *matcher) compareObject(want map[string]any, got any, vars variables, path string) []string {
	object, ok := got.(map[string]any)
	if !ok {
		return []string{fmt.Sprintf("%s: want an object, got %v", path, got)}
	}
	var out []string
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if v, ok := object[k]; ok {
			out = append(out, m.compare(want[k], v, vars, path+"."+k)...)
		} else {
			out = append(out, fmt.Sprintf("%s.%s: missing", path, k))
		}
	}
	for _, k := range slices.Sorted(maps.Keys(object)) {
		if _, ok := want[k]; !ok {
			out = append(out, fmt.Sprintf("%s.%s: unexpected %v", path, k, object[k]))
		}
	}
	return out
}

// compareList compares in order and, if that fails, as sets: order carries no meaning.
func (m *matcher) compareList(want []any, got any, vars variables, path string) []string {
	list, ok := got.([]any)
	if !ok || len(list) != len(want) {
		return []string{fmt.Sprintf("%s: want a list of %d, got %v", path, len(want), got)}
	}
	trial := maps.Clone(vars)
	var out []string
	for i := range want {
		out = append(out, m.compare(want[i], list[i], trial, fmt.Sprintf("%s[%d]", path, i))...)
	}
	if len(out) > 0 && comparableAsSets(want, list) {
		if bound, ok := m.matchSets(want, list, vars, path); ok {
			trial, out = bound, nil
		}
	}
	if len(out) == 0 {
		maps.Copy(vars, trial)
		return nil
	}
	for i := range want {
		m.compare(want[i], list[i], vars, path) // binds what can be bound, for the steps that follow
	}
	return out
}

func comparableAsSets(want, got []any) bool {
	for _, w := range want {
		switch w.(type) {
		case map[string]any, []any:
		default:
			if !slices.ContainsFunc(got, func(g any) bool { return sameScalar(w, g) }) {
				return false
			}
		}
	}
	return true
}

// matchSets finds a partner for each wanted element, the first that fits.
func (m *matcher) matchSets(want, got []any, vars variables, path string) (variables, bool) {
	trial, rest := maps.Clone(vars), slices.Clone(got)
	for _, w := range want {
		found := slices.IndexFunc(rest, func(g any) bool {
			t := maps.Clone(trial)
			if len(m.compare(w, g, t, path)) > 0 {
				return false
			}
			trial = t
			return true
		})
		if found < 0 {
			return nil, false
		}
		rest = slices.Delete(rest, found, found+1)
	}
	return trial, true
}

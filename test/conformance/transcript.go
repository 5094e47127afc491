// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"strings"

	"github.com/google/uuid"
	"go.yaml.in/yaml/v3"
)

// Transcript is one recorded scenario.
type Transcript struct {
	Scenario string   `yaml:"scenario"`
	Server   string   `yaml:"server"`
	New      []string `yaml:"new"`
	Steps    []Step   `yaml:"steps"`
}

// Step is one request of a scenario and its whole answer.
type Step struct {
	Request string            `yaml:"request"`
	Body    yaml.Node         `yaml:"body"`
	With    map[string]any    `yaml:"with"`
	Save    map[string]string `yaml:"save"`
	Status  int               `yaml:"status"`
	Answer  any               `yaml:"answer"`
	Note    string            `yaml:"note"`
}

// LoadTranscripts reads every transcript in a file system, by name.
func LoadTranscripts(files fs.FS) ([]Transcript, error) {
	var out []Transcript
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".yaml") {
			return err
		}
		raw, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		var t Transcript
		if err := yaml.Unmarshal(raw, &t); err != nil {
			return fmt.Errorf("reading transcript %s: %w", path, err)
		}
		out = append(out, t)
		return nil
	})
	return out, err
}

// newID is a random id as a client of the server may choose it: a version-8 UUID.
func newID() string {
	var id uuid.UUID
	_, _ = rand.Read(id[:]) // never fails
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}

// replay plays one scenario and lists the differences.
func (s *session) replay(ctx context.Context, t Transcript) []string {
	vars := variables{}
	maps.Copy(vars, s.env)
	for _, name := range t.New {
		vars[name] = newID()
	}
	var out []string
	for i := range t.Steps {
		diffs, err := s.play(ctx, &t.Steps[i], vars)
		if err != nil {
			diffs = append(diffs, err.Error())
		}
		for _, d := range diffs {
			out = append(out, fmt.Sprintf("%s step %d %s: %s", t.Scenario, i+1, t.Steps[i].Request, d))
		}
		if err != nil {
			break
		}
	}
	return out
}

// play sends one step. An error ends the scenario.
func (s *session) play(ctx context.Context, step *Step, vars variables) ([]string, error) {
	r, err := s.request(step, vars)
	if err != nil {
		return nil, err
	}
	status, answer, err := s.client.do(ctx, r)
	if err != nil {
		return nil, err
	}
	for name, path := range step.Save {
		if v, ok := at(answer, path); ok {
			vars[name] = v
		}
	}
	if status != step.Status {
		text, _ := json.Marshal(answer)
		return []string{fmt.Sprintf("status: want %d, got %d %.300s", step.Status, status, text)}, nil
	}
	return s.matcher.compare(step.Answer, answer, vars, "$"), nil
}

// request fills the variables of a step in.
func (s *session) request(step *Step, vars variables) (request, error) {
	method, path, _ := strings.Cut(step.Request, " ")
	sub := substitution{matcher: s.matcher, vars: vars}
	out := request{method: method, path: sub.text(path), token: &s.client.token}
	if !step.Body.IsZero() {
		var body any
		if err := step.Body.Decode(&body); err != nil {
			return out, fmt.Errorf("reading the body: %w", err)
		}
		out.body, out.hasBody = sub.any(body), true
	}
	with, _ := sub.any(step.With).(map[string]any)
	if raw, ok := with["raw"].(string); ok {
		out.raw = &raw
	}
	if token, ok := with["token"]; ok {
		text, _ := token.(string)
		out.token = &text
	}
	out.headers, _ = with["headers"].(map[string]any)
	return out, sub.err
}

// substitution puts variables in; one that was never bound is an error.
type substitution struct {
	matcher *matcher
	vars    variables
	err     error
}

func (s *substitution) value(name string) any {
	v, ok := s.vars[name]
	if !ok && s.err == nil {
		s.err = fmt.Errorf("variable %s was never bound", name)
	}
	return v
}

func (s *substitution) text(x string) string {
	return s.matcher.token.ReplaceAllStringFunc(x, func(token string) string {
		if v := s.matcher.variable.FindStringSubmatch(token); v != nil {
			return fmt.Sprint(s.value(v[1]))
		}
		return token
	})
}

func (s *substitution) any(x any) any {
	switch v := x.(type) {
	case string:
		if name := s.matcher.variable.FindStringSubmatch(v); name != nil {
			return s.value(name[1])
		}
		return s.text(v)
	case []any:
		out := make([]any, 0, len(v))
		for _, e := range v {
			out = append(out, s.any(e))
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = s.any(e)
		}
		return out
	}
	return x
}

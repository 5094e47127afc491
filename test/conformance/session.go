// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// bootstrap is what a file tells about a server.
type bootstrap struct {
	URL          string            `json:"url"`
	Organization string            `json:"organization"`
	Network      string            `json:"network"`
	Network2     string            `json:"network2"`
	Tokens       map[string]string `json:"tokens"`
}

// session is one server while scenarios are played on it.
type session struct {
	client  *client
	matcher *matcher
	env     variables
	boot    bootstrap
	speech  speech
}

func newSession(b bootstrap, transport http.RoundTripper) *session {
	env := variables{"organization": b.Organization, "network": b.Network, "network2": b.Network2}
	for level, token := range b.Tokens {
		env["token_"+level] = token
	}
	return &session{
		client:  &client{http: &http.Client{Transport: transport, Timeout: time.Minute}, base: b.URL, token: b.Tokens["owner"]},
		matcher: newMatcher(), env: env, boot: b,
	}
}

// fresh is a session with an emulator that nobody used.
func fresh(version string) (*session, error) {
	server, err := emulator.New(emulator.Options{Version: version})
	if err != nil {
		return nil, err
	}
	b := server.Bootstrap()
	out := newSession(bootstrap{
		URL: "http://emulator", Organization: b.Organization.String(), Network: b.Network.String(),
		Network2: b.Network2.String(),
		Tokens:   map[string]string{"owner": b.Tokens.Owner, "member": b.Tokens.Member, "viewer": b.Tokens.Viewer},
	}, server.Transport())
	out.speech = speechOf(server.Version())
	return out, nil
}

// shared is a session with the server that a bootstrap file describes.
func shared(ctx context.Context, file string) (*session, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the bootstrap file: %w", err)
	}
	var b bootstrap
	if err := json.Unmarshal(raw, &b); err != nil {
		return nil, fmt.Errorf("reading the bootstrap file %s: %w", file, err)
	}
	s := newSession(b, http.DefaultTransport)
	version, err := s.version(ctx)
	s.speech = speechOf(version)
	return s, err
}

// version asks the server for its version.
func (s *session) version(ctx context.Context) (string, error) {
	_, answer, err := s.call(ctx, http.MethodGet, "/api/version", nil)
	if err != nil {
		return "", err
	}
	v, _ := at(answer, "data.server_version")
	text, ok := v.(string)
	if !ok {
		return "", fmt.Errorf("the server does not tell its version: %v", answer)
	}
	return text, nil
}

// clean leaves no daemon, host, tag or manual subnet behind.
func (s *session) clean(ctx context.Context) error {
	_, answer, err := s.call(ctx, http.MethodGet, "/api/v1/daemons?limit=0", nil)
	if err != nil {
		return err
	}
	for _, d := range rowsOf(answer) {
		if _, _, err := s.call(ctx, http.MethodDelete, fmt.Sprintf("/api/v1/daemons/%v", d["id"]), nil); err != nil {
			return err
		}
	}
	for _, network := range []string{s.boot.Network2, s.boot.Network} {
		if err := s.cleanNetwork(ctx, network); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) cleanNetwork(ctx context.Context, network string) error {
	_, answer, err := s.call(ctx, http.MethodGet, "/api/v1/hosts?limit=0&network_id="+network, nil)
	if err != nil {
		return err
	}
	var ids []any
	for _, h := range rowsOf(answer) {
		ids = append(ids, h["id"])
	}
	if len(ids) > 0 {
		if _, _, err := s.call(ctx, http.MethodPost, "/api/v1/hosts/bulk-delete", ids); err != nil {
			return err
		}
	}
	for _, path := range []string{"/api/v1/tags?limit=0", "/api/v1/subnets?limit=0&network_id=" + network} {
		if err := s.deleteAll(ctx, path); err != nil {
			return err
		}
	}
	return nil
}

// deleteAll deletes the rows of a list that people made.
func (s *session) deleteAll(ctx context.Context, list string) error {
	_, answer, err := s.call(ctx, http.MethodGet, list, nil)
	if err != nil {
		return err
	}
	for _, row := range rowsOf(answer) {
		if source, _ := at(row, "source.type"); source == "System" {
			continue
		}
		path := fmt.Sprintf("%s/%v", beforeQuery(list), row["id"])
		if _, _, err := s.call(ctx, http.MethodDelete, path, nil); err != nil {
			return err
		}
	}
	return nil
}

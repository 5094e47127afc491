// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/process"
)

// scanopy is the emulated server as the demo sees it.
type scanopy struct {
	boot   emulator.Bootstrap
	client *http.Client
}

// connect waits until the server serves and reads how to reach it.
func connect(ctx context.Context, bootstrap string, running *process.Process) (*scanopy, error) {
	s := &scanopy{client: &http.Client{Timeout: 10 * time.Second}}
	err := wait.PollUntilContextTimeout(ctx, 20*time.Millisecond, 20*time.Second, true, func(context.Context) (bool, error) {
		raw, err := os.ReadFile(bootstrap)
		if os.IsNotExist(err) {
			return false, running.Err()
		}
		if err != nil {
			return false, err
		}
		return true, json.Unmarshal(raw, &s.boot)
	})
	if err != nil {
		return nil, fmt.Errorf("waiting for the emulator: %w", err)
	}
	return s, nil
}

// seed makes what people make in Scanopy by hand, and forgets these requests.
func (s *scanopy) seed(ctx context.Context) error {
	subnet := map[string]any{
		"name": "lan", "cidr": "10.20.0.0/24", "description": nil,
		"subnet_type": "Lan", "source": map[string]any{"type": "Manual"}, "tags": []string{},
		"network_id": s.boot.Network, "site_id": s.boot.Network, // each version reads the one that it knows
	}
	tag := map[string]any{"name": "production", "color": "Green", "description": nil, "organization_id": s.boot.Organization}
	if err := s.request(ctx, http.MethodPost, "/api/v1/subnets", subnet, nil); err != nil {
		return err
	}
	if err := s.request(ctx, http.MethodPost, "/api/v1/tags", tag, nil); err != nil {
		return err
	}
	return s.request(ctx, http.MethodDelete, "/control/log", nil, nil)
}

// state is everything that the server holds; asking for it is no request of the API.
func (s *scanopy) state(ctx context.Context) (emulator.State, error) {
	var state emulator.State
	return state, s.request(ctx, http.MethodGet, "/control/state", nil, &state)
}

// requests counts the requests since seed, by method and route, but for those of daemons.
func (s *scanopy) requests(ctx context.Context) (map[string]int, error) {
	var log emulator.Log
	err := s.request(ctx, http.MethodGet, "/control/log?entries=false", nil, &log)
	delete(log.Counts, http.MethodPost+" "+provision)
	delete(log.Counts, http.MethodPost+" "+discovery)
	return log.Counts, err
}

// request asks as the owner, who may do all that people do in Scanopy by hand.
func (s *scanopy) request(ctx context.Context, method, path string, body, into any) error {
	return s.send(ctx, method, path, http.Header{"Authorization": {"Bearer " + s.boot.Tokens.Owner}}, body, into)
}

func (s *scanopy) send(ctx context.Context, method, path string, header http.Header, body, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, s.boot.URL+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	req.Header = header
	req.Header.Set("Content-Type", "application/json")
	resp, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, answer)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer, into)
}

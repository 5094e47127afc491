// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// serve runs the program until the test ends and returns what it wrote once it served.
func serve(t *testing.T, args ...string) map[string]any {
	t.Helper()
	file := filepath.Join(t.TempDir(), "bootstrap.json")
	o, err := parse(append([]string{"--bootstrap", file}, args...))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- run(ctx, o) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("stopping: %v", err)
		}
	})
	for {
		raw, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			runtime.Gosched()
			continue
		}
		var out map[string]any
		if err := json.Unmarshal(raw, &out); err != nil {
			t.Fatalf("half a file: %v", err)
		}
		return out
	}
}

func TestTheBootstrapFileDescribesAServerThatServes(t *testing.T) {
	boot := serve(t, "--server-version", "0.14.2", "--base-path", "/inventory", "--rate-limit")
	var keys []string
	for k := range boot {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	if want := []string{"network", "network2", "organization", "tokens", "url"}; !slices.Equal(keys, want) {
		t.Errorf("keys %v, want %v", keys, want)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, boot["url"].(string)+"/api/v1/networks", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+boot["tokens"].(map[string]any)["owner"].(string))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("status %d", resp.StatusCode)
	}
}

func TestWrongArgumentsAreRefused(t *testing.T) {
	for name, args := range map[string][]string{
		"an unknown flag":           {"--nothing"},
		"an argument":               {"serve"},
		"a version there is not":    {"--server-version", "1.2.3"},
		"an address that is none":   {"--listen", "nowhere:-1"},
		"a folder that there isn't": {"--bootstrap", "/does/not/exist/file"},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := parse(args)
			if err == nil {
				err = run(t.Context(), o)
			}
			if err == nil {
				t.Error("accepted")
			}
		})
	}
}

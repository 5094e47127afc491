// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

func TestAFaultRepeatsTheRequest(t *testing.T) {
	for echo, want := range map[string]string{
		"plain":  `said Bearer k {\"a\":\"b\"}`,
		"base64": `said QmVhcmVyIGsgeyJhIjoiYiJ9`,
		"url":    `said Bearer+k+%7B%22a%22%3A%22b%22%7D`,
		"hex":    `said 426561726572206b207b2261223a2262227d`,
	} {
		t.Run(echo, func(t *testing.T) {
			s, err := emulator.New(emulator.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.AddFaults(emulator.Fault{Status: 418, Body: "said ECHO", Echo: echo}); err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/hosts", strings.NewReader(`{"a":"b"}`))
			r.Header.Set("Authorization", "Bearer k")
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if got, _ := io.ReadAll(w.Body); string(got) != want {
				t.Errorf("answer %s, want %s", got, want)
			}
		})
	}
}

func TestAFaultThatRepeatsInAnUnknownWayIsRefused(t *testing.T) {
	s, err := emulator.New(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s.AddFaults(emulator.Fault{Status: 418, Echo: "rot13"}) == nil {
		t.Error("it was taken")
	}
}

// SPDX-License-Identifier: Apache-2.0

package scanopy_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

// refused is the error of a creation with this secret that the server refuses in words that end so.
func refused(t *testing.T, token, secret string, words func(*http.Request) string) error {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]any{"success": false, "error": "cannot take " + words(r)})
	}))
	defer server.Close()
	client, err := scanopy.New(scanopy.Config{URL: server.URL, Token: token, AllowLoopback: true})
	if err != nil {
		t.Fatal(err)
	}
	if client, err = client.WithDialect("0.17.21"); err != nil {
		t.Fatal(err)
	}
	_, err = client.CreateCredentials(t.Context(), []scanopy.Credential{{
		ID: "550e8400-e29b-41d4-a716-446655440000", OrganizationID: "550e8400-e29b-41d4-a716-446655440001", Name: "n", Type: scanopy.SnmpV2c,
		Fields: []scanopy.CredentialField{{Name: "community", Mode: scanopy.ModeInline, Secret: scanopy.NewSecret(secret)}},
	}})
	return err
}

func TestAnErrorNeverRepeatsASecretOfTheRequest(t *testing.T) {
	for name, secret := range map[string]string{
		"one line":    "canary-7c1d",
		"quotes":      `canary"7c1d\x`,
		"many lines":  "-----BEGIN PRIVATE KEY-----\ncanary7c1dcanary7c1d\n-----END PRIVATE KEY-----\n",
		"few letters": "c7",
	} {
		t.Run(name, func(t *testing.T) {
			err := refused(t, "scp_u_token7c1d", secret, func(r *http.Request) string {
				body, _ := io.ReadAll(r.Body)
				return string(body) + r.Header.Get("Authorization")
			})
			if !scanopy.HasReason(err, scanopy.BadRequest) {
				t.Fatalf("error: %v", err)
			}
			for _, text := range []string{err.Error(), fmt.Sprintf("%+v %#v", err, err)} {
				for _, part := range []string{"7c1d", "cannot take"} {
					if strings.Contains(text, part) {
						t.Errorf("says %s", text)
					}
				}
			}
		})
	}
}

func TestAnErrorRepeatsNoSecretInAnotherSpelling(t *testing.T) {
	const secret = `canary"<7c1d>gelb&%vogel`
	const token = "scp_u_token7c1dtoken7c1d"
	for name, write := range map[string]func(string) string{
		"without HTML escapes": func(s string) string { return strings.ReplaceAll(s, `"`, `\"`) },
		"percent-encoded":      url.QueryEscape,
		"in hex":               func(s string) string { return hex.EncodeToString([]byte(s)) },
		"in base64":            func(s string) string { return base64.StdEncoding.EncodeToString([]byte("x" + s)) },
	} {
		for what, text := range map[string]string{"a value": secret, "the token": token} {
			if write(text) == text {
				continue // it is the same then, and taken out
			}
			t.Run(what+" "+name, func(t *testing.T) {
				err := refused(t, token, secret, func(*http.Request) string { return write(text) })
				if !scanopy.HasReason(err, scanopy.BadRequest) || strings.Contains(err.Error(), "cannot take") {
					t.Errorf("error: %v", err)
				}
			})
		}
	}
}

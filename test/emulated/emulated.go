// SPDX-License-Identifier: Apache-2.0

// Package emulated puts an emulated Scanopy behind real HTTP in tests. In go the emulator's options, out come the server
// with its URL, and clients that speak as one of its versions does. It imports the emulator and the client.
package emulated

import (
	"net/http/httptest"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

// Start serves an emulated Scanopy until the test ends, and gives its URL without the base path.
func Start(t testing.TB, o emulator.Options) (server *emulator.Server, url string) {
	t.Helper()
	server, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	return server, web.URL
}

// Client is a client with these settings that speaks the dialect of a version, without having asked for it.
func Client(t testing.TB, version string, settings scanopy.Config) *scanopy.Client {
	t.Helper()
	settings.AllowLoopback = true
	plain, err := scanopy.New(settings)
	if err != nil {
		t.Fatal(err)
	}
	client, err := plain.WithDialect(version)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

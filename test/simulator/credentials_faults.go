// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"net/http"
	"strings"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// The faults that only requests for credentials meet.
const (
	// brokenOff: the server fails, or the connection ends, when it has made some rows; echoed: it refuses a request and
	// shows it in its answer.
	brokenOff fault = "broken off"
	echoed    fault = "refused with an echo"
)

const credentialsPath = "/api/v1/credentials" //nolint:gosec // a path

// drawCredentialFault says what befalls a write of credentials beside the weather, while things are wild.
func (w *world) drawCredentialFault(r *http.Request) (out fault) {
	if w.credentials == nil || !w.wild || r.Method == http.MethodGet || !strings.HasPrefix(r.URL.Path, credentialsPath) {
		return noFault
	}
	w.apart(func() {
		percent := 4
		if w.credentials.stormy {
			percent = 40
		}
		if w.chance(percent) {
			out = one(w, brokenOff, brokenOff, brokenOff, cutBefore, cutAfter, timeoutAfter, throttled, unavailable, echoed)
		}
	})
	return out
}

// spoilCredentials has the emulator spoil its next write of credentials.
func (s *site) spoilCredentials(f fault) {
	w := s.world
	switch f {
	case brokenOff:
		w.apart(func() {
			must(s.AddFaults(emulator.Fault{AfterRows: 1 + w.random.IntN(4), Cut: w.chance(50)}))
		})
	case echoed:
		must(s.AddFaults(emulator.Fault{
			Status: http.StatusBadRequest, Echo: "plain", Body: `{"success":false,"error":"refused: ECHO","code":"bad_request"}`,
		}))
	}
}

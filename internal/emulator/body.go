// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
)

// bodyLimit is the server framework's bound of a request's body.
const bodyLimit = 2 << 20

// parseBody reads JSON as the server's framework does: the wrong type is 415, what is no JSON 400, all in plain text.
func parseBody(r *http.Request) (any, error) {
	if !isJSON(r.Header.Get("Content-Type")) {
		return nil, errBody(http.StatusUnsupportedMediaType, "Expected request with `Content-Type: application/json`")
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, bodyLimit+1))
	if err != nil {
		return nil, errBody(http.StatusBadRequest, "Failed to buffer the request body: %v", err)
	}
	if len(raw) > bodyLimit {
		return nil, errBody(http.StatusRequestEntityTooLarge, "Failed to buffer the request body: length limit exceeded")
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var out any
	if err := dec.Decode(&out); err != nil {
		return nil, errBody(http.StatusBadRequest, "Failed to parse the request body as JSON: %v", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errBody(http.StatusBadRequest, "Failed to parse the request body as JSON: trailing characters")
	}
	return out, nil
}

func isJSON(contentType string) bool {
	t, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	kind, sub, _ := strings.Cut(t, "/")
	return kind == "application" && (sub == "json" || strings.HasSuffix(sub, "+json"))
}

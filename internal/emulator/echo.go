// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// echoMark is where a fault repeats the request.
const echoMark = "ECHO"

// echoes are the ways in which a fault repeats a request.
func echoes() map[string]func(string) string {
	return map[string]func(string) string{
		"plain": func(text string) string {
			quoted, _ := json.Marshal(text) // a text never fails
			return strings.Trim(string(quoted), `"`)
		},
		"base64": func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) },
		"url":    url.QueryEscape,
		"hex":    func(text string) string { return hex.EncodeToString([]byte(text)) },
	}
}

// hear puts what the request holds where the fault repeats it. The request can be read again.
func (f *Fault) hear(r *http.Request) {
	if f.Echo == "" && f.delay == 0 {
		return
	}
	body, _ := io.ReadAll(io.LimitReader(r.Body, bodyLimit+1)) // what breaks off breaks off for the server too
	r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), r.Body))
	if f.Echo == "" {
		return // it is read so that a client which goes is noticed during the delay
	}
	said := echoes()[f.Echo](r.Header.Get("Authorization") + " " + string(body))
	f.Body = strings.ReplaceAll(f.Body, echoMark, said)
	f.Location = strings.ReplaceAll(f.Location, echoMark, said)
}

// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"
)

// What the canary test proves is worth what its eyes see.
func TestEachWayToShowASecretIsSeen(t *testing.T) {
	b := newBirds()
	values := map[string]string{"a value": b.value(), "a key": b.pem("PRIVATE KEY"), "a MAC": b.mac()}
	for i, line := range strings.Split(strings.TrimSpace(b.pem("PRIVATE KEY")), "\n") {
		if i > 0 && len(line) == 64 && !strings.HasPrefix(line, "-") {
			values["a line: "+line] = line
		}
	}
	ways := map[string]func(string) string{
		"as it is":      func(s string) string { return s },
		"as a Go value": func(s string) string { return anyhow(struct{ A any }{s}) },
		"in a URL":      url.QueryEscape,
		"in hex":        func(s string) string { return hex.EncodeToString([]byte(s)) },
		"dumped":        func(s string) string { return hex.Dump([]byte("\x01" + s)) },
		"in base64": func(s string) string {
			return base64.StdEncoding.EncodeToString([]byte(`{"value":"` + s + `"}`))
		},
	}
	for what, value := range values {
		for how, write := range ways {
			if what == "a MAC" && how == "in a URL" {
				continue // its colons go
			}
			if len(b.traces("before "+write(value)+" after")) == 0 {
				t.Errorf("%s %s is not seen", what, how)
			}
		}
	}
	if seen := b.traces("nothing of it"); len(seen) > 0 {
		t.Errorf("sees %q where nothing is", seen)
	}
}

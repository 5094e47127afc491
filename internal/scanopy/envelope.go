// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxMessage     = 512
	maxVersionText = 64
)

// envelope is what every JSON answer of a server is wrapped in.
type envelope struct {
	Success *bool           `json:"success"`
	Data    json.RawMessage `json:"data"`
	Error   string          `json:"error"`
	Code    string          `json:"code"`
	Meta    *meta           `json:"meta"`

	// whole says that this is one.
	whole bool
}

type meta struct {
	Server     string     `json:"server_version"`
	Pagination pagination `json:"pagination"`
}

type pagination struct {
	Total int `json:"total_count"`
}

func readEnvelope(body []byte) envelope {
	var env envelope
	err := json.Unmarshal(body, &env)
	env.whole = err == nil && env.Success != nil
	return env
}

// isError says whether this is an error in a server's own words.
func (e envelope) isError() bool { return e.whole && !*e.Success && e.Error != "" }

// decode reads the data of a successful answer. With out nil the data is not
// looked at, but it must still be Scanopy that answers.
func decode(req request, ans answer, env envelope, out any) (meta, error) {
	switch {
	case !env.whole && !bytes.HasPrefix(bytes.TrimSpace(ans.body), []byte("{")):
		return meta{}, req.fail(&Error{Reason: NotJSON, Status: ans.status, Sent: true,
			Message: "the answer is not Scanopy's; is the base URL right?"})
	case !env.whole:
		return meta{}, req.badAnswer("the answer is not whole")
	case !*env.Success:
		return meta{}, req.badAnswer("the answer says success and failure at once")
	}
	m := meta{}
	if env.Meta != nil {
		m = *env.Meta
	}
	if out == nil {
		return m, nil
	}
	if len(env.Data) == 0 || bytes.Equal(env.Data, []byte("null")) {
		return m, req.badAnswer("the answer holds no data")
	}
	if err := json.Unmarshal(env.Data, out); err != nil {
		return m, req.badAnswer("the answer cannot be read")
	}
	return m, nil
}

// sanitise makes words of others fit to be shown: one line of valid UTF-8
// without control characters, at most so many bytes.
func sanitise(text string, limit int) string {
	if len(text) > 4*limit {
		text = text[:4*limit]
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case r == utf8.RuneError, unicode.In(r, unicode.Cf, unicode.Co):
			return -1
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= limit {
		return text
	}
	cut := limit - len("…")
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
)

const (
	// longLine is how much of a secret in a text of another makes no accident.
	longLine = 8
	// blockSize is how many letters of a long secret are looked for at once.
	blockSize = 12
	// mostWords is how much of a server's words is looked at; what is shown of them is far less.
	mostWords = 64 << 10
)

// hide gives a filter for words that came from elsewhere. Words that repeat a secret of the request, whole or a line of
// it, as it is, escaped, in hex or in base64, are not shown at all; the token as it is is taken out of them.
func (c *Client) hide(secrets []string) func(string) string {
	return func(text string) string {
		text = c.redact(text[:min(len(text), mostWords)])
		for _, secret := range secrets {
			if repeats(text, secret) {
				return ""
			}
		}
		if spells(text, append(secrets[:len(secrets):len(secrets)], c.token)) {
			return ""
		}
		return text
	}
}

func repeats(text, secret string) bool {
	escaped, _ := json.Marshal(secret) // a text never fails
	if strings.Contains(text, secret) || strings.Contains(text, strings.Trim(string(escaped), `"`)) {
		return true
	}
	for line := range strings.Lines(secret) {
		if line = strings.TrimSpace(line); len(line) >= longLine && strings.Contains(text, line) {
			return true
		}
	}
	return false
}

// spells finds secrets by their letters alone, which most ways to escape a text leave as they are, and in hex and base64.
func spells(text string, secrets []string) bool {
	blocks := map[string]bool{}
	for _, secret := range secrets {
		for line := range strings.Lines(secret) {
			if line = strings.TrimSpace(line); !strings.HasPrefix(line, "-----") {
				addBlocks(blocks, line)
			}
		}
	}
	text = lettersOf(text)
	for at := 0; at+longLine <= len(text); at++ {
		for size := longLine; size <= blockSize && at+size <= len(text); size++ {
			if blocks[text[at:at+size]] {
				return true
			}
		}
	}
	return false
}

// addBlocks adds what a line looks like, in pieces of blockSize.
func addBlocks(blocks map[string]bool, line string) {
	encoded := hex.EncodeToString([]byte(line))
	forms := []string{line, encoded, strings.ToUpper(encoded), url.QueryEscape(line), url.PathEscape(line)}
	for shift, blurred := range []int{0, 2, 3} { // what comes before and after changes the letters at the ends
		in64 := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat(" ", shift) + line))
		forms = append(forms, in64[blurred:max(blurred, (shift+len(line))*8/6)])
	}
	for _, form := range forms {
		form = lettersOf(form)
		for len(form) >= longLine {
			size := min(blockSize, len(form))
			blocks[form[:size]] = true
			form = form[size:]
		}
	}
}

func lettersOf(text string) string {
	return strings.Map(func(r rune) rune {
		if (r >= '0' && r <= '9') || (r >= 'A' && r <= 'Z') || (r >= 'a' && r <= 'z') {
			return r
		}
		return -1
	}, text)
}

// redact takes the token out of words that came from elsewhere.
func (c *Client) redact(text string) string {
	return strings.ReplaceAll(text, c.token, "[redacted]")
}

// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// The marks of all secret values: a value holds both words, and a line of PEM at least one of them in base64.
const (
	word      = "Kanari000"
	otherWord = "gefieder0"
	macPrefix = "c4:9a:71:"
)

// birds hands out secret values and knows what betrays one.
type birds struct {
	mu    sync.Mutex
	last  int
	marks []string
}

func newBirds() *birds {
	b := &birds{}
	b.mark(word)
	b.mark(otherWord)
	b.mark(macPrefix)
	for _, seen := range append(inBase64(word), inBase64(otherWord)...) {
		b.mark(seen)
	}
	return b
}

// mark looks for a text as it is, in hex and in base64.
func (b *birds) mark(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.marks = append(b.marks, text, hex.EncodeToString([]byte(text)))
	b.marks = append(b.marks, inBase64(text)...)
}

// inBase64 are the letters that a text has in the middle of something else, wherever it begins.
func inBase64(text string) []string {
	var out []string
	for shift, blurred := range []int{0, 2, 3} {
		encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat(" ", shift) + text))
		out = append(out, encoded[blurred:(shift+len(text))*8/6])
	}
	return out
}

func (b *birds) number() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	return b.last
}

// value is a secret with everything that encoders like to change.
func (b *birds) value() string {
	n := b.number()
	return fmt.Sprintf("%s%05dx\"<&>\\%%+ '$%s%05dx", word, n, otherWord, n)
}

// pem is PEM of a type.
func (b *birds) pem(kind string) string {
	text := strings.Join([]string{b.value(), b.value(), b.value(), b.value()}, "")
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: []byte(text)}))
}

// mac is six bytes as a MAC address.
func (b *birds) mac() string {
	n := b.number()
	return fmt.Sprintf("%s%02x:%02x:7d", macPrefix, n>>8&0xff, n&0xff)
}

// traces tells what betrays a value in a text.
func (b *birds) traces(text string) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for _, t := range []string{text, undump(text)} {
		for _, mark := range b.marks {
			if at := strings.Index(t, mark); at >= 0 {
				out = append(out, t[max(0, at-80):min(len(t), at+len(mark)+40)])
			}
		}
	}
	return out
}

// undump is what the hex dumps of a text show, in hex: client-go shows binary bodies so.
func undump(text string) string {
	if !strings.Contains(text, "00000000  ") {
		return ""
	}
	var out strings.Builder
	line := regexp.MustCompile(`[0-9a-f]{8}  ((?:[0-9a-f]{2} {1,2}){1,16}) *\|`)
	for _, line := range line.FindAllStringSubmatch(text, -1) {
		out.WriteString(strings.ReplaceAll(line[1], " ", ""))
	}
	return out.String()
}

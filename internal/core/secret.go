// SPDX-License-Identifier: Apache-2.0

package core

import (
	"fmt"
	"io"
)

// hiddenSecret is what is shown of a Secret.
const hiddenSecret = "[secret]"

// Secret is a value that is never shown: not printed, logged, marshalled or compared by accident, also as a field of
// something else. It is behind a pointer because fmt asks unexported fields for no methods.
type Secret struct{ text *string }

// NewSecret hides a text.
func NewSecret(text string) Secret { return Secret{text: &text} }

// Reveal gives the text: to be sent to the server and for nothing else.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsEmpty says that there is none.
func (s Secret) IsEmpty() bool { return s.Reveal() == "" }

// String implements fmt.Stringer.
func (Secret) String() string { return hiddenSecret }

// GoString implements fmt.GoStringer.
func (Secret) GoString() string { return hiddenSecret }

// Format implements fmt.Formatter, for all verbs.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hiddenSecret) }

// MarshalText implements encoding.TextMarshaler, and so for JSON and YAML.
func (Secret) MarshalText() ([]byte, error) { return []byte(hiddenSecret), nil }

// MarshalLog implements logr.Marshaler.
func (Secret) MarshalLog() any { return hiddenSecret }

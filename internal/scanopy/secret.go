// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted is what a server shows in place of a secret. A PUT that gives it
// back keeps the secret, as long as the credential's type is the same.
const redacted = "********"

// hiddenSecret is what is shown of a Secret.
const hiddenSecret = "[secret]"

// Secret is a text that is never shown: not printed, logged, marshalled, nor
// quoted in an error, also as a field of something else. It is behind a pointer
// because fmt asks unexported fields for no methods.
type Secret struct{ text *string }

// NewSecret hides a text.
func NewSecret(text string) Secret { return Secret{text: &text} }

// StoredSecret stands for the secret that the server has already.
func StoredSecret() Secret { return NewSecret(redacted) }

// IsStored says whether it stands for the secret that the server has.
func (s Secret) IsStored() bool { return s.reveal() == redacted }

// IsEmpty says whether there is none.
func (s Secret) IsEmpty() bool { return s.reveal() == "" }

// Equal compares the texts.
func (s Secret) Equal(t Secret) bool { return s.reveal() == t.reveal() }

// reveal gives the text, to be sent to the server and for nothing else.
func (s Secret) reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

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

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(hiddenSecret) }

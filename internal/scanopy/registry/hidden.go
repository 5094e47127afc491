// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"fmt"
	"io"
)

// Format implements fmt.Formatter, for all verbs: what holds a token prints as the URL that it is for.
func (s Stable) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "connection to "+s.URL) }

// MarshalText implements encoding.TextMarshaler, and so for JSON.
func (s Stable) MarshalText() ([]byte, error) { return []byte("connection to " + s.URL), nil }

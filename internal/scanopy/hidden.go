// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"fmt"
	"io"
)

// What holds a token prints as the URL that it is for.

// Format implements fmt.Formatter, for all verbs.
func (c Config) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "connection to "+c.URL) }

// MarshalText implements encoding.TextMarshaler, and so for JSON.
func (c Config) MarshalText() ([]byte, error) { return []byte("connection to " + c.URL), nil }

// Format implements fmt.Formatter, for all verbs.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "client of "+c.base.String()) }

// SPDX-License-Identifier: Apache-2.0

package core

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// The bounds of what a status says.
const (
	// MaxMessage bounds a message, in bytes.
	MaxMessage = 1024
	// MaxParties is how many others a message names.
	MaxParties = 16
	// MaxShadows is how many losers a winner lists.
	MaxShadows = 16
	// MaxListed is how many entries a list of a status has.
	MaxListed = 256
)

// String is the path of the item inside its object, "" for the object itself.
func (i Item) String() string {
	switch i.Part {
	case PartInterface:
		return "interfaces[" + strconv.Itoa(i.Index) + "]"
	case PartAbsorb:
		return "absorb[" + strconv.Itoa(i.Index) + "]"
	case PartPort:
		return "ports[" + strconv.Itoa(i.Index) + "]"
	case PartService:
		return "services[" + strconv.Itoa(i.Index) + "]"
	case PartInlineBinding:
		return "services[" + strconv.Itoa(i.Index) + "].bindings[" + strconv.Itoa(i.Sub) + "]"
	case PartBinding:
		if i.Object.Kind == KindBinding {
			return ""
		}
		return "bindings[" + strconv.Itoa(i.Index) + "]"
	}
	return ""
}

// isWhole says that the item is all of its object: its own fields, or the binding that a Binding is.
func (i Item) isWhole() bool { return i.String() == "" }

// joinMessages makes one message of several, at most MaxMessage bytes: what does not fit is counted, not cut.
func joinMessages(all []string) string {
	const room = len("; and 99999 more")
	var b strings.Builder
	for n, text := range all {
		limit := MaxMessage
		if n < len(all)-1 {
			limit -= room
		}
		if n > 0 {
			text = "; " + text
		}
		if b.Len()+len(text) <= limit {
			b.WriteString(text)
			continue
		}
		if n == 0 {
			b.WriteString(clip(text, limit))
			continue
		}
		b.WriteString("; and " + strconv.Itoa(len(all)-n) + " more")
		break
	}
	return b.String()
}

// isCut says that a message is one that joinMessages had to leave something out of.
func isCut(message string) bool {
	const tail = len("; and 99999 more")
	end := message[max(0, len(message)-tail):]
	return len(message) > MaxMessage/2 && (strings.HasSuffix(end, " more") || strings.HasSuffix(end, "…"))
}

// clip cuts a text to so many bytes, between runes and with an ellipsis.
func clip(text string, limit int) string {
	const ellipsis = "…"
	if len(text) <= limit {
		return text
	}
	end := limit - len(ellipsis)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + ellipsis
}

// enumerate joins the parts of a sentence: "a, b and c". At most MaxParties are named.
func enumerate(parts []string) string {
	if more := len(parts) - MaxParties; more > 0 {
		parts = append(parts[:MaxParties:MaxParties], strconv.Itoa(more)+" more")
	}
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return parts[0]
	}
	last := len(parts) - 1
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}

// MayNotRead tells of what the operator itself may not read, and what to give it.
func MayNotRead(what, namespace, resource string) string {
	return "the operator may not read " + what + "; give its ServiceAccount a Role in namespace " + namespace +
		" that allows get, list and watch of " + resource
}

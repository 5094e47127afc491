// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/json"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// problem collects the first thing that is wrong with a body, whose fields have the names of these words.
type problem struct {
	text  string
	words *words
	// aliases: a field may also have its name of 0.14.
	aliases bool
	// streamed: the body becomes what it shall be as it is read, and is not kept as JSON first.
	streamed bool
	// broken: where an enum must be there is no JSON, for the framework.
	broken bool
	// unstorable: there is a text that the database cannot store.
	unstorable bool
	// unborn are the times of a row that came without.
	unborn time.Time
}

func (p *problem) say(text string) {
	if p.text == "" {
		p.text = text
	}
}

// err is the framework's answer to a body of the wrong shape.
func (p *problem) err() error {
	if p.text == "" {
		return p.storable()
	}
	if p.broken {
		return errBody(http.StatusBadRequest, "Failed to parse the request body as JSON: %s", p.text)
	}
	return errBody(http.StatusUnprocessableEntity, "Failed to deserialize the JSON body into the target type: %s", p.text)
}

// storable refuses texts with a zero byte. Older servers had not foreseen them.
func (p *problem) storable() error {
	switch {
	case !p.unstorable:
		return nil
	case p.words.cannotStore:
		return errInvalid("This record contains a value the database cannot store: invalid byte sequence for encoding \"UTF8\": 0x00")
	}
	return errInternal(`error returned from database: invalid byte sequence for encoding "UTF8": 0x00`)
}

// object reads the fields of a JSON object by their names of 0.14. A field of the wrong shape is noted and read as zero.
type object struct {
	fields  map[string]any
	prob    *problem
	aliases bool
}

func (p *problem) object(v any) object {
	m, ok := v.(map[string]any)
	if !ok {
		p.say("invalid type: expected an object")
	}
	return object{fields: m, prob: p, aliases: p.aliases}
}

func (o object) has(key string) bool { _, ok := o.find(key); return ok }

// value is a field, nil if it is absent.
func (o object) value(key string) any {
	v, _ := o.find(key)
	return v
}

func (o object) find(key string) (any, bool) {
	v, ok := o.fields[o.prob.words.key(key)]
	if !ok && o.aliases {
		v, ok = o.fields[key]
	}
	return v, ok
}

// need is a field that must be there; null is a value like any other.
func (o object) need(key string) any {
	if !o.has(key) {
		o.prob.say("missing field `" + o.prob.words.key(key) + "`")
	}
	return o.value(key)
}

func (o object) str(key string) string {
	s, ok := o.need(key).(string)
	if !ok {
		o.prob.say(key + ": invalid type: expected a string")
	}
	o.prob.unstorable = o.prob.unstorable || strings.ContainsRune(s, 0)
	return s
}

// optStr is a string that may be null or absent.
func (o object) optStr(key string) *string {
	if o.value(key) == nil {
		return nil
	}
	s := o.str(key)
	return &s
}

// needStr is a string that must be there, null or not; an empty one counts as null.
func (o object) needStr(key string) *string {
	o.need(key)
	if s := o.optStr(key); s != nil && *s != "" {
		return s
	}
	return nil
}

func (o object) id(key string) uuid.UUID { return o.prob.id(o.need(key)) }

func (p *problem) id(v any) uuid.UUID {
	s, ok := v.(string)
	id, err := uuid.Parse(s)
	if !ok || err != nil {
		p.say("UUID parsing failed")
		return uuid.Nil
	}
	return id
}

func (o object) optID(key string) *uuid.UUID {
	if o.value(key) == nil {
		return nil
	}
	id := o.id(key)
	return &id
}

// ownID is the id that a client may choose: absent is nil, null is an error.
func (o object) ownID() uuid.UUID {
	if !o.has("id") {
		return uuid.Nil
	}
	return o.id("id")
}

func (o object) boolean(key string) bool {
	b, ok := o.need(key).(bool)
	if !ok {
		o.prob.say(key + ": invalid type: expected a boolean")
	}
	return b
}

func (o object) boolOr(key string, absent bool) bool {
	if !o.has(key) {
		return absent
	}
	return o.boolean(key)
}

func (o object) integer(key string, low, high int64) int64 {
	n, ok := o.need(key).(json.Number)
	i, err := strconv.ParseInt(string(n), 10, 64)
	if !ok || err != nil || i < low || i > high {
		o.prob.say(key + ": invalid value: expected an integer in range")
		return 0
	}
	return i
}

func (o object) int32Or(key string, absent int32) int32 {
	if !o.has(key) {
		return absent
	}
	return int32(o.integer(key, math.MinInt32, math.MaxInt32))
}

func (o object) optInt32(key string) *int32 {
	if o.value(key) == nil {
		return nil
	}
	i := int32(o.integer(key, math.MinInt32, math.MaxInt32))
	return &i
}

func (p *problem) list(v any) []any {
	l, ok := v.([]any)
	if !ok {
		p.say("invalid type: expected a sequence")
	}
	return l
}

// listOr is a list that may be absent, but not null.
func (o object) listOr(key string) []any {
	if !o.has(key) {
		return nil
	}
	return o.prob.list(o.value(key))
}

// tags are ids that may be absent.
func (o object) tags() []uuid.UUID { return o.prob.ids(o.listOr("tags")) }

func (p *problem) ids(list []any) []uuid.UUID {
	out := make([]uuid.UUID, 0, len(list))
	for _, v := range list {
		out = append(out, p.id(v))
	}
	return out
}

func (o object) oneOf(key string, values ...string) string {
	s := o.str(key)
	for _, v := range values {
		if s == v {
			return s
		}
	}
	o.prob.say(key + ": unknown variant `" + s + "`")
	return s
}

// enum is one of some texts. Where neither a text nor an object with a key begins, the framework finds no value in a
// streamed body and takes it for broken.
func (o object) enum(key string, values ...string) string {
	o.expectEnum(key)
	return o.oneOf(key, values...)
}

func (o object) expectEnum(key string) {
	v, has := o.find(key)
	_, text := v.(string)
	keys, _ := v.(map[string]any)
	if has && !text && len(keys) == 0 && o.prob.streamed && o.prob.text == "" {
		o.prob.broken = true
		o.prob.say(key + ": expected value")
	}
}

// address is an IP address in its canonical spelling.
func (o object) address(key string) string {
	a, err := netip.ParseAddr(o.str(key))
	if err != nil || a.Zone() != "" {
		o.prob.say(key + ": invalid IP address syntax")
	}
	return a.String()
}

// mac is a MAC address as the server spells it: six bytes between colons, in upper case. It takes texts of 12 characters,
// and texts of 17 of which it looks at the first six parts.
func (o object) mac(key string) *string {
	s := o.optStr(key)
	if s == nil {
		return nil
	}
	var parts []string
	switch len(*s) {
	case 17:
		parts = strings.Split(strings.ReplaceAll(*s, "-", ":"), ":")
	case 12:
		for i := 0; i < 12; i += 2 {
			parts = append(parts, (*s)[i:i+2])
		}
	default:
		o.prob.say(key + ": invalid length")
		return nil
	}
	out := [6]string{"00", "00", "00", "00", "00", "00"}
	for i, part := range parts[:min(6, len(parts))] {
		b, err := strconv.ParseUint(strings.TrimPrefix(part, "+"), 16, 8)
		if err != nil {
			o.prob.say(key + ": invalid digit")
			return nil
		}
		out[i] = strings.ToUpper(strconv.FormatUint(b+0x100, 16)[1:])
	}
	text := strings.Join(out[:], ":")
	return &text
}

func (o object) time(key string) time.Time {
	s := strings.ToUpper(o.str(key)) // as it writes times in messages, too: with a space for T, and with UTC
	if date, rest, ok := strings.Cut(s, " "); ok {
		s = date + "T" + strings.Replace(strings.Replace(rest, " UTC", "Z", 1), " ", "", 1)
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t.UTC()
	}
	o.prob.say(key + ": input contains invalid characters")
	return time.Time{}
}

// timeOr is the time that a client sent along, else absent.
func (o object) timeOr(key string, absent time.Time) Stamp {
	if !o.has(key) {
		return Stamp{absent}
	}
	return Stamp{o.time(key)}
}

func (o object) optTime(key string) *time.Time {
	if o.value(key) == nil {
		return nil
	}
	t := o.time(key)
	return &t
}

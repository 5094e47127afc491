// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

const (
	defaultLimit = 50
	maxLimit     = 1000
)

func errQuery(text string) error {
	return errPlain(http.StatusBadRequest, "Failed to deserialize query string: %s", text)
}

// parseQuery takes a query apart as the server does: a semicolon is no separator, and a broken escape stands for itself.
func parseQuery(raw string) url.Values {
	out := url.Values{}
	for pair := range strings.SplitSeq(raw, "&") {
		if key, value, _ := strings.Cut(pair, "="); pair != "" {
			out.Add(unescape(key), unescape(value))
		}
	}
	return out
}

func unescape(s string) string {
	s = strings.ReplaceAll(s, "+", " ")
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if b, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				out.WriteByte(byte(b))
				i += 2
				continue
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// single is a query value that may be given once; empty counts as absent.
func (c *call) single(key string) (string, error) {
	key = c.dialect.words.key(key)
	values := c.query[key]
	if len(values) > 1 {
		return "", errQuery(key + ": expected one value")
	}
	return c.query.Get(key), nil
}

func (c *call) queryID(key string) (*uuid.UUID, error) {
	raw, err := c.single(key)
	if err != nil || raw == "" {
		return nil, err
	}
	id, err := uuid.Parse(raw)
	if err != nil {
		return nil, errQuery(key + ": UUID parsing failed")
	}
	return &id, nil
}

func (c *call) queryIDs(key string) (idSet, error) {
	var out idSet
	raws := c.query[key]
	if len(raws) == 1 && raws[0] == "" { // as if it were absent
		return nil, nil
	}
	for _, raw := range raws {
		id, err := uuid.Parse(raw)
		if err != nil {
			return nil, errQuery(key + ": UUID parsing failed")
		}
		if out == nil {
			out = idSet{}
		}
		out[id] = struct{}{}
	}
	return out, nil
}

func (c *call) queryNumber(key string, absent int) (int, error) {
	raw, err := c.single(key)
	if err != nil || raw == "" {
		return absent, err
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(raw, "+"), 10, 32)
	if err != nil {
		return 0, errQuery(key + ": invalid digit found in string")
	}
	return int(n), nil
}

// filter is a condition on rows; nil holds for all.
type filter[T any] func(T) bool

func both[T any](a, b filter[T]) filter[T] {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	return func(r T) bool { return a(r) && b(r) }
}

// byID filters by a query value that is compared with one id of the row.
func byID[T any](c *call, key string, of func(T) uuid.UUID) (filter[T], error) {
	id, err := c.queryID(key)
	if err != nil || id == nil {
		return nil, err
	}
	return func(r T) bool { return of(r) == *id }, nil
}

// byIDs filters by a query value that may be given many times.
func byIDs[T row](c *call, key string) (filter[T], error) {
	ids, err := c.queryIDs(key)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return func(r T) bool { _, ok := ids[r.key()]; return ok }, nil
}

// byTags filters by tags of which a row must have one.
func byTags[T row](c *call, k kind) (filter[T], error) {
	ids, err := c.queryIDs("tag_ids")
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return func(r T) bool {
		return slices.ContainsFunc(c.db.tagging.of[entity{string(k), r.key()}], func(tag uuid.UUID) bool {
			_, ok := ids[tag]
			return ok
		})
	}, nil
}

// inNetworks filters by network_id, and by what the caller sees.
func inNetworks[T any](c *call, of func(T) uuid.UUID) (filter[T], error) {
	id, err := c.queryID("network_id")
	if err != nil {
		return nil, err
	}
	return func(r T) bool {
		network := of(r)
		return c.caller.sees(network) && (id == nil || *id == network)
	}, nil
}

// allOf joins filters as they are read from the query; the first error ends it.
func allOf[T any](read ...func() (filter[T], error)) (filter[T], error) {
	var out filter[T]
	for _, f := range read {
		next, err := f()
		if err != nil {
			return nil, err
		}
		out = both(out, next)
	}
	return out, nil
}

// orders are the fields by which a kind can be ordered.
type orders[T any] map[string]func(a, b T) int

// sort orders rows as group_by (upwards) and order_by ask; else they stay as they are, oldest first.
func (o orders[T]) sort(c *call, rows []T) error {
	group, err := o.read(c, "group_by")
	if err != nil {
		return err
	}
	order, err := o.read(c, "order_by")
	if err != nil {
		return err
	}
	direction, err := c.single("order_direction")
	if err != nil {
		return err
	}
	if direction != "" && direction != "asc" && direction != "desc" {
		return errQuery("order_direction: unknown variant")
	}
	sign := 1
	if direction == "desc" {
		sign = -1
	}
	if group != nil || order != nil {
		slices.SortStableFunc(rows, func(a, b T) int { return cmp.Or(group.compare(a, b), sign*order.compare(a, b)) })
	}
	return nil
}

type ordering[T any] func(a, b T) int

func (f ordering[T]) compare(a, b T) int {
	if f == nil {
		return 0
	}
	return f(a, b)
}

func (o orders[T]) read(c *call, key string) (ordering[T], error) {
	name, err := c.single(key)
	if err != nil || name == "" {
		return nil, err
	}
	for field, f := range o {
		if c.dialect.words.key(field) == name {
			return f, nil
		}
	}
	return nil, errQuery(key + ": unknown variant `" + name + "`")
}

// paged cuts the page that the query asks for out of all rows and shows it.
func paged[T, W any](c *call, rows []T, show func(T) W) (any, error) {
	limit, err := c.queryNumber("limit", defaultLimit)
	if err != nil {
		return nil, err
	}
	offset, err := c.queryNumber("offset", 0)
	if err != nil {
		return nil, err
	}
	limit = min(limit, maxLimit)
	part := rows[min(offset, len(rows)):]
	if limit > 0 {
		part = part[:min(limit, len(part))]
	}
	out := make([]any, 0, len(part))
	for _, r := range part {
		out = append(out, c.dialect.shape(show(r)))
	}
	return page{rows: out, total: len(rows), limit: limit, offset: offset}, nil
}

// optional compares texts that may be missing; missing ones come last.
func optional(a, b *string) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return strings.Compare(*a, *b)
}

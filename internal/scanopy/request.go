// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// MaxPage is the most rows that a server gives in one list answer, and the
// most ids that one bulk request may hold.
const MaxPage = 1000

// maxAnswer is the largest answer that is read.
const maxAnswer = 32 << 20

// request is one request before a dialect has spelled it.
type request struct {
	op     string
	method string
	// route is the path template below the base URL; routeOf is used instead
	// where the dialects differ. ids fill the template's braces in order.
	route   string
	routeOf func(dialect) string
	ids     []string
	query   url.Values
	// body is sent as JSON; encode is used instead where the dialects differ.
	body   any
	encode func(dialect) (any, error)
	// secrets are texts in the body that no error may repeat.
	secrets []string
	// anyDialect says that no dialect is needed.
	anyDialect bool
	// needsCredentials says that the server must have credentials of all types.
	needsCredentials bool
	// dialected says that the answer has to be read in a dialect.
	dialected bool
}

// answer is what came back of a request that was answered.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// resolve spells a request in the client's dialect.
func (c *Client) resolve(req request) (request, error) {
	if c.dialect == nil && !req.anyDialect {
		return req, req.fail(unsupported("the server's version is not known yet"))
	}
	if req.needsCredentials && c.dialect.routes().credentials == "" {
		return req, req.fail(lacking("credentials of all types", version{0, 15, 0}))
	}
	if req.routeOf != nil {
		req.route = req.routeOf(c.dialect)
	}
	if err := req.refuseIDs(req.ids); err != nil {
		return req, err
	}
	if req.encode == nil {
		return req, nil
	}
	body, err := req.encode(c.dialect)
	if err != nil {
		return req, req.fail(err)
	}
	req.body = body
	return req, nil
}

// do sends a request once and decodes the data of its answer into out.
func (c *Client) do(ctx context.Context, req request, out any) (meta, error) {
	req, err := c.resolve(req)
	if err != nil {
		return meta{}, err
	}
	ans, err := c.exchange(ctx, req)
	if err != nil {
		return meta{}, err
	}
	env := readEnvelope(ans.body)
	if err := c.checkVersion(req, ans, env); err != nil {
		return meta{}, req.fail(err)
	}
	if bad := classify(ans, env, c.hide(req.secrets)); bad != nil {
		if !req.anyDialect && smells(bad) {
			c.doubt()
		}
		return meta{}, req.fail(bad)
	}
	return decode(req, ans, env, out)
}

// exchange sends a request once and reads its whole answer.
func (c *Client) exchange(ctx context.Context, req request) (answer, error) {
	parent := ctx
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var sent atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { sent.Store(true) }})
	httpReq, err := c.newRequest(ctx, req)
	if err != nil {
		return answer{}, err
	}
	if c.gate != nil {
		if err := c.gate.Allow(); err != nil {
			return answer{}, req.fail(err)
		}
	}
	start := time.Now()
	ans, err := c.roundTrip(httpReq)
	if c.observe != nil && (sent.Load() || ans.status != 0) {
		c.observe(req.method+" "+req.route, ans.status, time.Since(start))
	}
	if err != nil {
		return answer{}, req.fail(describe(parent, err, ans.status, sent.Load(), c.timeout))
	}
	return ans, nil
}

// newRequest makes the HTTP request; nothing in it is logged or shown.
func (c *Client) newRequest(ctx context.Context, req request) (*http.Request, error) {
	var body io.Reader
	if req.body != nil {
		raw, err := json.Marshal(req.body)
		if err != nil {
			return nil, req.fail(&Error{Reason: BadRequest, Message: "the request cannot be written as JSON"})
		}
		body = bytes.NewReader(raw)
	}
	u := *c.base
	path := req.path()
	u.Path += path
	if u.RawPath != "" {
		u.RawPath += path
	}
	u.RawQuery = req.query.Encode()
	httpReq, err := http.NewRequestWithContext(ctx, req.method, u.String(), body)
	if err != nil {
		return nil, req.fail(invalid("the URL cannot be used"))
	}
	httpReq.Header.Set("Authorization", "Bearer "+c.token)
	httpReq.Header.Set("Accept", "application/json")
	httpReq.Header.Set("User-Agent", c.userAgent)
	if body != nil {
		httpReq.Header.Set("Content-Type", "application/json")
	}
	return httpReq, nil
}

// roundTrip sends and reads. With an error the answer still has its status, if
// there was one.
func (c *Client) roundTrip(httpReq *http.Request) (answer, error) {
	resp, err := c.http.Do(httpReq)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	ans := answer{status: resp.StatusCode, header: resp.Header}
	c.tellGate(ans)
	if resp.ContentLength > maxAnswer {
		return ans, errTooLarge
	}
	ans.body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if len(ans.body) > maxAnswer {
		return ans, errTooLarge
	}
	if err != nil && ans.status >= http.StatusMultipleChoices {
		return answer{status: ans.status, header: ans.header}, nil // the status says enough
	}
	return ans, err
}

func (c *Client) tellGate(ans answer) {
	switch {
	case c.gate == nil:
	case ans.status == http.StatusTooManyRequests:
		c.gate.Throttled(retryAfter(ans.header))
	default:
		c.gate.Answered()
	}
}

// path fills the route's braces with the ids.
func (r request) path() string {
	path := r.route
	for _, id := range r.ids {
		before, rest, _ := strings.Cut(path, "{")
		_, after, _ := strings.Cut(rest, "}")
		path = before + id + after
	}
	return path
}

// refuseIDs refuses ids that are no UUIDs, so that an empty one never turns a
// request for a row into one for a collection.
func (r request) refuseIDs(ids []string) error {
	for _, id := range ids {
		if len(id) != 36 || strings.Trim(id, "0123456789abcdefABCDEF-") != "" {
			return r.fail(&Error{Reason: BadRequest, Message: "an id is not a UUID"})
		}
	}
	return nil
}

// fail says which request an error belongs to.
func (r request) fail(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	told := *e
	told.Op, told.Route = r.op, r.method+" "+r.route
	refine(&told)
	return &told
}

func (r request) badAnswer(message string) error {
	return r.fail(&Error{Reason: BadAnswer, Status: http.StatusOK, Message: message, Sent: true})
}

// one sends a request whose answer is one row.
func one[T any](ctx context.Context, c *Client, req request,
	read func(dialect, json.RawMessage) (T, error), key func(T) (id, network string),
) (T, error) {
	var zero T
	var raw json.RawMessage
	req.dialected = true
	if _, err := c.do(ctx, req, &raw); err != nil {
		return zero, err
	}
	row, err := read(c.dialect, raw)
	if err != nil {
		return zero, req.badAnswer("the answer cannot be read")
	}
	if id, _ := key(row); id == "" {
		return zero, req.badAnswer("the answer holds no id")
	}
	return row, nil
}

// listing is what a list request asks for; without a network rows of all come.
type listing struct {
	network string
	// networks: the list takes several.
	networks      bool
	limit, offset int
}

// list sends a request whose answer is a page of rows.
func list[T any](ctx context.Context, c *Client, req request, ask listing,
	read func(dialect, json.RawMessage) (T, error), key func(T) (id, network string),
) ([]T, Page, error) {
	if ask.limit <= 0 || ask.limit > MaxPage {
		ask.limit = MaxPage
	}
	req.query = url.Values{"limit": {strconv.Itoa(ask.limit)}, "offset": {strconv.Itoa(max(ask.offset, 0))}}
	if ask.network != "" && c.dialect != nil {
		req.query.Set(c.dialect.networkFilter(ask.networks), ask.network)
	}
	req.dialected = true
	var raws []json.RawMessage
	m, err := c.do(ctx, req, &raws)
	if err != nil {
		return nil, Page{}, err
	}
	page := Page{Total: m.Pagination.Total, Size: len(raws)}
	rows := make([]T, 0, len(raws))
	for _, raw := range raws {
		row, err := read(c.dialect, raw)
		id, network := key(row)
		switch {
		case err != nil || id == "":
			return nil, Page{}, req.badAnswer("a row of the answer cannot be read")
		case ask.network != "" && network == "":
			c.doubt()
			return nil, Page{}, req.badAnswer("a row of the answer names no network")
		case ask.network != "" && network != ask.network:
			page.Foreign++
		default:
			rows = append(rows, row)
		}
	}
	return rows, page, nil
}

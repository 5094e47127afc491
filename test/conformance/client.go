// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// client sends requests as a transcript has them, and waits when the server says that there were too many.
type client struct {
	http  *http.Client
	base  string
	token string
}

// request is one request; a nil token means none.
type request struct {
	method, path string
	body         any
	hasBody      bool
	raw          *string
	headers      map[string]any
	token        *string
}

// maxRetries bounds how often a request is sent again after 429.
const maxRetries = 60

func (c *client) do(ctx context.Context, r request) (status int, answer any, err error) {
	for range maxRetries {
		resp, err := c.send(ctx, r)
		if err != nil {
			return 0, nil, err
		}
		text, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil {
			return 0, nil, fmt.Errorf("reading the answer to %s %s: %w", r.method, r.path, err)
		}
		status, answer = resp.StatusCode, parseAnswer(text)
		if status != http.StatusTooManyRequests {
			return status, answer, nil
		}
		if err := wait(ctx, resp.Header.Get("Retry-After")); err != nil {
			return 0, nil, err
		}
	}
	return status, answer, nil
}

func wait(ctx context.Context, retryAfter string) error {
	seconds, err := strconv.Atoi(retryAfter)
	if err != nil || seconds < 1 {
		seconds = 1
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Duration(seconds) * time.Second):
		return nil
	}
}

func (c *client) send(ctx context.Context, r request) (*http.Response, error) {
	var body io.Reader = http.NoBody
	switch {
	case r.raw != nil:
		body = strings.NewReader(*r.raw)
	case r.hasBody:
		raw, err := json.Marshal(r.body)
		if err != nil {
			return nil, fmt.Errorf("encoding the body of %s %s: %w", r.method, r.path, err)
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, strings.TrimSuffix(c.base, "/")+r.path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	if r.raw != nil || r.hasBody {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.token != nil && *r.token != "" {
		req.Header.Set("Authorization", "Bearer "+*r.token)
	}
	for k, v := range r.headers {
		if v == nil {
			req.Header.Del(k)
		} else {
			req.Header.Set(k, fmt.Sprint(v))
		}
	}
	return c.http.Do(req)
}

// parseAnswer reads JSON; anything else is an object with the text.
func parseAnswer(text []byte) any {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var out any
	if err := dec.Decode(&out); err != nil {
		return map[string]any{"<text>": string(text)}
	}
	if _, err := dec.Token(); err == nil {
		return map[string]any{"<text>": string(text)}
	}
	return out
}

// call sends a request with the owner's key.
func (c *client) call(ctx context.Context, method, path string, body any) (int, any, error) {
	return c.do(ctx, request{method: method, path: path, body: body, hasBody: body != nil, token: &c.token})
}

// at finds something in an answer by keys and numbers between dots.
func at(doc any, path string) (any, bool) {
	for k := range strings.SplitSeq(path, ".") {
		switch d := doc.(type) {
		case map[string]any:
			v, ok := d[k]
			if !ok {
				return nil, false
			}
			doc = v
		case []any:
			i, err := strconv.Atoi(k)
			if err != nil || i < 0 || i >= len(d) {
				return nil, false
			}
			doc = d[i]
		default:
			return nil, false
		}
	}
	return doc, true
}

// rowsOf are the rows of a list.
func rowsOf(answer any) []map[string]any {
	data, _ := at(answer, "data")
	list, _ := data.([]any)
	var out []map[string]any
	for _, v := range list {
		if row, ok := v.(map[string]any); ok {
			out = append(out, row)
		}
	}
	return out
}

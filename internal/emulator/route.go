// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// route is one method on one path. Its path may have ids, written {id}.
type route struct {
	method, path string
	// who may call; nil means anybody, without a token.
	who func(*call) error
	// reads: the handler changes nothing.
	reads bool
	// body: the handler wants JSON.
	body   bool
	handle func(*call) (any, error)
}

// call is one request on its way through a handler.
type call struct {
	*Server
	request *http.Request
	caller  caller
	ids     []uuid.UUID
	query   url.Values
	body    any
	prob    problem
}

// match is what the path of a request was matched with: the template of the path, the ids in it, or a status.
type match struct {
	template string
	ids      []string
	status   int
	// dialect is the version whose routes were looked at.
	dialect *dialect
}

// match finds the route of a request. A path without any route is 404, one without this method 405.
func (s *Server) match(method, path string) (*route, match) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.find(method, path)
}

func (s *Server) find(method, path string) (*route, match) {
	segments := strings.Split(aliased(path), "/")
	var found *route
	out := match{template: "(none)", status: http.StatusNotFound, dialect: s.dialect}
	for i := range s.routes {
		rt := &s.routes[i]
		ids, ok := matchPath(rt.path, segments)
		if !ok || (out.status != http.StatusNotFound && len(ids) > len(out.ids)) {
			continue
		}
		if out.status == http.StatusNotFound || len(ids) < len(out.ids) { // a path in words beats one with ids
			found, out = nil, match{template: rt.path, ids: ids, status: http.StatusMethodNotAllowed, dialect: s.dialect}
		}
		if rt.method == method || (rt.method == http.MethodGet && method == http.MethodHead) {
			found = rt
		}
	}
	return found, out
}

// aliased maps the unversioned paths that old daemons use.
func aliased(path string) string {
	for _, table := range []string{"hosts", "subnets", "services"} {
		if rest, ok := strings.CutPrefix(path, "/api/"+table); ok && (rest == "" || rest[0] == '/') {
			return "/api/v1/" + table + rest
		}
	}
	return path
}

func matchPath(pattern string, segments []string) ([]string, bool) {
	want := strings.Split(pattern, "/")
	if len(want) != len(segments) {
		return nil, false
	}
	var ids []string
	for i, w := range want {
		if strings.HasPrefix(w, "{") {
			if segments[i] == "" {
				return nil, false
			}
			ids = append(ids, segments[i])
		} else if w != segments[i] {
			return nil, false
		}
	}
	return ids, true
}

// prepare takes the request apart, in the order in which the server's framework does.
func (c *call) prepare(rt *route, m match) error {
	if rt.who != nil {
		if err := c.authenticate(); err != nil {
			return err
		}
		if err := rt.who(c); err != nil {
			return err
		}
		c.prob.aliases = c.caller.daemon
	}
	for _, raw := range m.ids {
		id, err := uuid.Parse(raw)
		if err != nil {
			return errPlain(http.StatusBadRequest, "Invalid URL: Cannot parse `id` with value `%s`: UUID parsing failed", raw)
		}
		c.ids = append(c.ids, id)
	}
	c.prob.unborn = epoch()
	if c.dialect.bornNow && !rt.reads {
		c.prob.unborn = c.now()
	}
	c.query = parseQuery(c.request.URL.RawQuery)
	if !rt.body {
		return nil
	}
	var err error
	c.body, err = parseBody(c.request)
	return err
}

// routes are those that a version has, by its own names.
func (d *dialect) routes() []route {
	out := slices.Concat(metaRoutes(), networkRoutes(), subnetRoutes(), tagRoutes(), hostRoutes(), serviceRoutes(),
		bindingRoutes(), interfaceRoutes(), portRoutes(), daemonRoutes())
	if d.provision {
		out = append(out, provisionRoutes()...)
	}
	if d.credentials != nil {
		out = append(out, credentialRoutes()...)
	}
	if d.shapes.renamed {
		out = append(out, ifEntryRoutes()...)
	}
	if d.shapes.history {
		out = append(out, subnetMergeRoutes()...)
	}
	for i := range out {
		out[i].path = d.words.path(out[i].path)
	}
	return out
}

// crud are the routes that every kind has: one row, deletion of one and of many.
func crud(k kind, level func(*call) error, get, remove, bulk func(*call) (any, error)) []route {
	base := "/api/v1/" + k.table()
	return []route{
		{method: http.MethodPost, path: base + "/bulk-delete", who: level, body: true, handle: bulk},
		{method: http.MethodGet, path: base + "/{id}", who: viewer, reads: true, handle: get},
		{method: http.MethodDelete, path: base + "/{id}", who: level, handle: remove},
	}
}

func metaRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/api/version", reads: true, handle: func(c *call) (any, error) {
			return map[string]any{"api_version": apiVersion, "server_version": c.dialect.version}, nil
		}},
		{method: http.MethodGet, path: "/api/health", reads: true, handle: func(c *call) (any, error) {
			return bare{"success": true, "data": "Scanopy Server " + c.dialect.version, "error": nil}, nil
		}},
		{method: http.MethodGet, path: "/api/v1/organizations", who: userOnly, reads: true,
			handle: func(*call) (any, error) { return nil, fmt.Errorf("no session can exist") }},
	}
}

// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
)

const apiVersion = 1

// answer is what goes back to the client. A body without a content type is none.
type answer struct {
	status      int
	header      http.Header
	contentType string
	body        []byte
}

func (a *answer) set(key, value string) {
	if a.header == nil {
		a.header = http.Header{}
	}
	a.header.Set(key, value)
}

func (a *answer) write(w http.ResponseWriter) {
	for k, v := range a.header {
		w.Header()[k] = v
	}
	if a.contentType != "" {
		w.Header().Set("Content-Type", a.contentType)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a client that went away is no concern of the server
}

// bare is an answer outside the envelope.
type bare map[string]any

// page is an answer with many rows.
type page struct {
	rows                 any
	total, limit, offset int
}

type meta struct {
	APIVersion    int         `json:"api_version"`
	ServerVersion string      `json:"server_version"`
	Pagination    *pagination `json:"pagination,omitempty"`
}

type pagination struct {
	TotalCount int  `json:"total_count"`
	Limit      int  `json:"limit"`
	Offset     int  `json:"offset"`
	HasMore    bool `json:"has_more"`
}

type envelope struct {
	Success bool `json:"success"`
	Data    any  `json:"data"`
	Meta    meta `json:"meta"`
}

type errorEnvelope struct {
	Success bool              `json:"success"`
	Error   string            `json:"error"`
	Code    string            `json:"code,omitempty"`
	Params  map[string]string `json:"params,omitempty"`
	Meta    meta              `json:"meta"`
}

func (s *Server) meta() meta { return meta{APIVersion: apiVersion, ServerVersion: s.dialect.version} }

func (s *Server) success(out any) *answer {
	switch v := out.(type) {
	case bare:
		return jsonAnswer(http.StatusOK, v)
	case page:
		m := s.meta()
		m.Pagination = &pagination{
			TotalCount: v.total, Limit: v.limit, Offset: v.offset, HasMore: v.offset+v.limit < v.total,
		}
		return jsonAnswer(http.StatusOK, envelope{Success: true, Data: v.rows, Meta: m})
	}
	return jsonAnswer(http.StatusOK, envelope{Success: true, Data: out, Meta: s.meta()})
}

func (s *Server) failure(err error) *answer {
	e, ok := errors.AsType[*apiError](err)
	if !ok {
		e = &apiError{status: http.StatusInternalServerError, text: err.Error()}
	}
	if e.body && s.dialect.enveloped {
		e = &apiError{status: http.StatusBadRequest, text: e.text}
	}
	if e.plain {
		return &answer{status: e.status, contentType: "text/plain; charset=utf-8", body: []byte(e.text)}
	}
	return jsonAnswer(e.status, errorEnvelope{Error: e.text, Code: e.code, Params: e.params, Meta: s.meta()})
}

func jsonAnswer(status int, v any) *answer {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return &answer{status: http.StatusInternalServerError, contentType: "text/plain", body: []byte(err.Error())}
	}
	return &answer{status: status, contentType: "application/json", body: bytes.TrimSuffix(buf.Bytes(), []byte("\n"))}
}

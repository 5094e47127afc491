// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// serveControl serves what is beside the API; the package comment lists it.
func (s *Server) serveControl(w http.ResponseWriter, r *http.Request, path string) {
	body, err := io.ReadAll(io.LimitReader(r.Body, bodyLimit))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	out, err := s.control(r, path, body)
	switch {
	case errors.Is(err, errNoControl):
		http.NotFound(w, r)
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	default:
		jsonAnswer(http.StatusOK, out).write(w)
	}
}

const errNoControl = controlError("no such control endpoint")

type controlError string

func (e controlError) Error() string { return string(e) }

func (s *Server) control(r *http.Request, path string, body []byte) (any, error) {
	switch r.Method + " " + path {
	case "GET /control/bootstrap":
		return s.Bootstrap(), nil
	case "GET /control/faults":
		return s.Faults(), nil
	case "POST /control/faults":
		return s.controlFaults(body)
	case "DELETE /control/faults":
		s.ClearFaults()
		return s.Faults(), nil
	case "GET /control/ratelimit", "PUT /control/ratelimit":
		return s.controlRateLimit(r.Method, body)
	case "GET /control/log":
		log := s.Log()
		if r.URL.Query().Get("entries") == "false" {
			log.Entries = []Entry{}
		}
		return log, nil
	case "DELETE /control/log":
		s.ResetLog()
		return s.Log(), nil
	case "GET /control/state":
		return s.State(), nil
	case "POST /control/reset":
		s.Reset()
		return s.Bootstrap(), nil
	case "PUT /control/version":
		return s.controlVersion(body)
	}
	return nil, errNoControl
}

// controlFaults takes one fault or a list.
func (s *Server) controlFaults(body []byte) (any, error) {
	var list []Fault
	if json.Unmarshal(body, &list) != nil {
		list = make([]Fault, 1)
		if err := json.Unmarshal(body, &list[0]); err != nil {
			return nil, err
		}
	}
	if err := s.AddFaults(list...); err != nil {
		return nil, err
	}
	return s.Faults(), nil
}

type rateLimitSetting struct {
	Enabled bool `json:"enabled"`
}

func (s *Server) controlRateLimit(method string, body []byte) (any, error) {
	if method == http.MethodPut {
		var want rateLimitSetting
		if err := json.Unmarshal(body, &want); err != nil {
			return nil, err
		}
		s.SetRateLimit(want.Enabled)
	}
	return rateLimitSetting{Enabled: s.limit.isEnabled()}, nil
}

func (s *Server) controlVersion(body []byte) (any, error) {
	var want struct {
		Version string `json:"version"`
	}
	if err := json.Unmarshal(body, &want); err != nil {
		return nil, err
	}
	return want, s.SetVersion(want.Version)
}

// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// hand is what somebody does in Scanopy's web UI: the requests that it sends.
type hand func(ctx context.Context, s *scanopy) error

// deed is what somebody does, in words, too.
type deed struct {
	words string
	does  hand
}

func byHand(words string, does hand) deed { return deed{words, does} }

// rename gives a host another hostname.
func rename(host, hostname string) hand {
	return func(ctx context.Context, s *scanopy) error {
		h, err := s.host(ctx, host)
		if err != nil {
			return err
		}
		return s.request(ctx, http.MethodPut, "/api/v1/hosts/"+h.ID.String(), map[string]any{
			"id": h.ID, "name": h.Name, "network_id": h.NetworkID, "hostname": hostname, "description": h.Description,
			"hidden": h.Hidden, "tags": append([]uuid.UUID{}, h.Tags...), "virtualization": nil, "expected_updated_at": nil,
		}, nil)
	}
}

// host finds a host by its name.
func (s *scanopy) host(ctx context.Context, name string) (emulator.Host, error) {
	state, err := s.state(ctx)
	if err != nil {
		return emulator.Host{}, err
	}
	for _, h := range state.Hosts {
		if h.Name == name {
			return h, nil
		}
	}
	return emulator.Host{}, fmt.Errorf("there is no host %q in Scanopy", name)
}

// look has the operator look at Scanopy anew, as it does by itself every resyncPeriod.
func (s *stage) look(ctx context.Context, backend string, number int) error {
	annotation := fmt.Sprintf("inventory.scanopy.io/reconcile-requested-at=step-%d", number)
	s.say.command("kubectl annotate", backend, "-n", namespace, "--overwrite", annotation)
	out, err := s.plane.Kubectl(ctx, nil, "annotate", backend, "-n", namespace, "--overwrite", annotation)
	s.say.output(out)
	return err
}

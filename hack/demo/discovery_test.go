// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

func TestADaemonFindsAMachineInTheWordsOfEachVersion(t *testing.T) {
	for _, version := range emulator.Versions() {
		if strings.HasPrefix(version, "0.13.") {
			continue // its daemons can't be played
		}
		t.Run(version, func(t *testing.T) {
			stage, _ := servedOf(t, version)
			s := stage.scanopy
			if err := s.discover(t.Context(), version, &finding{name: "nas", address: "10.20.0.50", ports: []int{22, 5000}}); err != nil {
				t.Fatal(err)
			}
			state, err := s.state(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, host := range state.Hosts {
				if host.Name != "nas" {
					continue
				}
				want := []string{"nas: 10.20.0.50; ports 22/TCP, 5000/TCP", "  SSH (SSH): 22/TCP on 10.20.0.50"}
				if diff := cmp.Diff(want, describe(state, host)); diff != "" {
					t.Error(diff)
				}
				return
			}
			t.Error("nothing was found")
		})
	}
}

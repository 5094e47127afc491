// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

func TestAnUnknownServerVersionIsRefusedBeforeAnythingIsStarted(t *testing.T) {
	out := &bytes.Buffer{}
	_, _, err := newStage(t.Context(), &teller{out: out}, "0.12.0")
	if err == nil || !strings.Contains(err.Error(), strings.Join(emulator.Versions(), ", ")) {
		t.Errorf("%v does not list the known versions", err)
	}
	if out.Len() > 0 {
		t.Errorf("it goes on: %s", out)
	}
}

func TestEveryKnownServerVersionHasAStage(t *testing.T) {
	for _, version := range emulator.Versions() {
		ctx, s, err := newStage(t.Context(), &teller{out: &bytes.Buffer{}}, version)
		if err != nil {
			t.Errorf("%s: %v", version, err)
			continue
		}
		if err := s.tearDown(); err != nil || ctx.Err() == nil {
			t.Errorf("%s: torn down with %v", version, err)
		}
	}
}

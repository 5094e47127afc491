// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/apply"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

func TestAnUnexpectedErrorKeepsItsCauseForTheLogAlone(t *testing.T) {
	cause := errors.New("the disk is full of secrets")
	got := apply.Fault(fmt.Errorf("reading: %w", cause))
	if !errors.Is(got.Cause, cause) {
		t.Errorf("the cause is %v", got.Cause)
	}
	if got.Reason != core.ReasonInternalError || got.Class != string(fault.Transient) || strings.Contains(got.Message, "secrets") {
		t.Errorf("told: %+v", got)
	}
}

func TestAnErrorOfTheClientSaysAllByItself(t *testing.T) {
	got := apply.Fault(&scanopy.Error{Reason: scanopy.BadRequest, Message: "name is too long"})
	if got.Cause != nil || got.Reason != core.ReasonBackendRejected || got.Class != string(fault.Terminal) || got.Message == "" {
		t.Errorf("told: %+v", got)
	}
}

// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// Otherwise each try that is refused again is two writes of a status.
func TestWhatTheServerRefusedIsToldFirstAndAlikeWhenItIsTriedAndUntilThen(t *testing.T) {
	const words = "creating credentials: the server says no"
	c := proxmox("c", 1)
	c.Hosts[0].HostID = ""
	tried := vaultInput(c)
	j := core.JudgeCredentials(tried)
	refused := core.CredentialResult{Steps: []core.CredentialStepResult{{Err: &core.StepError{Reason: core.ReasonPermissionDenied, Message: words}}}}
	first := core.CredentialStatuses(tried, j, core.PlanCredentials(tried, j), refused)
	until := vaultInput(c)
	until.Refused = []core.CredentialRefusal{{Reason: core.ReasonPermissionDenied, Message: words}}
	if diff := cmp.Diff(first, credentialStatuses(until)); diff != "" {
		t.Errorf("-when tried +until it is tried again: %s", diff)
	}
	if got := first[0].Conditions[3]; got.Reason != string(core.ReasonPermissionDenied) || !strings.HasPrefix(got.Message, words) ||
		!strings.Contains(got.Message, "web-01") {
		t.Errorf("%+v", got)
	}
}

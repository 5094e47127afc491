// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func TestAHostThatCannotHaveACredentialYetDoesNotHoldIt(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*core.CredentialTarget)
		want   core.Fate
		reason core.Reason
	}{
		"a Host that is in Scanopy is assigned": {func(*core.CredentialTarget) {}, core.Write, ""},
		"a Host that is not there is assigned later": {func(s *core.CredentialTarget) {
			s.Found, s.HostID = false, ""
		}, core.Keep, core.ReasonHostNotFound},
		"one that is not in Scanopy yet is assigned later": {func(s *core.CredentialTarget) { s.HostID = "" }, core.Keep, core.ReasonDependencyNotReady},
		"one that does not admit the namespace has it no more": {func(s *core.CredentialTarget) {
			s.Host.Namespace, s.Permitted = "shop", false
		}, core.Withdraw, core.ReasonRefNotPermitted},
		"one that is not there admits nobody, and takes nothing away": {func(s *core.CredentialTarget) {
			s.Host.Namespace, s.Permitted, s.Found = "shop", false, false
		}, core.Keep, core.ReasonRefNotPermitted},
	} {
		t.Run(name, func(t *testing.T) {
			decl := proxmox("one", 1)
			c.change(&decl.Hosts[0])
			v := core.JudgeCredentials(vaultInput(decl)).Verdicts[0]
			if len(v.Targets) != 1 || v.Targets[0].Fate != c.want || v.Targets[0].Reason != c.reason {
				t.Errorf("targets %+v", v.Targets)
			}
			if v.Fate != core.Write {
				t.Errorf("the credential itself: %v", v.Fate)
			}
		})
	}
}

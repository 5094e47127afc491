// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"strings"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func TestPathsAreThoseOfTheSystemThatReadsThem(t *testing.T) {
	file := func(text string) core.CredentialField {
		return core.CredentialField{Name: "password", Path: "field", Mode: core.ModeFilePath, Text: text}
	}
	script := func(text string) core.CredentialField {
		return core.CredentialField{Name: "script", Path: "field", Mode: core.ModeHostFile, Text: text}
	}
	socket := func(text string) core.CredentialField {
		return core.CredentialField{Name: "socket_path", Path: "field", Text: text}
	}
	for name, tc := range map[string]struct {
		field  core.CredentialField
		system string
		want   string // "": accepted
	}{
		"a Unix path on Unix":                           {file("/etc/k"), "Unix", ""},
		"a Windows path with backslashes":               {file(`C:\k`), "Windows", ""},
		"a Windows path with slashes":                   {file("C:/k"), "Windows", ""},
		"a share":                                       {file(`\\server\k`), "Windows", ""},
		"a share without name":                          {file(`\\`), "Windows", "absolute Windows path"},
		"a path relative to a drive":                    {file("C:k"), "Windows", "absolute Windows path"},
		"a Windows path on Unix":                        {file("C:/k"), "Unix", "daemonOS: Windows"},
		"a home":                                        {file("~/k"), "Unix", "absolute Unix path"},
		"a Unix path where nobody asks for the system":  {file("/etc/k"), "", ""},
		"a Windows one where nobody asks":               {file(`C:\k`), "", ""},
		"a relative one where nobody asks":              {file("k"), "", "absolute Unix path"},
		"a script on Unix":                              {script(`/bin/"id"`), "Unix", ""},
		"a script on Windows":                           {script(`C:\id.ps1`), "Windows", ""},
		"a script on Windows with a quotation mark":     {script(`C:\"id".ps1`), "Windows", `without "`},
		"a script's Windows path on a Unix host":        {script(`C:\id.ps1`), "Unix", "targetOS: Windows"},
		"a socket":                                      {socket("/run/docker.sock"), "Unix", ""},
		"a socket as URL":                               {socket("unix:///run/docker.sock"), "Unix", ""},
		"a relative socket":                             {socket("unix://docker.sock"), "Unix", "absolute path"},
		"a named pipe on Unix":                          {socket(`\\.\pipe\docker`), "Unix", "daemonOS: Windows"},
		"a named pipe":                                  {socket(`\\.\pipe\docker`), "Windows", ""},
		"a named pipe with slashes":                     {socket("//./Pipe/docker"), "Windows", ""},
		"a named pipe as URL":                           {socket("npipe:////./pipe/docker"), "Windows", ""},
		"a file instead of a named pipe":                {socket(`C:\docker.sock`), "Windows", "named pipe"},
		"a Unix socket on Windows":                      {socket("/run/docker.sock"), "Windows", "named pipe"},
		"a named pipe where nobody asks for the system": {socket(`\\.\pipe\docker`), "", ""},
		"the engine's usual socket":                     {socket(""), "Windows", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := proxmox("c", 1)
			c.Secrets, c.DaemonOS = nil, tc.system
			c.Fields = []core.CredentialField{tc.field, {Name: "target_os", Path: "targetOS", Text: tc.system}}
			got := credentialStatuses(vaultInput(c))[0].Conditions[1]
			if got.True != (tc.want == "") || !strings.Contains(got.Message, tc.want) {
				t.Errorf("%+v", got)
			}
			if tc.want != "" && tc.field.Text != `\\` && strings.Contains(got.Message, tc.field.Text) {
				t.Errorf("the message repeats the path: %s", got.Message)
			}
		})
	}
}

func TestTheSystemOfADaemonIsWantedOnlyOfACredentialThatNamesSomethingOnIt(t *testing.T) {
	for name, tc := range map[string]struct {
		fields []core.CredentialField
		want   string
	}{
		"a file":                    {[]core.CredentialField{{Name: "password", Mode: core.ModeFilePath, Text: "/etc/k"}}, "Unix"},
		"a script on the daemon":    {[]core.CredentialField{{Name: "script", Mode: core.ModeDaemonFile, Text: "/etc/k"}}, "Unix"},
		"a socket":                  {[]core.CredentialField{{Name: "socket_path", Text: "/run/docker.sock"}}, "Unix"},
		"the engine's usual socket": {nil, ""},
		"a script on the host":      {[]core.CredentialField{{Name: "script", Mode: core.ModeHostFile, Text: "/bin/id"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := proxmox("c", 1)
			c.Secrets, c.Hosts, c.Type, c.DaemonOS, c.Fields = nil, nil, "DockerSocket", "Unix", tc.fields
			in := vaultInput(c)
			wish := core.JudgeCredentials(in).Verdicts[0].Wish
			if wish.DaemonOS != tc.want {
				t.Errorf("wants %q", wish.DaemonOS)
			}
			shown := wish.On(nil)
			shown.DaemonOS = tc.want // the server forgets it where nothing reads it
			in.Rows = []core.ObservedCredential{shown}
			if p := core.PlanCredentials(in, core.JudgeCredentials(in)); len(p.Steps) > 0 {
				t.Errorf("writes again: %+v", p.Steps)
			}
		})
	}
}

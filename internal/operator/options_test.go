// SPDX-License-Identifier: Apache-2.0

package operator

import (
	"flag"
	"io"
	"testing"
)

func TestFlagsThatContradictEachOtherAreRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		args []string
		ok   bool
	}{
		"the defaults are fine":                               {nil, true},
		"namespaces to watch need an instance id":             {[]string{"--watch-namespaces=lab"}, false},
		"namespaces to watch with an instance id are fine":    {[]string{"--watch-namespaces=lab,racks", "--instance-id=0a1b2c3d"}, true},
		"a former instance id has eight hex digits":           {[]string{"--former-instance-ids=0a1b2c3"}, false},
		"several former instance ids are fine":                {[]string{"--former-instance-ids=0a1b2c3d, 00000001"}, true},
		"a former instance id that is no hex number is wrong": {[]string{"--former-instance-ids=0a1b2c3x"}, false},
		"no worker does no work":                              {[]string{"--workers=0"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var o Options
			flags := flag.NewFlagSet("manager", flag.ContinueOnError)
			flags.SetOutput(io.Discard)
			o.Bind(flags)
			if err := flags.Parse(tc.args); err != nil {
				t.Fatal(err)
			}
			if err := o.validate(); (err == nil) != tc.ok {
				t.Errorf("validate: %v, want ok %v", err, tc.ok)
			}
		})
	}
}

func TestAListOfNamespacesIsReadWithoutBlanks(t *testing.T) {
	o := Options{WatchNamespaces: " lab, ,racks,"}
	got := o.namespaces()
	if len(got) != 2 || got[0] != "lab" || got[1] != "racks" {
		t.Errorf("namespaces: %q", got)
	}
}

// SPDX-License-Identifier: Apache-2.0

package core

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The layout is frozen. These vectors never change: whoever has to change one makes every row of every installation
// somebody else's.
func TestDerivedIDsAreFrozen(t *testing.T) {
	const network = "550e8400-e29b-41d4-a716-446655440000"
	instance := InstanceOf("8f14e45f-ceea-467f-a9d3-3d6f3a5c8b1e", "scanopy-system", "scanopy-operator")
	if got := instance.String(); got != "def8de8a" {
		t.Errorf("instance is %s", got)
	}
	host := Owner(network, Ref{KindHost, "lab", "web-01"})
	service := Owner(network, Ref{KindService, "lab", "metrics"})
	binding := Owner(network, Ref{KindBinding, "lab", "metrics-eth1"})
	for name, c := range map[string]struct {
		owner OwnerHash
		kind  RowKind
		key   []string
		want  string
	}{
		"an interface by name and MAC":        {host, RowInterface, []string{"eth0", "02:00:00:00:00:0A"}, "def8de8a-89ec-8f56-81cc-a244d8357cb9"},
		"an interface without a MAC":          {host, RowInterface, []string{"eth0", ""}, "def8de8a-89ec-8f56-81cc-b33e4e9866a5"},
		"a port by name":                      {host, RowPort, []string{"http"}, "def8de8a-89ec-8f56-81cc-b87744884c6b"},
		"an inline service by name":           {host, RowService, []string{"edge"}, "def8de8a-89ec-8f56-81cc-bee483b83ed9"},
		"a Service by its owner alone":        {service, RowService, nil, "def8de8a-a0e6-801e-8997-4b8cb55fd6c8"},
		"a binding by its canonical content":  {binding, RowBinding, []string{"5", "Interface", "eth1", ""}, "def8de8a-c852-8e9e-a627-d83dddeba0e3"},
		"nothing at all":                      {0, "", nil, "def8de8a-0000-8000-8000-0ec61bba5273"},
		"the last owner there is":             {partMask, RowPort, []string{"http"}, "def8de8a-ffff-8fff-bfff-f87744884c6b"},
		"fields do not run into one another":  {host, RowInterface, []string{"eth", "0"}, "def8de8a-89ec-8f56-81cc-a2ea6318941e"},
		"long keys, over several hash blocks": {host, RowPort, []string{strings.Repeat("p", 400)}, "def8de8a-89ec-8f56-81cc-b6e1293cd490"},
	} {
		if got := ChildID(instance, c.owner, c.kind, c.key...); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func TestDerivedIDsAreVersion8AndTakenApartAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := Instance(rapid.Uint32().Draw(t, "instance"))
		o := OwnerHash(rapid.Uint64Range(0, partMask).Draw(t, "owner"))
		c := rapid.Uint64Range(0, partMask).Draw(t, "child")
		id := formatID(i, o, c)
		if id[14] != '8' || !strings.ContainsRune("89ab", rune(id[19])) {
			t.Fatalf("%s is no version-8 UUID", id)
		}
		gi, g, gc, ok := ParseID(id)
		if !ok || gi != i || g != o || gc != c {
			t.Fatalf("%s: got %v %x %x %v, want %v %x %x", id, gi, g, gc, ok, i, o, c)
		}
		if upper, _, _, ok := ParseID(strings.ToUpper(id)); !ok || upper != i {
			t.Fatalf("%s in upper case is not understood", id)
		}
	})
}

func TestOnlyDerivedIDsAreTakenApart(t *testing.T) {
	for _, id := range []string{
		"", "550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-81d4-c716-446655440000",
		"550e8400-e29b-81d4-a716-44665544000g", "550e8400e29b81d4a716446655440000", "550e8400-e29b-81d4-a716-4466554400001",
	} {
		if _, _, _, ok := ParseID(id); ok {
			t.Errorf("%q counts as derived", id)
		}
	}
}

func FuzzParseID(f *testing.F) {
	f.Add("550e8400-e29b-41d4-a716-446655440000")
	f.Add(ChildID(1, 2, RowPort, "http"))
	f.Fuzz(func(t *testing.T, id string) {
		i, o, c, ok := ParseID(id)
		if ok && !strings.EqualFold(formatID(i, o, c), id) {
			t.Errorf("%q does not come back", id)
		}
	})
}

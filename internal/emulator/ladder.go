// SPDX-License-Identifier: Apache-2.0

package emulator

import "net/netip"

// rung is one of the names that a host could be shown by.
type rung struct {
	Rung   string       `json:"rung"`
	Source *Attribution `json:"source"`
	Value  *string      `json:"value"`
}

// ladder lists what a host could be called, best first: a name given by hand, else what the host and its neighbours say
// of it, then any other name, then an address.
func ladder(h *Host) []rung {
	rungOf := func(name, attribute string, value *string) rung {
		r := rung{Rung: name}
		if value != nil && *value != "" {
			by := h.Facts.Sources[attribute]
			r.Value, r.Source = value, &by
		}
		return r
	}
	name := rungOf("Name", "name", &h.Name)
	out := []rung{
		rungOf("Hostname", "hostname", h.Hostname), rungOf("SysName", "sys_name", h.Facts.SysName),
		rungOf("ChassisId", "chassis_id", h.ChassisID),
	}
	if h.Facts.Sources["name"] == byHand {
		out = append([]rung{name}, out...)
	} else {
		out = append(out, name)
	}
	return append(out, rung{Rung: "Address", Value: firstAddress(h)})
}

// firstAddress is the first address of a host by which others know it.
func firstAddress(h *Host) *string {
	for i := range h.Interfaces {
		if a, err := netip.ParseAddr(h.Interfaces[i].IPAddress); err == nil && !a.IsLoopback() {
			return &h.Interfaces[i].IPAddress
		}
	}
	return nil
}

// displayedRung is the best rung that has a value.
func displayedRung(rungs []rung) (name, value *string) {
	for i := range rungs {
		if rungs[i].Value != nil {
			return &rungs[i].Rung, rungs[i].Value
		}
	}
	return nil, nil
}

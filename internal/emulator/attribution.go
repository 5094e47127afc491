// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/json"
	"maps"
	"strings"
)

// Attribution says where a value came from; values are ranked by it. It is kept by every version, for those that show it.
type Attribution string

// Attributions, strongest first.
const (
	byHand     Attribution = "Manual"
	bySelf     Attribution = "DaemonSelfReport"
	bySNMP     Attribution = "Probe:Snmp"
	unknownWay Attribution = "Unspecified"
)

// rank orders attributions: a stronger one wins.
func (a Attribution) rank() int {
	switch a {
	case byHand:
		return 3
	case bySelf:
		return 2
	case bySNMP:
		return 1
	}
	return 0
}

// MarshalJSON writes a string, or an object with one key for what has a detail.
func (a Attribution) MarshalJSON() ([]byte, error) {
	if a == "" {
		a = unknownWay
	}
	if way, detail, ok := strings.Cut(string(a), ":"); ok {
		return json.Marshal(map[string]string{way: detail})
	}
	return json.Marshal(string(a))
}

// Attributions are those of the attributes that have a value, by name.
type Attributions map[string]Attribution

// with is a copy in which an attribute has another attribution; one without a value has none.
func (a Attributions) with(attribute string, value *string, by Attribution) Attributions {
	out := maps.Clone(a)
	if out == nil {
		out = Attributions{}
	}
	delete(out, attribute)
	if value != nil && *value != "" && by.rank() > 0 {
		out[attribute] = by
	}
	return out
}

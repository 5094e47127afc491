// SPDX-License-Identifier: Apache-2.0

package emulator

// shapes are the groups of fields that rows have in a version. Rows of before 0.16 are shown as they are kept.
type shapes struct {
	// renamed: rows have the names of 0.16.
	renamed bool
	// history: rows tell since when they are so, and when they were seen.
	history bool
	// split: what runs a host or service is told by two fields, and Sources carry no metadata.
	split bool
	// ranked: names, MAC addresses and what probes find tell where they came from.
	ranked bool
	// os: hosts tell their operating system.
	os bool
	// ancestry: hosts tell what they run on, and sites have that name.
	ancestry bool
}

// shape shows a row, or what holds rows, as this version does.
func (d *dialect) shape(v any) any {
	if t, ok := v.(*Tag); ok && d.tags.exclusive > 0 {
		return d.newerTag(t)
	}
	if r, ok := v.(*Credential); ok {
		return d.newerCredential(r)
	}
	if r, ok := v.(*Host); ok && !d.shapes.renamed && d.credentials != nil {
		return olderHost{Host: r, CredentialAssignments: shapeAll(r.CredentialAssignments, olderAssignmentOf)}
	}
	if !d.shapes.renamed {
		return v
	}
	switch r := v.(type) {
	case *Host:
		return d.newerHost(r)
	case *Interface:
		return d.newerAddress(r)
	case *Port:
		return d.newerPort(r)
	case *Service:
		return d.newerService(r)
	case *Binding:
		return d.newerBinding(r)
	case *Subnet:
		return d.newerSubnet(r)
	case *IfEntry:
		return d.newerIfEntry(r)
	case *Daemon:
		return d.newerDaemon(r)
	case *Network:
		return d.newerNetwork(r)
	case provisioned:
		return map[string]any{"daemon": d.shape(r.Daemon), "daemon_api_key": r.APIKey}
	}
	return v
}

// shapeAll shows rows that hang on another.
func shapeAll[T, W any](rows []T, show func(*T) W) []W {
	out := make([]W, 0, len(rows))
	for i := range rows {
		out = append(out, show(&rows[i]))
	}
	return out
}

// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"maps"
	"slices"
	"strings"
)

// words are what a version calls things. The code is written in the words of 0.14; what is not listed is the same.
type words struct {
	// network and address are what a network and an IP row are called in keys and messages.
	network, address string
	// bindAddress is the type of a binding without a port.
	bindAddress string
	// keys are those of bodies and queries, paths the names below /api/v1, kinds those in messages, entities those of
	// rows with tags.
	keys, paths, entities map[string]string
	kinds                 map[kind]string
	// noEntities are those that there were not yet.
	noEntities []string
	// cannotStore: there are words for what the database refuses.
	cannotStore bool
	// says are pairs: a word in a message, and what stands there instead.
	says []string
}

func words013() words {
	w := words014()
	w.noEntities = []string{string(kindCredential), string(kindIfEntry)}
	return w
}

func words014() words {
	return words{
		network: "network", address: "interface", bindAddress: bindInterface,
		keys:     map[string]string{"ip_address_ids": "interface_ids"},
		entities: map[string]string{string(kindCredential): "SnmpCredential"},
	}
}

// words015 has credentials of every sort.
func words015() words {
	w := words014()
	w.entities = nil
	return w
}

// words016 calls IP rows addresses, and the rows of SNMP interfaces.
func words016() words {
	w := words015()
	w.address, w.bindAddress = "ip_address", "IPAddress"
	w.keys = map[string]string{"interfaces": "ip_addresses", "if_entries": "interfaces", "interface_id": "ip_address_id"}
	w.paths = map[string]string{"interfaces": "ip-addresses", "if-entries": "interfaces"}
	w.entities = map[string]string{"Group": "Dependency", "Interface": "IPAddress", "IfEntry": "Interface"}
	w.kinds = map[kind]string{kindInterface: "IP Address", kindIfEntry: "Interface"}
	w.says = []string{
		"matching interfaces", "matching IP addresses", "another interface.", "another IP address.",
		"Interface", "IP address", "an interface", "an ip_address", "interfaces", "ip_addresses", "interface", "ip_address",
	}
	return w
}

// words01722 calls networks sites.
func words01722() words {
	w := words016()
	w.network, w.cannotStore = "site", true
	w.keys, w.paths, w.entities, w.kinds = maps.Clone(w.keys), maps.Clone(w.paths), maps.Clone(w.entities), maps.Clone(w.kinds)
	w.keys["network_id"], w.keys["assigned_network_ids"] = "site_id", "assigned_site_ids"
	w.paths["networks"] = "sites"
	w.entities["Network"], w.kinds[kindNetwork] = "Site", "Site"
	w.says = append(w.says, "network", "site", "Network", "Site")
	return w
}

func renamed(names map[string]string, name string) string {
	if n, ok := names[name]; ok {
		return n
	}
	return name
}

// key is the name of a field.
func (w *words) key(name string) string { return renamed(w.keys, name) }

// kind is the name of a kind in messages.
func (w *words) kind(k kind) string {
	if name, ok := w.kinds[k]; ok {
		return name
	}
	return string(k)
}

// path puts this version's name into a path below /api/v1.
func (w *words) path(path string) string {
	rest, ok := strings.CutPrefix(path, "/api/v1/")
	if !ok {
		return path
	}
	table, rest, _ := strings.Cut(rest, "/")
	return strings.TrimSuffix("/api/v1/"+renamed(w.paths, table)+"/"+rest, "/")
}

// say puts this version's words into a message, before what users named is put into it.
func (w *words) say(message string) string {
	return strings.NewReplacer(w.says...).Replace(message)
}

// table is the name of a table in the database's own messages. Networks kept theirs.
func (w *words) table(name string) string {
	if w.address == "interface" {
		return name
	}
	return strings.NewReplacer("if_entries", "interfaces", "interfaces", w.address+"es", "interface", w.address).Replace(name)
}

// taggableEntities are the entity types whose rows can have tags.
func taggableEntities() []string {
	return []string{
		"Host", "Service", "Subnet", "Group", "Network", "Discovery", "Daemon", "DaemonApiKey", "UserApiKey", "Credential",
	}
}

func untaggableEntities() []string {
	return []string{
		"Organization", "Invite", "Share", "User", "Tag", "Port", "Binding", "Interface", "IfEntry", "Topology", "Unknown",
	}
}

// entityTypes are all that a version knows.
func (w *words) entityTypes() []string {
	var out []string
	for _, name := range slices.Concat(taggableEntities(), untaggableEntities()) {
		if !slices.Contains(w.noEntities, name) {
			out = append(out, renamed(w.entities, name))
		}
	}
	return out
}

// taggable finds the kind of an entity type whose rows can have tags.
func (w *words) taggable(wire string) (string, bool) {
	for _, name := range taggableEntities() {
		if renamed(w.entities, name) == wire {
			return name, true
		}
	}
	return wire, false
}

// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"

	"github.com/google/uuid"
)

const (
	bindInterface = "Interface"
	bindPort      = "Port"

	sourceManual    = "Manual"
	sourceSystem    = "System"
	sourceInferred  = "Inferred"
	sourceDiscovery = "Discovery"
	sourceMatch     = "DiscoveryWithMatch"
)

// conflicts of kinds within one service.
const (
	interfaceAgainstPort = "Cannot add interface binding: service already has a port binding on this interface (or on all interfaces)."
	portAgainstInterface = "Cannot add port binding: service already has an interface binding on this interface."
	allAgainstInterface  = "Cannot add port binding on all interfaces: service already has interface bindings."
)

func (s Source) discovered() bool { return s.Type == sourceDiscovery || s.Type == sourceMatch }

func sameID(a, b *uuid.UUID) bool { return a == b || (a != nil && b != nil && *a == *b) }

// sameBinding compares what two bindings say.
func sameBinding(a, b *Binding) bool {
	return a.Type == b.Type && sameID(a.PortID, b.PortID) && sameID(a.InterfaceID, b.InterfaceID)
}

func samePort(a, b *Port) bool { return a.Number == b.Number && a.Protocol == b.Protocol }

// sameInterface is how the server recognises a machine: by place, by MAC, or by the row itself.
func sameInterface(a, b *Interface) bool {
	return (a.SubnetID == b.SubnetID && a.IPAddress == b.IPAddress) || sameMAC(a, b) || a.ID == b.ID
}

func sameMAC(a, b *Interface) bool {
	return a.MACAddress != nil && b.MACAddress != nil && *a.MACAddress == *b.MACAddress
}

// conflict names the rule that a binding breaks against those of its service, or is empty.
func conflict(b *Binding, others []Binding) string {
	for i := range others {
		if text := conflictWith(b, &others[i]); text != "" {
			return text
		}
	}
	return ""
}

func conflictWith(b, other *Binding) string {
	switch {
	case b.Type == bindInterface && other.Type == bindPort:
		if other.InterfaceID == nil || *other.InterfaceID == *b.InterfaceID {
			return interfaceAgainstPort
		}
	case b.Type == bindPort && other.Type == bindInterface:
		if b.InterfaceID == nil {
			return allAgainstInterface
		}
		if *b.InterfaceID == *other.InterfaceID {
			return portAgainstInterface
		}
	}
	return ""
}

// checkKinds refuses a list in which a binding conflicts with one before it.
func (c *call) checkKinds(bindings []Binding) error {
	for i := range bindings {
		if text := conflict(&bindings[i], bindings[:i]); text != "" {
			return errInvalid("%s", c.say(text))
		}
	}
	return nil
}

// supersedes: a Port binding on all interfaces makes those on one interface needless.
func supersedes(all, one *Binding) bool {
	return all.Type == bindPort && one.Type == bindPort && all.InterfaceID == nil && one.InterfaceID != nil &&
		*all.PortID == *one.PortID
}

// deduplicate leaves out superseded bindings and those that say what one before them says.
func deduplicate(bindings []Binding) []Binding {
	out := make([]Binding, 0, len(bindings))
	for i := range bindings {
		b := &bindings[i]
		superseded := slices.ContainsFunc(bindings, func(o Binding) bool { return supersedes(&o, b) })
		repeated := slices.ContainsFunc(out, func(o Binding) bool { return sameBinding(&o, b) })
		if !superseded && !repeated {
			out = append(out, *b)
		}
	}
	return out
}

// claim is a port on one interface or, with nil, on all.
type claim struct {
	port  uuid.UUID
	iface *uuid.UUID
}

func claimOf(b *Binding) (claim, bool) {
	if b.Type != bindPort {
		return claim{}, false
	}
	return claim{*b.PortID, b.InterfaceID}, true
}

func (c claim) overlaps(o claim) bool {
	return c.port == o.port && (c.iface == nil || o.iface == nil || *c.iface == *o.iface)
}

func claims(bindings []Binding) []claim {
	var out []claim
	for i := range bindings {
		if c, ok := claimOf(&bindings[i]); ok {
			out = append(out, c)
		}
	}
	return out
}

// sameService is how discovery recognises a service on a host.
func sameService(a, b *Service) bool {
	if a.ID == b.ID {
		return true
	}
	if a.HostID != b.HostID || a.NetworkID != b.NetworkID || a.ServiceDefinition != b.ServiceDefinition {
		return false
	}
	def := a.ServiceDefinition
	if !isGeneric(def) || isGateway(def) || def == openPorts {
		return true
	}
	return sameContainer(a, b)
}

// sameContainer compares services of a generic definition: by container, else by a port that both have.
func sameContainer(a, b *Service) bool {
	if a.Virtualization != nil && b.Virtualization != nil {
		aID, bID := a.Virtualization.text("container_id"), b.Virtualization.text("container_id")
		if aID != nil || bID != nil {
			return aID != nil && bID != nil && *aID == *bID
		}
		aName, bName := a.Virtualization.text("container_name"), b.Virtualization.text("container_name")
		if aName != nil && bName != nil {
			return *aName == *bName
		}
	}
	return slices.ContainsFunc(claims(a.Bindings), func(c claim) bool {
		return slices.ContainsFunc(claims(b.Bindings), func(o claim) bool { return c.port == o.port })
	})
}

func (v *Virtualization) text(key string) *string {
	details, ok := v.Details.(map[string]any)
	if !ok {
		return nil
	}
	s, _ := details[key].(*string)
	return s
}

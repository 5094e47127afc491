// SPDX-License-Identifier: Apache-2.0

package core

// The rules of the server on two rows, by ids.

// sameContent says that two bindings of one service say the same.
func sameContent(a, b ObservedBinding) bool {
	return a.Type == b.Type && a.InterfaceID == b.InterfaceID && a.PortID == b.PortID
}

// claimsMeet says that two bindings of different services claim one port where their interfaces overlap.
func claimsMeet(a, b ObservedBinding) bool {
	return a.Type == BindPort && b.Type == BindPort && a.PortID == b.PortID &&
		(a.InterfaceID == "" || b.InterfaceID == "" || a.InterfaceID == b.InterfaceID)
}

// formsClash says that an Interface and a Port binding of one service meet on an interface.
func formsClash(a, b ObservedBinding) bool {
	if a.Type == b.Type {
		return false
	}
	return a.InterfaceID == "" || b.InterfaceID == "" || a.InterfaceID == b.InterfaceID
}

// rowSupersedes says that a binding on all interfaces makes one on a single interface needless.
func rowSupersedes(all, one ObservedBinding) bool {
	return all.Type == BindPort && one.Type == BindPort && all.PortID == one.PortID &&
		all.InterfaceID == "" && one.InterfaceID != ""
}

// takesPlace says that a binding can only be made once another one, which stands, has gone.
func takesPlace(service string, made ObservedBinding, oldService string, old ObservedBinding) bool {
	if made.ID == old.ID {
		return true
	}
	if service != oldService {
		return claimsMeet(made, old)
	}
	return sameContent(made, old) || formsClash(made, old) || rowSupersedes(made, old) || rowSupersedes(old, made)
}

// SPDX-License-Identifier: Apache-2.0

package core

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// A derived id is a version-8 UUID (RFC 9562) whose 122 free bits are, from the most significant one:
//
//	instance  32 bits  the operator installation
//	owner     45 bits  the object that declares the row, in one network
//	child     45 bits  the row among those of its owner
//
// With the version and variant bits in their places, byte by byte:
//
//	0–3    instance
//	4–5    owner, bits 44–29
//	6–7    0x8, then owner, bits 28–17
//	8–9    0b10, then owner, bits 16–3
//	10–15  owner, bits 2–0, then child, bits 44–0
//
// Each part is cut from the front of a SHA-256 sum over fields, each written as its length (4 bytes, big-endian) and
// its bytes; the first field says what the sum is for: "instance", "owner" or "child". The layout is frozen: another
// one would make every row of an installation somebody else's.

// Instance is the 32-bit id of an operator installation, the first field of every derived id.
type Instance uint32

// OwnerHash is the 45-bit field of a derived id that stands for the object which declares the row.
type OwnerHash uint64

const (
	partBits = 45
	partMask = 1<<partBits - 1
)

// InstanceOf derives an instance from what sets an installation apart: the uid of kube-system, the operator's namespace
// and its lease, or the one name that was chosen for it.
func InstanceOf(fields ...string) Instance {
	return Instance(sumOf("instance", fields...) >> 32)
}

// String is the instance in 8 hexadecimal digits.
func (i Instance) String() string { return fmt.Sprintf("%08x", uint32(i)) }

// Owner derives the owner of rows: an object, in one network.
func Owner(networkID string, r Ref) OwnerHash {
	return OwnerHash(sumOf("owner", networkID, string(r.Kind), r.Namespace, r.Name) >> (64 - partBits))
}

// ChildID derives the id of a row from its owner, its kind and its key: name and MAC of an interface, name of a port,
// name of an inline service (nothing for a Service), and the canonical content of a binding.
func ChildID(instance Instance, owner OwnerHash, kind RowKind, key ...string) string {
	return formatID(instance, owner, childOf(kind, key))
}

func childOf(kind RowKind, key []string) uint64 {
	var fields [8]string
	return sumOf("child", append(append(fields[:0], string(kind)), key...)...) >> (64 - partBits)
}

// ParseID takes a derived id apart. It is not ok for an id that was not derived: one of another version or form.
func ParseID(id string) (instance Instance, owner OwnerHash, child uint64, ok bool) {
	if len(id) != 36 || id[8] != '-' || id[13] != '-' || id[18] != '-' || id[23] != '-' || id[14] != '8' {
		return 0, 0, 0, false
	}
	var digits [32]byte
	compact := append(append(append(append(append(digits[:0], id[:8]...), id[9:13]...), id[14:18]...), id[19:23]...), id[24:]...)
	var b [16]byte
	if _, err := hex.Decode(b[:], compact); err != nil || b[8]>>6 != 0b10 {
		return 0, 0, 0, false
	}
	high, low := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	o := (high>>16&0xffff)<<29 | (high&0xfff)<<17 | low>>partBits&0x1ffff
	return Instance(high >> 32), OwnerHash(o), low & partMask, true
}

func formatID(instance Instance, owner OwnerHash, child uint64) string {
	o := uint64(owner) & partMask
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(instance)<<32|o>>29<<16|0x8000|o>>17&0xfff)
	binary.BigEndian.PutUint64(b[8:], 1<<63|o&0x1ffff<<partBits|child&partMask)
	var text [36]byte
	hex.Encode(text[:8], b[:4])
	hex.Encode(text[9:13], b[4:6])
	hex.Encode(text[14:18], b[6:8])
	hex.Encode(text[19:23], b[8:10])
	hex.Encode(text[24:], b[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return string(text[:])
}

// sumOf is the first 64 bits of the SHA-256 sum over a purpose and fields, each with its length in front.
func sumOf(purpose string, fields ...string) uint64 {
	var room [256]byte
	b := appendField(room[:0], purpose)
	for _, f := range fields {
		b = appendField(b, f)
	}
	sum := sha256.Sum256(b)
	return binary.BigEndian.Uint64(sum[:8])
}

func appendField(b []byte, f string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(f))) //nolint:gosec // bounded by the API
	return append(b, f...)
}

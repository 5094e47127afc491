// SPDX-License-Identifier: Apache-2.0

package core

// Instance is the 32-bit id of an operator installation, the first field of every derived id.
type Instance uint32

// OwnerHash is the 45-bit field of a derived id that stands for the object which declares the row.
type OwnerHash uint64

// SPDX-License-Identifier: Apache-2.0

package core

// judgeDeletion is filled in below.
func (j *judge) judgeDeletion() {}

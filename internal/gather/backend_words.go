// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
)

// What is told of a backend that can't be used, in the same words to Hosts and Credentials.

// noBackend is that there is none.
func noBackend(name string) (reason, message string) {
	return string(core.ReasonBackendNotFound), fmt.Sprintf("there is no %s; create it, or name another in spec.backendRef", name)
}

// notLookedAt is that there is no client: the Backend's own condition says why, or nobody has looked yet.
func notLookedAt(display string, ready *metav1.Condition) (reason, message string) {
	if ready != nil {
		return broken(display, ready)
	}
	return string(core.ReasonBackendUnavailable), display + " has not been looked at yet"
}

// broken is what its own condition says.
func broken(display string, ready *metav1.Condition) (reason, message string) {
	return string(core.ReasonBackendUnavailable), fmt.Sprintf("%s is not ready (%s): %s", display, ready.Reason, ready.Message)
}

// unprobed is what the last probe could not do; "" when it could.
func unprobed(display string, known registry.Facts) (reason, message string) {
	switch {
	case !known.Known:
		return string(core.ReasonBackendUnavailable), display + " has not been reached yet"
	case known.Err != nil:
		return unavailable(display, known.Err)
	}
	return "", ""
}

// unavailable is why it can't be asked.
func unavailable(display string, err error) (reason, message string) {
	if fe, ok := fault.Of(err); ok {
		return fe.ObjectReason(), fmt.Sprintf("%s is not available (%s): %s", display, fe.Reason, fe.Message)
	}
	return string(core.ReasonBackendUnavailable), display + " is not available"
}

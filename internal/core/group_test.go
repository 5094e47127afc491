// SPDX-License-Identifier: Apache-2.0

package core_test

import "github.com/scanopy-operator/scanopy-operator/internal/core/coretest"

func newServer() *coretest.Server { return &coretest.Server{} }

// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
)

// pemOf is a certificate as configurations hold it.
func pemOf(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

// quietLog swallows complaints about connections that a stopped manager left.
func quietLog() *log.Logger { return log.New(io.Discard, "", 0) }

// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"cmp"
	"os"

	. "github.com/onsi/gomega"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/test/spell"
)

// serverVersion is the version of the servers of all worlds but those that ask for another one.
func serverVersion() string { return cmp.Or(os.Getenv("SERVER_VERSION"), emulator.DefaultVersion) }

// dialectOf names the dialect of a version.
func dialectOf(version string) string {
	c, err := scanopy.New(scanopy.Config{URL: "http://scanopy.example", Token: "t"})
	Expect(err).NotTo(HaveOccurred())
	c, err = c.WithDialect(version)
	Expect(err).NotTo(HaveOccurred())
	return string(c.Dialect())
}

// spell writes what is written by hand for 0.14.13 in the words of the world's version.
func (w *world) spell(path string, body any, isDaemon bool) (string, []byte) {
	path, raw, err := spell.As(w.scanopy.Version(), path, body, isDaemon)
	Expect(err).NotTo(HaveOccurred())
	return path, raw
}

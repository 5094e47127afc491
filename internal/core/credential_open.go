// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strings"
)

// isOpen says that the server shows a field as it is: it keeps no value of it that is not sent.
func isOpen(field string) bool { return field == "ssl_cert" || field == "ssl_chain" }

// isSameText compares texts of files, which people and servers end and break in their own ways.
func isSameText(a, b string) bool {
	plain := func(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
	return plain(a) == plain(b)
}

// openSum stands for what a row shows of fields that a Secret has, and for the versions of the Secrets; 0: it shows none.
// While it is the same as when it was last compared, nobody has to read the Secrets to know that nothing differs.
func openSum(c *CredentialDecl, row *ObservedCredential) uint64 {
	var parts []string
	for i := range c.Fields {
		f := &c.Fields[i]
		at := slices.IndexFunc(row.Fields, func(h CredentialField) bool { return h.Name == f.Name && h.Mode == ModeInline })
		if f.Ref != (SecretKey{}) && isOpen(f.Name) && at >= 0 {
			parts = append(parts, f.Name, row.Fields[at].Text)
		}
	}
	if len(parts) == 0 {
		return 0
	}
	for _, s := range c.Secrets {
		parts = append(parts, s.Name, s.UID, s.ResourceVersion)
	}
	return max(1, sumOf("open", parts...))
}

// looks says that Secrets have to be read to know whether a row differs.
func (j *credentialJudge) looks(v *CredentialVerdict) bool {
	c, row := j.decl(v), j.row(v)
	if c.Read || row == nil {
		return false
	}
	sum := openSum(c, row)
	return sum != 0 && sum != c.OpenSum
}

// comparedSum is what is to be remembered as CredentialDecl.OpenSum.
func (w *credentialView) comparedSum(i int) uint64 {
	c, v := w.decl(i), &w.j.Verdicts[i]
	if !c.Read || v.Row < 0 || v.Fate != Write || v.isPending() {
		return c.OpenSum
	}
	return openSum(c, &w.in.Rows[v.Row])
}

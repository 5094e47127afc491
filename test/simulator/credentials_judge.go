// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"slices"
	"strings"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// judgeCredentials checks what must hold of Credentials once everything is at rest.
func (w *world) judgeCredentials() {
	if w.credentials == nil {
		return
	}
	for _, c := range w.credentialObjects() {
		w.judgeStatus(c)
		if c.DeletionTimestamp.IsZero() {
			w.judgeCredential(c)
		}
	}
	w.judgeEndpoints()
	for _, s := range w.sites {
		w.judgeCredentialsOf(s)
	}
}

// isCredential says that a Credential is told to be something.
func isCredential(c *v1alpha1.Credential, reasons ...core.Reason) bool {
	return slices.ContainsFunc(c.Status.Conditions, func(condition metav1.Condition) bool {
		return slices.Contains(reasons, core.Reason(condition.Reason))
	})
}

// isDeniedTo says that the key of a Credential's backend may not write credentials.
func (w *world) isDeniedTo(c *v1alpha1.Credential) bool {
	return c.Namespace == shop && !w.credentials.isAdmin
}

// isLeftAlone says that nothing of a Credential is written, for a reason that its status gives.
func (w *world) isLeftAlone(c *v1alpha1.Credential) bool {
	return w.isDeniedTo(c) || isCredential(c, core.ReasonUnsupported, core.ReasonInvalid, core.ReasonSecretNotFound, core.ReasonTagNotFound,
		core.ReasonBackendNotFound, core.ReasonBackendChanged, core.ReasonNonConverging) ||
		w.has("tenants") && isCredential(c, core.ReasonRefNotPermitted)
}

// judgeCredential checks that a Credential is in Scanopy once, with all that it declares.
func (w *world) judgeCredential(c *v1alpha1.Credential) {
	s, key := w.siteForCredential(c), kube.KeyOf(c)
	row := credentialByID(s.State(), c.Status.ID)
	w.judgeLeave(c)
	switch {
	case w.isLeftAlone(c), w.isAstray(c):
		return
	case row == nil:
		w.wrong("%s is not in Scanopy (id %q): %s", key, c.Status.ID, reasons(&c.Status.CommonStatus))
		return
	}
	for _, wrong := range w.wrongOf(c, row) {
		w.wrong("%s: %s (%s): %s", key, wrong, c.Status.ID, reasons(&c.Status.CommonStatus))
	}
	w.judgeNetworks(c, row)
	w.judgeTargets(c, row)
	if w.mustBeReady(c) && !apimeta.IsStatusConditionTrue(c.Status.Conditions, v1alpha1.ConditionReady) {
		w.wrong("%s is not Ready, and nothing is wrong with it: %s", key, reasons(&c.Status.CommonStatus))
	}
}

// judgeLeave finds Credentials that are left alone without a cause.
func (w *world) judgeLeave(c *v1alpha1.Credential) {
	key := kube.KeyOf(c)
	if isCredential(c, core.ReasonPermissionDenied) && !w.isDeniedTo(c) && !w.isAstray(c) {
		w.wrong("%s is denied with an admin's key", key)
	}
	if isCredential(c, core.ReasonInvalid, core.ReasonSecretNotFound, core.ReasonTagNotFound, core.ReasonBackendNotFound, core.ReasonBackendChanged) {
		w.wrong("%s lacks something that is there: %s", key, reasons(&c.Status.CommonStatus))
	}
	if isCredential(c, core.ReasonUnsupported) != w.isUnsupported(c) {
		w.wrong("%s: a server %s has it: %v, and its status: %s", key, w.version, !w.isUnsupported(c), reasons(&c.Status.CommonStatus))
	}
}

// isUnsupported says that the server has no such credentials.
func (w *world) isUnsupported(c *v1alpha1.Credential) bool {
	return !w.serves(loginOf(c.Spec.Type)) || !w.assigns() && len(c.Spec.Networks)+len(c.Spec.Hosts) > 0 ||
		!w.describes() && text(c.Spec.Description) != ""
}

// isAstray says that the server refuses a credential for what its Hosts say or others did, which people have to mend: a Host
// tells of a host that is not there any more, or its type was changed to one of which the host that others gave it to has
// one.
func (w *world) isAstray(c *v1alpha1.Credential) bool {
	for _, named := range c.Spec.Hosts {
		obj, _ := w.kube.Get(hostKeyOf(c, named))
		if h, ok := obj.(*v1alpha1.Host); ok && h.Status.ID != "" && hostByID(w.siteForCredential(c).State(), h.Status.ID) == nil {
			return true
		}
	}
	return isCredential(c, core.ReasonBackendRejected) && strings.Contains(reasons(&c.Status.CommonStatus), "allows only one credential per host")
}

func credentialByID(state emulator.State, id string) *emulator.Credential {
	for i := range state.Credentials {
		if state.Credentials[i].ID.String() == id {
			return &state.Credentials[i]
		}
	}
	return nil
}

// wrongOf lists in what a row is not as declared. It shows no values.
func (w *world) wrongOf(c *v1alpha1.Credential, row *emulator.Credential) (out []string) {
	if row.Name != c.ScanopyName() {
		out = append(out, fmt.Sprintf("is called %q", row.Name))
	}
	if d := c.Spec.Description; d != nil && *d != text(row.Description) {
		out = append(out, fmt.Sprintf("has the description %q", text(row.Description)))
	}
	if c.Spec.Tags != nil && !sameWords(w.tagIDs(c), words(row.Tags)) {
		out = append(out, fmt.Sprintf("has the tags %v", row.Tags))
	}
	want := w.settingsOf(c)
	for _, name := range sortedKeys(want) {
		if have := setting(row.Settings[name]); have != want[name] && !w.isUnsure(c, name) {
			out = append(out, "has another "+name)
		}
	}
	return out
}

// isUnsure says that a value may be an old one, which a late request wrote: nobody can see that.
func (w *world) isUnsure(c *v1alpha1.Credential, field string) bool {
	_, isShown := map[string]bool{"type": true, "port": true, "path": true, "username": true, "security_name": true, "ssl_cert": true}[field]
	return !isShown && w.siteForCredential(c).witness.credentials.unsure[c.Status.ID]
}

func sameWords(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}

func (w *world) tagIDs(c *v1alpha1.Credential) (out []string) {
	for _, t := range w.siteForCredential(c).State().Tags {
		if slices.Contains(c.Spec.Tags, t.Name) {
			out = append(out, t.ID.String())
		}
	}
	return out
}

// judgeCredentialsOf finds credentials that the operator made and that nobody holds, and such as two hold.
func (w *world) judgeCredentialsOf(s *site) {
	held := map[string]string{}
	for _, c := range w.credentialObjects() {
		if c.Status.ID == "" || w.siteForCredential(c) != s {
			continue
		}
		if other, twice := held[c.Status.ID]; twice {
			w.wrong("%s and %s have the same credential %s", kube.KeyOf(c), other, c.Status.ID)
		}
		held[c.Status.ID] = kube.KeyOf(c).String()
	}
	state, known := s.State(), s.witness.credentials
	for _, id := range sortedKeys(known.made) {
		if r := credentialByID(state, id); r != nil && held[id] == "" && !known.let[id] {
			w.wrong("%s: credential %q (%s) was made by the operator, and nobody holds it", s.name, r.Name, id)
		}
	}
}

// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"strings"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// tellEnd adds to the history what there is at its end, with ids, for whoever looks for what went wrong.
func (w *world) tellEnd() {
	for _, obj := range w.members() {
		if s, ok := obj.(interface{ GetCommonStatus() *v1alpha1.CommonStatus }); ok {
			id := ""
			if h, isHost := obj.(*v1alpha1.Host); isHost {
				id = h.Status.ID
			}
			w.note("end: %s %s %v: %s", kube.KeyOf(obj), id, obj.GetAnnotations(), reasons(s.GetCommonStatus()))
		}
	}
	for _, c := range w.credentialObjects() {
		w.note("end: %s %s %v: %s", kube.KeyOf(c), c.Status.ID, c.GetAnnotations(), reasons(&c.Status.CommonStatus))
		for _, a := range c.Status.Assignments {
			at := "network " + a.Network
			if a.Host != nil {
				at = "host " + a.Host.Namespace + "/" + a.Host.Name
			}
			w.note("end:   %s: %s %s", at, a.ID, a.Reason)
		}
	}
	for _, s := range w.sites {
		state := s.State()
		for i := range state.Hosts {
			h := &state.Hosts[i]
			w.note("end: %s: host %q (%s, %s) has %s", s.name, h.Name, h.ID, h.Source.Type, strings.Join(rowTexts(h), ", "))
		}
		logins := w.credentialRows(state)
		for _, id := range sortedKeys(logins) {
			r := logins[id]
			w.note("end: %s: credential %q (%s), networks %v, hosts %v", s.name, r.name, id, r.networks, r.hosts)
		}
	}
}

// rowTexts are the rows of a host with their ids.
func rowTexts(h *emulator.Host) []string {
	var out []string
	all := rows(emulator.State{Hosts: []emulator.Host{*h}})
	for _, id := range sortedKeys(all) {
		if r := all[id]; r.kind != "host" {
			out = append(out, fmt.Sprintf("%s %s (%s)", r.kind, r.text, id))
		}
	}
	return out
}

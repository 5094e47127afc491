// SPDX-License-Identifier: Apache-2.0

package core

import "strconv"

// Sum stands for what is wanted, without the ids and places of rows: while it is the same, what has to be written again
// was changed by somebody else. It is never 0.
func (d *Desired) Sum() uint64 {
	s := newSum()
	s.fate(d.Fate)
	s.add(d.Name, textOf(d.Hostname), textOf(d.Description), boolText(d.Hidden))
	s.tags(d.Tags, d.NewTags)
	s.virtualization(d.Virtualization)
	for i := range d.Interfaces {
		w := &d.Interfaces[i]
		s.fate(w.Fate)
		s.add("interface", w.Observed.Name, w.Observed.IP.String(), w.Observed.MAC, w.SubnetID, w.NewSubnet)
	}
	for i := range d.Ports {
		w := &d.Ports[i]
		s.fate(w.Fate)
		s.add("port", w.Name, strconv.Itoa(w.Number), string(w.Protocol))
	}
	for i := range d.Services {
		s.service(&d.Services[i])
	}
	return max(uint64(s), 1)
}

func (s *sum) service(w *DesiredService) {
	s.fate(w.Fate)
	s.add("service", w.Name, w.Definition)
	for _, item := range w.Items {
		s.item(item)
	}
	s.tags(w.Tags, w.NewTags)
	s.virtualization(w.Virtualization)
	for i := range w.Bindings {
		b := &w.Bindings[i]
		s.fate(b.Fate)
		s.item(b.Item)
		s.add(string(b.Outcome), string(b.Spec.Type), b.Spec.Interface, b.Spec.Port)
	}
}

// sum is FNV-1a over texts, each with its end.
type sum uint64

func newSum() sum { return 14695981039346656037 }

func (s *sum) add(texts ...string) {
	for _, text := range texts {
		for i := range len(text) {
			*s = (*s ^ sum(text[i])) * 1099511628211
		}
		*s = (*s ^ 0xff) * 1099511628211
	}
}

func (s *sum) fate(f Fate) { s.add(strconv.Itoa(int(f))) }

func (s *sum) item(i Item) {
	s.add(string(i.Object.Kind), i.Object.Namespace, i.Object.Name, strconv.Itoa(int(i.Part)), strconv.Itoa(i.Index), strconv.Itoa(i.Sub))
}

func (s *sum) tags(ids *[]string, names []string) {
	if ids != nil {
		s.add("tags")
		s.add(distinctSorted(*ids)...)
	}
	s.add(names...)
}

func (s *sum) virtualization(v *ObservedVirtualization) {
	if v != nil {
		s.add(v.Type, v.VMName, v.VMID, v.ContainerName, v.ContainerID, v.ComposeProject, v.ServiceID)
	}
}

func boolText(b *bool) string {
	if b == nil {
		return ""
	}
	return strconv.FormatBool(*b)
}

// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"
	"net/netip"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/index"
)

// statused is any of our objects.
type statused interface {
	client.Object
	GetCommonStatus() *v1alpha1.CommonStatus
}

func meta(kind core.Kind, obj statused, id string) core.Meta {
	status := obj.GetCommonStatus()
	return core.Meta{
		Ref:                     core.Ref{Kind: kind, Namespace: obj.GetNamespace(), Name: obj.GetName()},
		UID:                     string(obj.GetUID()),
		Generation:              obj.GetGeneration(),
		Created:                 obj.GetCreationTimestamp().Time,
		Deleting:                !obj.GetDeletionTimestamp().IsZero(),
		Paused:                  v1alpha1.IsPaused(obj),
		ReconcileRequestedAt:    v1alpha1.ReconcileRequestedAt(obj),
		Prior:                   conditions(status.Conditions),
		PriorID:                 id,
		PriorObservedGeneration: status.ObservedGeneration,
	}
}

func conditions(in []metav1.Condition) []core.Condition {
	out := make([]core.Condition, 0, len(in))
	for _, c := range in {
		out = append(out, core.Condition{
			Type: c.Type, Reason: c.Reason, Message: c.Message, True: c.Status == metav1.ConditionTrue,
			ObservedGeneration: c.ObservedGeneration,
		})
	}
	return out
}

func (g *Gatherer) hostDecl(ctx context.Context, h *v1alpha1.Host) (core.HostDecl, error) {
	out := core.HostDecl{
		Meta: meta(core.KindHost, h, h.Status.ID), Name: h.ScanopyName(),
		Hostname: h.Spec.Hostname, Description: h.Spec.Description, Hidden: h.Spec.Hidden,
		Tags: h.Spec.Tags, TagsManaged: h.Spec.Tags != nil,
		PriorInto: h.Status.ConsolidatedInto, ForceOrphan: v1alpha1.IsForceOrphan(h),
		Adopts: h.Spec.AdoptionPolicy == v1alpha1.AdoptIfUnowned, ExternalID: h.Spec.ExternalID,
		DeletionPolicy: core.DeletionPolicy(h.Spec.DeletionPolicy),
		Observes:       h.ManagementPolicyOrDefault() == v1alpha1.ManagementObserveOnly,
		AcceptBackend:  h.Annotations[v1alpha1.AnnotationAcceptBackend],
		Origin:         core.ParseOrigin(h.Annotations[v1alpha1.AnnotationOrigin], string(h.UID)),
		Creating:       core.ParseCreating(h.Annotations[v1alpha1.AnnotationCreating], string(h.UID)),
		Merging:        core.ParseMerging(h.Annotations[v1alpha1.AnnotationMerging], string(h.UID)),
	}
	if into := h.Spec.ConsolidateInto; into != nil {
		out.ConsolidateInto = into.Name
	}
	for _, a := range h.Spec.Absorb {
		out.Absorb = append(out.Absorb, a.ID)
	}
	if at := h.DeletionTimestamp; at != nil {
		out.DeletedAt = at.Time
	}
	for _, f := range h.Finalizers {
		out.HasFinalizer = out.HasFinalizer || f == v1alpha1.Finalizer
	}
	if b := h.Status.Backend; b != nil {
		out.Pinned = core.Pin{OrganizationID: b.OrganizationID, NetworkID: b.NetworkID}
	}
	for _, i := range h.Spec.Interfaces {
		ip, _ := netip.ParseAddr(i.IPAddress)
		out.Interfaces = append(out.Interfaces, core.InterfaceDecl{
			Name: i.Name, IP: ip.WithZone(""), MAC: index.NormalMAC(i.MACAddress), Subnet: i.Subnet,
		})
	}
	for _, p := range h.Spec.Ports {
		out.Ports = append(out.Ports, core.PortDecl{
			Name: p.Name, Number: int(p.Number), Protocol: core.Protocol(p.ProtocolOrDefault()),
		})
	}
	for i := range h.Spec.Services {
		s, err := g.inlineService(ctx, h, &h.Spec.Services[i])
		if err != nil {
			return out, err
		}
		out.Services = append(out.Services, s)
	}
	if v := h.Spec.Virtualization; v != nil {
		out.Virtualization = &core.HostVirtualization{Type: string(v.Type), VMName: v.VMName, VMID: v.VMID}
		ref, id, found, err := g.virtualizationService(ctx, h.Namespace, v.ServiceRef)
		if err != nil {
			return out, err
		}
		out.Virtualization.ServiceRef, out.Virtualization.ServiceID, out.Virtualization.ServiceFound = ref, id, found
	}
	var err error
	out.NamespaceDeleting, err = g.isNamespaceGoing(ctx, h.Namespace)
	return out, err
}

func (g *Gatherer) inlineService(ctx context.Context, h *v1alpha1.Host, s *v1alpha1.InlineService) (core.InlineService, error) {
	v, err := g.serviceVirtualization(ctx, h.Namespace, s.Virtualization)
	return core.InlineService{
		Name: s.Name, Definition: s.Definition, Tags: s.Tags, TagsManaged: s.Tags != nil, Virtualization: v,
		Bindings: bindingSpecs(s.Bindings),
	}, err
}

func (g *Gatherer) serviceDecl(ctx context.Context, s *v1alpha1.Service, host *v1alpha1.Host) (core.ServiceDecl, error) {
	v, err := g.serviceVirtualization(ctx, s.Namespace, s.Spec.Virtualization)
	if err != nil {
		return core.ServiceDecl{}, err
	}
	permitted, err := g.permitted(ctx, s, host)
	return core.ServiceDecl{
		Meta:      meta(core.KindService, s, s.Status.ID),
		Host:      core.Ref{Kind: core.KindHost, Namespace: s.HostNamespace(), Name: s.Spec.HostRef.Name},
		Permitted: permitted, Name: s.ScanopyName(), Definition: s.Spec.Definition,
		Tags: s.Spec.Tags, TagsManaged: s.Spec.Tags != nil, Virtualization: v, Bindings: bindingSpecs(s.Spec.Bindings),
	}, err
}

func bindingDecl(b *v1alpha1.Binding) core.BindingDecl {
	return core.BindingDecl{
		Meta:    meta(core.KindBinding, b, b.Status.ID),
		Service: core.Ref{Kind: core.KindService, Namespace: b.Namespace, Name: b.Spec.ServiceRef.Name},
		Spec:    bindingSpec(b.Spec.ServiceBinding()),
	}
}

func bindingSpecs(in []v1alpha1.ServiceBinding) []core.BindingSpec {
	out := make([]core.BindingSpec, 0, len(in))
	for _, b := range in {
		out = append(out, bindingSpec(b))
	}
	return out
}

func bindingSpec(b v1alpha1.ServiceBinding) core.BindingSpec {
	return core.BindingSpec{Type: core.BindingType(b.Type), Host: b.Host, Interface: b.Interface, Port: b.Port}
}

func (g *Gatherer) serviceVirtualization(ctx context.Context, ns string, v *v1alpha1.ServiceVirtualization) (*core.ServiceVirtualization, error) {
	if v == nil {
		return nil, nil // absent in, absent out
	}
	ref, id, found, err := g.virtualizationService(ctx, ns, v.ServiceRef)
	return &core.ServiceVirtualization{
		Type: string(v.Type), ContainerName: v.ContainerName, ContainerID: v.ContainerID,
		ComposeProject: v.ComposeProject, ServiceRef: ref, ServiceID: id, ServiceFound: found,
	}, err
}

func (g *Gatherer) virtualizationService(
	ctx context.Context, ns string, ref *v1alpha1.VirtualizationServiceReference,
) (*core.Ref, string, bool, error) {
	if ref == nil {
		return nil, "", false, nil
	}
	out := &core.Ref{Kind: core.KindService, Namespace: ns, Name: ref.Name}
	var s v1alpha1.Service
	err := g.Reader.Get(ctx, types.NamespacedName{Namespace: ns, Name: ref.Name}, &s)
	if err != nil {
		return out, "", false, client.IgnoreNotFound(err)
	}
	return out, s.Status.ID, true, nil
}

// setDefaults gives a Host the policies of its Backend where it has none of its own.
func setDefaults(c *v1alpha1.BackendConnection, h *v1alpha1.Host, decl *core.HostDecl) {
	d := c.DefaultsOrNone()
	if h.Spec.AdoptionPolicy == "" {
		decl.Adopts = d.AdoptionPolicy == v1alpha1.AdoptIfUnowned
	}
	if h.Spec.DeletionPolicy == "" {
		decl.DeletionPolicy = core.DeletionPolicy(d.DeletionPolicy)
	}
}

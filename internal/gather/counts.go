// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/index"
)

// Counts counts the objects of a Backend by outcome. The rest stands as it was.
func (c *Connections) Counts(ctx context.Context, obj BackendObject) (*v1alpha1.BackendCounts, error) {
	hosts, err := c.Users(ctx, obj, client.UnsafeDisableDeepCopy)
	if err != nil {
		return nil, err
	}
	out := &v1alpha1.BackendCounts{}
	if old := obj.GetBackendStatus().Counts; old != nil {
		out.LetGo, out.Orphans = old.LetGo, old.Orphans
	}
	credentials, err := c.CredentialUsers(ctx, KeyOf(obj))
	if err != nil {
		return nil, err
	}
	for i := range credentials {
		count(&out.Credentials, &credentials[i].Status.CommonStatus)
	}
	for i := range hosts {
		count(&out.Hosts, &hosts[i].Status.CommonStatus)
		var services v1alpha1.ServiceList
		on := client.MatchingFields{index.ServiceByHost: index.Join(hosts[i].Namespace, hosts[i].Name)}
		if err := c.Reader.List(ctx, &services, on, client.UnsafeDisableDeepCopy); err != nil {
			return nil, err
		}
		for j := range services.Items {
			s := &services.Items[j]
			count(&out.Services, &s.Status.CommonStatus)
			var bindings v1alpha1.BindingList
			of := client.MatchingFields{index.BindingByService: index.Join(s.Namespace, s.Name)}
			if err := c.Reader.List(ctx, &bindings, of, client.UnsafeDisableDeepCopy); err != nil {
				return nil, err
			}
			for k := range bindings.Items {
				count(&out.Bindings, &bindings.Items[k].Status.CommonStatus)
			}
		}
	}
	return out, nil
}

func count(to *v1alpha1.OutcomeCounts, status *v1alpha1.CommonStatus) {
	to.Total++
	accepted := apimeta.FindStatusCondition(status.Conditions, v1alpha1.ConditionAccepted)
	switch {
	case apimeta.IsStatusConditionTrue(status.Conditions, v1alpha1.ConditionReady):
		to.Ready++
	case accepted != nil && accepted.Status == "False":
		to.Rejected++
	default:
		to.Waiting++
	}
}

// SPDX-License-Identifier: Apache-2.0

package credential

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/events"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/ledger"
	"github.com/scanopy-operator/scanopy-operator/internal/report"
)

func TestACredentialThatIsLetGoIsCountedOnceAndToldOfItsClusterBackend(t *testing.T) {
	const told = "Warning Orphaned Credential lab/snmp: credential c1 is left in Scanopy as it is: because"
	gaveUp := &core.CredentialDeletion{Release: true, GivenUp: true, Event: "credential c1 is left in Scanopy as it is: because"}
	shared, own := &v1alpha1.ClusterBackend{}, &v1alpha1.Backend{}
	own.Namespace = "lab"
	for name, c := range map[string]struct {
		deletion *core.CredentialDeletion
		backend  gather.BackendObject
		counted  int
		events   []string
	}{
		"one that stays":                               {nil, shared, 0, nil},
		"one that is deleted":                          {&core.CredentialDeletion{ID: "c1"}, shared, 0, nil},
		"one that its owner lets go of":                {&core.CredentialDeletion{Release: true, Event: "as asked"}, shared, 0, nil},
		"through a Backend of the namespace that goes": {gaveUp, own, 1, nil},
		"through a ClusterBackend, which stays":        {gaveUp, shared, 1, []string{told}},
		"whose backend is gone":                        {gaveUp, nil, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			clock, recorder, counted := clocktesting.NewFakeClock(time.Unix(0, 0)), events.NewFakeRecorder(10), 0
			r := &Reconciler{Ledger: ledger.New(clock), Clock: clock, Report: report.New(nil, recorder, clock), CountLetGo: func(string) { counted++ }}
			ref := core.Ref{Kind: core.KindCredential, Namespace: "lab", Name: "snmp"}
			unit := &gather.Credentials{BackendObject: c.backend}
			unit.Input.Credentials = []core.CredentialDecl{{Meta: core.Meta{Ref: ref, UID: "u"}, HasFinalizer: true}}
			j := core.CredentialJudgement{Verdicts: []core.CredentialVerdict{{Deletion: c.deletion}}}
			members := []core.MemberStatus{{Ref: ref, UID: "u", Credential: &core.CredentialStatus{}}}
			for range 2 { // a status that could not be written is judged again
				r.remember(&turn{key: "key", unit: unit, memory: r.Ledger.Credentials("key"), judgement: j}, members)
			}
			var seen []string
			for len(recorder.Events) > 0 {
				seen = append(seen, <-recorder.Events)
			}
			if d := cmp.Diff(c.events, seen); d != "" || counted != c.counted {
				t.Errorf("counted %d: %s", counted, d)
			}
		})
	}
}

// A deletion asks right before its request: the definitions may have gone since the Credentials were judged.
func TestNoCredentialIsDeletedWhileADefinitionIsMissing(t *testing.T) {
	clock := clocktesting.NewFakeClock(time.Unix(0, 0))
	none := fake.NewClientBuilder().WithScheme(runtime.NewScheme()).Build()
	r := &Reconciler{Gather: &gather.Gatherer{CRDs: gather.NewCRDs(none, clock)}}
	p := core.CredentialPlan{Steps: []core.CredentialStep{{Kind: core.StepDeleteCredentials}}}
	if may, err := r.mayRun(t.Context(), &gather.Credentials{}, &p); may || err != nil {
		t.Errorf("it may be sent: %v, %v", may, err)
	}
}

// SPDX-License-Identifier: Apache-2.0

package v1alpha1_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/install"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"
)

// readCRDs returns the generated definitions by kind.
func readCRDs(t *testing.T) map[string]*apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	files, err := filepath.Glob("../../config/crd/bases/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no definitions: %v", err)
	}
	crds := map[string]*apiextensionsv1.CustomResourceDefinition{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		crd := &apiextensionsv1.CustomResourceDefinition{}
		if err := yaml.UnmarshalStrict(data, crd); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		crds[crd.Spec.Names.Kind] = crd
	}
	return crds
}

// The validation that the API server does when a definition is created: it
// compiles every CEL rule and estimates its cost.
func TestDefinitionsAreValidAndTheirRulesWithinTheCostBudget(t *testing.T) {
	scheme := runtime.NewScheme()
	install.Install(scheme)
	for kind, crd := range readCRDs(t) {
		t.Run(kind, func(t *testing.T) {
			scheme.Default(crd)
			internal := &apiextensions.CustomResourceDefinition{}
			if err := scheme.Convert(crd, internal, nil); err != nil {
				t.Fatal(err)
			}
			for _, err := range validation.ValidateCustomResourceDefinition(t.Context(), internal) {
				if !strings.HasPrefix(err.Field, "status.") {
					t.Error(err)
				}
			}
		})
	}
}

func TestKindsAreFoundByCategoryAndByShortNamesThatClashWithNothing(t *testing.T) {
	want := map[string]string{
		"Backend": "scbe", "ClusterBackend": "sccbe", "Host": "schost", "Service": "scsvc", "Binding": "scbind",
		"Credential": "sccred",
	}
	crds := readCRDs(t)
	if len(crds) != len(want) {
		t.Errorf("%d kinds, want %d", len(crds), len(want))
	}
	for kind, short := range want {
		names := crds[kind].Spec.Names
		if len(names.ShortNames) != 1 || names.ShortNames[0] != short {
			t.Errorf("%s: short names %v, want %s", kind, names.ShortNames, short)
		}
		if len(names.Categories) != 1 || names.Categories[0] != "scanopy" {
			t.Errorf("%s: categories %v, want scanopy", kind, names.Categories)
		}
	}
}

func TestStatusSaysThatNobodyHasLookedYetUntilSomebodyHas(t *testing.T) {
	for kind, crd := range readCRDs(t) {
		status := crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["status"]
		if status.Default == nil || string(status.Default.Raw) != `{"observedGeneration":-1}` {
			t.Errorf("%s: default of status is %v", kind, status.Default)
		}
	}
}

func TestEveryFieldIsBoundedAndSaysWhatItIs(t *testing.T) {
	for kind, crd := range readCRDs(t) {
		root := crd.Spec.Versions[0].Schema.OpenAPIV3Schema
		for _, part := range []string{"spec", "status"} {
			checkSchema(t, kind+"."+part, part, root.Properties[part])
		}
	}
}

// checkSchema goes through a schema, but not into the types of Kubernetes
// itself, whose bounds and texts are not ours.
func checkSchema(t *testing.T, path, name string, schema apiextensionsv1.JSONSchemaProps) {
	t.Helper()
	if strings.HasSuffix(path, ".selector") || strings.HasSuffix(path, ".conditions[]") {
		return
	}
	if name != "" && !strings.HasPrefix(schema.Description, name+" ") {
		t.Errorf("%s: the description does not begin with %q: %q", path, name, schema.Description)
	}
	checkBounds(t, path, schema)
	for _, rule := range schema.XValidations {
		if rule.Message == "" {
			t.Errorf("%s: a rule without message: %s", path, rule.Rule)
		}
	}
	if schema.Items != nil {
		checkSchema(t, path+"[]", "", *schema.Items.Schema)
	}
	for child, childSchema := range schema.Properties {
		checkSchema(t, path+"."+child, child, childSchema)
	}
	checkAbsenceIsExplained(t, path, schema)
}

func checkBounds(t *testing.T, path string, schema apiextensionsv1.JSONSchemaProps) {
	t.Helper()
	switch schema.Type {
	case "string":
		if schema.MaxLength == nil && len(schema.Enum) == 0 {
			t.Errorf("%s: a string without maxLength", path)
		}
	case "integer":
		if schema.Minimum == nil {
			t.Errorf("%s: a number without minimum", path)
		}
	case "array":
		if schema.MaxItems == nil {
			t.Errorf("%s: a list without maxItems", path)
		}
		if schema.XListType == nil {
			t.Errorf("%s: a list without listType", path)
		} else if *schema.XListType == "set" && schema.Items.Schema.Type == "object" {
			t.Errorf("%s: a set of objects", path)
		}
	}
}

func checkAbsenceIsExplained(t *testing.T, path string, schema apiextensionsv1.JSONSchemaProps) {
	t.Helper()
	// -1 instead of absent is explained in its own words.
	required := map[string]bool{"observedGeneration": true}
	for _, name := range schema.Required {
		required[name] = true
	}
	for name, child := range schema.Properties {
		if required[name] || strings.Contains(child.Description, "bsent") {
			continue
		}
		t.Errorf("%s.%s: optional, and does not say what absent means: %q", path, name, child.Description)
	}
}

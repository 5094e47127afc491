// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

const apiVersion = "inventory.scanopy.io/v1alpha1"

func TestManifestsInTheTextAreAccepted(t *testing.T) {
	kinds := map[string]int{}
	for page, text := range markdown(t) {
		for _, block := range blocksOf(text, "yaml") {
			for _, obj := range objectsOf(t, page, block) {
				if obj["apiVersion"] != apiVersion {
					continue
				}
				kind, _ := obj["kind"].(string)
				kinds[kind]++
				for _, err := range faultsOf(t, kind, obj) {
					t.Errorf("%s: %s in\n%s", page, err, block)
				}
			}
		}
	}
	for kind := range pages() {
		if kinds[kind] == 0 {
			t.Errorf("no page has a manifest of a %s", kind)
		}
	}
}

func TestAFaultyManifestInTheTextWouldBeSeen(t *testing.T) {
	for fault, text := range map[string]string{
		"an unknown field": "{apiVersion: " + apiVersion + ", kind: Binding, metadata: {name: b}, spec: {serviceRef: {name: s}, type: Port, port: p, prot: p}}",
		"a broken rule":    "{apiVersion: " + apiVersion + ", kind: Binding, metadata: {name: b}, spec: {serviceRef: {name: s}, type: Port}}",
		"a missing field":  "{apiVersion: " + apiVersion + ", kind: Binding, metadata: {name: b}, spec: {type: Port, port: p}}",
	} {
		if len(faultsOf(t, "Binding", objectsOf(t, "test", text)[0])) == 0 {
			t.Errorf("%s is not seen", fault)
		}
	}
}

// blocksOf are the code blocks of a language.
func blocksOf(text, language string) []string {
	var blocks []string
	for _, match := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, match[1])
	}
	return blocks
}

func objectsOf(t *testing.T, page, block string) []map[string]any {
	t.Helper()
	decoder := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader([]byte(block)), 4096)
	var objects []map[string]any
	for {
		var raw json.RawMessage
		err := decoder.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return objects
		}
		obj := map[string]any{}
		// This package's Unmarshal keeps whole numbers whole, as the server does.
		if err := errors.Join(err, utiljson.Unmarshal(raw, &obj)); err != nil {
			t.Fatalf("%s: %v in\n%s", page, err, block)
		}
		objects = append(objects, obj)
	}
}

// faultsOf checks a manifest as the API server does: unknown fields, defaults,
// schema, rules.
func faultsOf(t *testing.T, kind string, obj map[string]any) []string {
	t.Helper()
	if !slices.Contains([]string{"Backend", "ClusterBackend", "Host", "Service", "Binding", "Credential"}, kind) {
		return []string{kind + " is no kind"}
	}
	internal := &apiextensions.JSONSchemaProps{}
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(schemaOf(t, kind), internal, nil); err != nil {
		t.Fatal(err)
	}
	structural, err := structuralschema.NewStructural(internal)
	if err != nil {
		t.Fatal(err)
	}
	validator, _, err := validation.NewSchemaValidator(internal)
	if err != nil {
		t.Fatal(err)
	}
	var faults []string
	pruned := runtime.DeepCopyJSON(obj)
	options := structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	for _, path := range pruning.PruneWithOptions(pruned, structural, true, options) {
		faults = append(faults, "unknown field "+path)
	}
	defaulting.Default(obj, structural)
	found := validation.ValidateCustomResource(nil, obj, validator)
	rules, _ := cel.NewValidator(structural, true, celconfig.PerCallLimit).
		Validate(t.Context(), field.NewPath(""), structural, obj, nil, celconfig.RuntimeCELCostBudget)
	for _, fault := range append(found, rules...) {
		faults = append(faults, strings.TrimSpace(fault.Error()))
	}
	return faults
}

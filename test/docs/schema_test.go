// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// schemaOf is the generated schema of a kind.
func schemaOf(t *testing.T, kind string) *apiextensionsv1.JSONSchemaProps {
	t.Helper()
	crd := &apiextensionsv1.CustomResourceDefinition{}
	name := "config/crd/bases/inventory.scanopy.io_" + strings.ToLower(kind) + "s.yaml"
	if err := yaml.UnmarshalStrict([]byte(readFile(t, name)), crd); err != nil {
		t.Fatal(err)
	}
	return crd.Spec.Versions[0].Schema.OpenAPIV3Schema
}

// constants are the values of the exported string constants of a Go file.
func constants(t *testing.T, name string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, name), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		literal, ok := spec.Values[0].(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		value, err := strconv.Unquote(literal.Value)
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, value)
		return true
	})
	if len(values) == 0 {
		t.Fatalf("%s has no constants", name)
	}
	return values
}

// fieldTable is a table of all fields below a schema.
func fieldTable(schema apiextensionsv1.JSONSchemaProps) string {
	var table strings.Builder
	table.WriteString("| field | value | meaning |\n|---|---|---|\n")
	writeFields(&table, "", schema)
	return table.String()
}

func writeFields(table *strings.Builder, prefix string, schema apiextensionsv1.JSONSchemaProps) {
	names := make([]string, 0, len(schema.Properties))
	for name := range schema.Properties {
		names = append(names, name)
	}
	// What must be given comes first.
	slices.SortFunc(names, func(a, b string) int {
		required := map[bool]int{true: 0, false: 1}
		if d := required[slices.Contains(schema.Required, a)] - required[slices.Contains(schema.Required, b)]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	for _, name := range names {
		child := schema.Properties[name]
		path := prefix + name
		if child.Items != nil {
			path += "[]"
		}
		fmt.Fprintf(table, "| `%s` | %s | %s |\n", path, valueOf(child, slices.Contains(schema.Required, name)), meaningOf(name, child))
		switch {
		case name == "selector" || name == "conditions":
			// Types of Kubernetes itself.
		case child.Items != nil:
			writeFields(table, path+".", *child.Items.Schema)
		default:
			writeFields(table, path+".", child)
		}
	}
}

// meaningOf is the description without the field's own name.
func meaningOf(name string, schema apiextensionsv1.JSONSchemaProps) string {
	text := strings.Join(strings.Fields(schema.Description), " ")
	return strings.ReplaceAll(strings.TrimPrefix(text, name+" "), "|", "\\|")
}

// valueOf says what may be written.
func valueOf(schema apiextensionsv1.JSONSchemaProps, required bool) string {
	var says []string
	if required {
		says = append(says, "**required**")
	}
	says = append(says, typeOf(schema))
	if schema.Default != nil && schema.Type != "object" {
		says = append(says, "default `"+strings.Trim(string(schema.Default.Raw), `"`)+"`")
	}
	return strings.Join(says, ", ")
}

func typeOf(schema apiextensionsv1.JSONSchemaProps) string {
	switch {
	case len(schema.Enum) > 0:
		return alternatives(schema.Enum)
	case schema.Type == "array":
		return fmt.Sprintf("list, at most %d", *schema.MaxItems) + ofItems(*schema.Items.Schema)
	case schema.Type == "string" && schema.MaxLength != nil:
		return fmt.Sprintf("string, at most %d", *schema.MaxLength)
	case schema.Type == "integer" && schema.Maximum != nil:
		return fmt.Sprintf("number, %.0f to %.0f", *schema.Minimum, *schema.Maximum)
	case schema.Type == "integer":
		return "number"
	default:
		return schema.Type
	}
}

func ofItems(schema apiextensionsv1.JSONSchemaProps) string {
	if schema.Type == "object" {
		return ""
	}
	return ", of " + typeOf(schema)
}

func alternatives(enum []apiextensionsv1.JSON) string {
	values := make([]string, 0, len(enum))
	for _, value := range enum {
		values = append(values, "`"+strings.Trim(string(value.Raw), `"`)+"`")
	}
	return strings.Join(values, ", ")
}

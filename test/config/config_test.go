// SPDX-License-Identifier: Apache-2.0

// Package config checks the manifests below config/ against a real API server.
package config

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/operator"
	"github.com/scanopy-operator/scanopy-operator/test/controlplane"
)

const (
	root    = "../.."
	manager = "system:serviceaccount:scanopy-operator-system:scanopy-operator-controller-manager"
)

// TestManifests shares one API server: what a subtest applies is there for those after it.
func TestManifests(t *testing.T) {
	plane, err := controlplane.Start(t.Context(), controlplane.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := plane.Stop(); err != nil {
			t.Error(err)
		}
	})
	k := kubectl{plane}

	t.Run("config/default renders, and nothing keeps a placeholder", func(t *testing.T) {
		all := k.run(t, "kustomize", filepath.Join(root, "config/default"))
		for _, wrong := range []string{"namespace: system\n", "name: system\n"} {
			if strings.Contains(all, wrong) {
				t.Errorf("it still has %q", wrong)
			}
		}
	})
	t.Run("the server takes every object of config/default", func(t *testing.T) {
		k.run(t, "create", "namespace", "scanopy-operator-system")
		k.run(t, "apply", "--dry-run=server", "-k", filepath.Join(root, "config/default"))
		k.run(t, "apply", "--server-side", "--force-conflicts", "-k", filepath.Join(root, "config/default"))
	})
	t.Run("the pod passes the restricted pod security that its namespace asks for", func(t *testing.T) {
		template := k.run(t, "get", "deployment", "-n", "scanopy-operator-system", "scanopy-operator-controller-manager", "-o",
			`jsonpath={"{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"probe\",\"namespace\":\"scanopy-operator-system\"},\"spec\":"}{.spec.template.spec}{"}"}`)
		if _, err := plane.Kubectl(t.Context(), strings.NewReader(template), "create", "--dry-run=server", "-f", "-"); err != nil {
			t.Error(err)
		}
	})
	t.Run("the manager knows the flags that its Deployment gives it", func(t *testing.T) { k.testManagerFlags(t) })
	t.Run("the manager may do what it does, and no more", func(t *testing.T) { k.testManagerRights(t) })
	t.Run("people's roles leave the backends out", func(t *testing.T) { k.testPeoplesRoles(t) })
	t.Run("every CRD of config/crd/bases is part of config/crd", func(t *testing.T) {
		all := k.run(t, "kustomize", filepath.Join(root, "config/crd"))
		bases, err := os.ReadDir(filepath.Join(root, "config/crd/bases"))
		if err != nil || len(bases) == 0 {
			t.Fatal(len(bases), err)
		}
		if got := strings.Count(all, "\nkind: CustomResourceDefinition\n"); got != len(bases) {
			t.Errorf("config/crd renders %d CRDs of %d", got, len(bases))
		}
	})
	t.Run("config/prometheus renders", func(t *testing.T) {
		if got := k.run(t, "kustomize", filepath.Join(root, "config/prometheus")); !strings.Contains(got, "kind: ServiceMonitor") {
			t.Error(got)
		}
	})
}

func TestPROJECTListsEveryKind(t *testing.T) {
	project, err := os.ReadFile(filepath.Join(root, "PROJECT"))
	if err != nil {
		t.Fatal(err)
	}
	crds, err := filepath.Glob(filepath.Join(root, "config/crd/bases/*.yaml"))
	if err != nil || len(crds) == 0 {
		t.Fatal(len(crds), err)
	}
	kind := regexp.MustCompile(`\n    kind: (\w+)\n`)
	for _, path := range crds {
		crd, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if name := kind.FindSubmatch(crd); name == nil || !strings.Contains(string(project), "\n  kind: "+string(name[1])+"\n") {
			t.Errorf("%s: %s is not in PROJECT", path, name)
		}
	}
}

type kubectl struct{ plane *controlplane.Plane }

func (k kubectl) run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := k.plane.Kubectl(t.Context(), nil, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// may asks whether a user may do something: verb, resource and further flags.
func (k kubectl) may(ctx context.Context, user string, what ...string) (bool, error) {
	out, err := k.plane.Kubectl(ctx, nil, append([]string{"auth", "can-i", "--as=" + user}, what...)...)
	switch answer := strings.TrimSpace(out); answer {
	case "yes":
		return true, nil
	case "no":
		return false, nil
	default:
		return false, err
	}
}

func (k kubectl) testManagerFlags(t *testing.T) {
	args := k.run(t, "get", "deployment", "-n", "scanopy-operator-system", "scanopy-operator-controller-manager", "-o",
		"jsonpath={.spec.template.spec.containers[0].args[*]}")
	var options operator.Options
	flags := flag.NewFlagSet("manager", flag.ContinueOnError)
	options.Bind(flags)
	if err := flags.Parse(strings.Fields(args)); err != nil {
		t.Fatal(err)
	}
	if !options.LeaderElect || options.MetricsInsecure || options.AllowLoopback {
		t.Errorf("%s gives %+v", args, options)
	}
}

func (k kubectl) testManagerRights(t *testing.T) {
	cases := map[string]bool{
		"list hosts.inventory.scanopy.io -A":                           true,
		"patch hosts.inventory.scanopy.io -n any":                      true,
		"patch hosts.inventory.scanopy.io --subresource=status -n any": true,
		"patch bindings.inventory.scanopy.io --subresource=status -A":  true,
		"watch secrets -A": true,
		"get customresourcedefinitions.apiextensions.k8s.io": true,
		"create events.events.k8s.io -n any":                 true,
		"create tokenreviews.authentication.k8s.io":          true,
		"update leases -n scanopy-operator-system":           true,
		"update leases -n any":                               false,
		"create hosts.inventory.scanopy.io -n any":           false,
		"delete hosts.inventory.scanopy.io -n any":           false,
		"update services.inventory.scanopy.io -n any":        false,
		"update secrets -n any":                              false,
		"delete namespaces":                                  false,
		"list pods -A":                                       false,
	}
	for what, want := range cases {
		got, err := k.may(t.Context(), manager, strings.Fields(what)...)
		if err != nil || got != want {
			t.Errorf("%s: got %v, want %v (%v)", what, got, want, err)
		}
	}
}

// testPeoplesRoles gives two users one role each and asks what they may do.
func (k kubectl) testPeoplesRoles(t *testing.T) {
	k.run(t, "create", "clusterrolebinding", "reader", "--clusterrole=scanopy-operator-host-viewer-role", "--user=reader")
	k.run(t, "create", "clusterrolebinding", "writer", "--clusterrole=scanopy-operator-host-editor-role", "--user=writer")
	cases := map[string]struct {
		user string
		want bool
	}{
		"list hosts.inventory.scanopy.io":                           {"reader", true},
		"create hosts.inventory.scanopy.io":                         {"reader", false},
		"delete hosts.inventory.scanopy.io":                         {"writer", true},
		"get hosts.inventory.scanopy.io --subresource=status":       {"writer", true},
		"patch hosts.inventory.scanopy.io --subresource=status":     {"writer", false},
		"list backends.inventory.scanopy.io":                        {"writer", false},
		"get backends.inventory.scanopy.io --subresource=status":    {"reader", false},
		"update clusterbackends.inventory.scanopy.io --v=0":         {"writer", false},
		"deletecollection bindings.inventory.scanopy.io -n lab":     {"writer", false},
		"get clusterbackends.inventory.scanopy.io --all-namespaces": {"reader", false},
	}
	for what, c := range cases {
		got, err := k.may(t.Context(), c.user, strings.Fields(what)...)
		if err != nil || got != c.want {
			t.Errorf("%s may %s: got %v, want %v (%v)", c.user, what, got, c.want, err)
		}
	}
	aggregated := k.run(t, "get", "clusterroles", "-l", "rbac.authorization.k8s.io/aggregate-to-edit=true,app.kubernetes.io/name=scanopy-operator", "-o", "name")
	if strings.Contains(aggregated, "backend") || strings.Count(aggregated, "\n") != 3 {
		t.Errorf("added to the cluster's edit role are\n%s", aggregated)
	}
}

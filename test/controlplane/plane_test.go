// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/scanopy-operator/scanopy-operator/test/await"
)

func start(t *testing.T, o Options) *Plane {
	t.Helper()
	plane, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := plane.Stop(); err != nil {
			t.Error(err)
		}
	})
	return plane
}

func TestThePlaneHasControllersAndServiceAccounts(t *testing.T) {
	plane := start(t, Options{ControllerManager: true, Dir: t.TempDir()})
	admin, err := kubernetes.NewForConfig(plane.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("a namespace gets its ServiceAccount, whose token may do nothing that it was not given", func(t *testing.T) {
		makeNamespace(t, admin, "shop")
		await.Until(t, func() bool {
			_, err := admin.CoreV1().ServiceAccounts("shop").Get(t.Context(), "default", metav1.GetOptions{})
			return err == nil
		})
		config, err := plane.ServiceAccountConfig(t.Context(), "shop", "default")
		if err != nil {
			t.Fatal(err)
		}
		account, err := kubernetes.NewForConfig(config)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := account.CoreV1().Secrets("shop").List(t.Context(), metav1.ListOptions{}); !apierrors.IsForbidden(err) {
			t.Errorf("listing Secrets: got %v, want forbidden", err)
		}
		path, err := plane.WriteKubeconfig("shop", "shop", config)
		if err != nil {
			t.Fatal(err)
		}
		who, err := plane.Kubectl(t.Context(), nil, "--kubeconfig="+path, "auth", "whoami", "-o=jsonpath={.status.userInfo.username}")
		if err != nil || who != "system:serviceaccount:shop:default" {
			t.Errorf("whoami: got %q, %v", who, err)
		}
	})
	t.Run("a deleted namespace goes", func(t *testing.T) {
		makeNamespace(t, admin, "gone")
		if err := admin.CoreV1().Namespaces().Delete(t.Context(), "gone", metav1.DeleteOptions{}); err != nil {
			t.Fatal(err)
		}
		await.Until(t, func() bool {
			_, err := admin.CoreV1().Namespaces().Get(t.Context(), "gone", metav1.GetOptions{})
			return apierrors.IsNotFound(err)
		})
	})
	t.Run("kubectl's own words are in the error", func(t *testing.T) {
		_, err := plane.Kubectl(t.Context(), strings.NewReader("{}"), "apply", "-f", "-")
		if err == nil || !strings.Contains(err.Error(), "apiVersion not set") {
			t.Errorf("got %v", err)
		}
	})
}

func makeNamespace(t *testing.T, admin kubernetes.Interface, name string) {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if _, err := admin.CoreV1().Namespaces().Create(t.Context(), namespace, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

func TestThePlaneEndsWithItsContextAndLeavesNoFolder(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	plane, err := Start(ctx, Options{})
	if err != nil {
		t.Fatal(err)
	}
	clients, err := kubernetes.NewForConfig(plane.Config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := clients.Discovery().ServerVersion(); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := plane.Stop(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(plane.Dir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", plane.Dir(), err)
	}
	if _, err := clients.Discovery().ServerVersion(); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("the server still answers: %v", err)
	}
}

func TestAFolderOfAssetsMustHoldTheServers(t *testing.T) {
	assets := t.TempDir()
	t.Setenv(assetsEnv, assets)
	_, err := Start(t.Context(), Options{Out: io.Discard})
	if err == nil || !strings.Contains(err.Error(), "has no etcd: unset it") {
		t.Errorf("got %v", err)
	}
	kubectl := filepath.Join(assets, "kubectl")
	if err := os.WriteFile(kubectl, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	if got, err := Binary(t.Context(), io.Discard, "kubectl"); err != nil || got != kubectl {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := Binary(t.Context(), io.Discard, "kube-controller-manager"); err != nil || filepath.Dir(got) == assets {
		t.Errorf("what the folder lacks comes from the cache: got %q, %v", got, err)
	}
}

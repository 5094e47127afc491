// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// tokenLifetime is longer than any test and any look around after a demo.
const tokenLifetime = 24 * time.Hour

// Dir is the folder that everything is kept in.
func (p *Plane) Dir() string { return p.dir }

// Kubeconfig is the path of the administrator's kubeconfig.
func (p *Plane) Kubeconfig() string { return filepath.Join(p.dir, "admin.kubeconfig") }

// ServiceAccountConfig is a configuration that holds nothing but a token of a ServiceAccount, which
// must exist.
func (p *Plane) ServiceAccountConfig(ctx context.Context, namespace, name string) (*rest.Config, error) {
	clients, err := kubernetes.NewForConfig(p.Config)
	if err != nil {
		return nil, err
	}
	seconds := int64(tokenLifetime.Seconds())
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &seconds}}
	token, err := clients.CoreV1().ServiceAccounts(namespace).CreateToken(ctx, name, request, metav1.CreateOptions{})
	if err != nil {
		return nil, fmt.Errorf("asking for a token of ServiceAccount %s/%s: %w", namespace, name, err)
	}
	config := rest.AnonymousClientConfig(p.Config)
	config.BearerToken = token.Status.Token
	return config, nil
}

// WriteKubeconfig writes a configuration with a token or a client certificate to a file in the
// plane's folder and returns its path.
func (p *Plane) WriteKubeconfig(name, namespace string, config *rest.Config) (string, error) {
	const only = "default"
	file := clientcmdapi.NewConfig()
	file.Clusters[only] = &clientcmdapi.Cluster{Server: config.Host, CertificateAuthorityData: config.CAData}
	file.AuthInfos[only] = &clientcmdapi.AuthInfo{
		Token:                 config.BearerToken,
		ClientCertificateData: config.CertData,
		ClientKeyData:         config.KeyData,
	}
	file.Contexts[only] = &clientcmdapi.Context{Cluster: only, AuthInfo: only, Namespace: namespace}
	file.CurrentContext = only
	path := filepath.Join(p.dir, name+".kubeconfig")
	return path, clientcmd.WriteToFile(*file, path)
}

// Kubectl runs kubectl as the administrator and returns what it printed. What it said on standard
// error is part of the error.
func (p *Plane) Kubectl(ctx context.Context, stdin io.Reader, args ...string) (string, error) {
	path, err := Binary(ctx, p.out, "kubectl")
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	// Its own home, so that neither the user's kubeconfig nor kubectl's caches take part.
	cmd.Env = append(os.Environ(), "KUBECONFIG="+p.Kubeconfig(), "HOME="+p.dir)
	cmd.Stdin = stdin
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("kubectl %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), nil
}

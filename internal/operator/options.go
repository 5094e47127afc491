// SPDX-License-Identifier: Apache-2.0

package operator

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// leaseName is the name of the leader election lease, a part of the default instance id.
const leaseName = "scanopy-operator"

// Options are the command's flags.
type Options struct {
	MetricsAddress, ProbeAddress string
	MetricsInsecure              bool
	LeaderElect                  bool
	LeaderElectNamespace         string
	AllowLoopback                bool
	AllowUntested                bool
	WatchNamespaces              string
	InstanceID                   string
	FormerInstanceIDs            string
	Workers                      int
	// Patience is how long Hosts of a namespace that is being deleted wait for a backend that does not answer.
	Patience time.Duration
}

// Bind registers the flags.
func (o *Options) Bind(flags *flag.FlagSet) {
	flags.StringVar(&o.MetricsAddress, "metrics-bind-address", ":8443", "Address of the metrics endpoint; 0 switches it off.")
	flags.BoolVar(&o.MetricsInsecure, "metrics-insecure", false, "Serve metrics by plain HTTP and to anybody.")
	flags.StringVar(&o.ProbeAddress, "health-probe-bind-address", ":8081", "Address of /healthz and /readyz; 0 switches it off.")
	flags.BoolVar(&o.LeaderElect, "leader-elect", false, "Elect a leader, so that several replicas may run.")
	flags.StringVar(&o.LeaderElectNamespace, "leader-election-namespace", "", "Namespace of the lease. Default: the pod's.")
	flags.BoolVar(&o.AllowLoopback, "allow-loopback-backends", false, "Let Backends lead to loopback addresses.")
	flags.BoolVar(&o.AllowUntested, "allow-untested-versions", false, "Talk to servers of newer minor versions than the known ones, in the latest dialect.")
	flags.StringVar(&o.WatchNamespaces, "watch-namespaces", "", "Comma separated namespaces to watch. Default: all.")
	flags.StringVar(&o.InstanceID, "instance-id", "", "Id of this installation, 8 hex digits; part of every row's id. "+
		"Default: from the cluster, the namespace and the lease. Required with --watch-namespaces.")
	flags.StringVar(&o.FormerInstanceIDs, "former-instance-ids", "", "Comma separated instance ids whose rows are ours too.")
	flags.DurationVar(&o.Patience, "namespace-deletion-patience", core.Patience, "How long Hosts of a namespace that is "+
		"being deleted wait for a backend that does not answer, before they are let go.")
	flags.IntVar(&o.Workers, "workers", 8, "How many groups are judged at once.")
}

// namespaces lists the namespaces to watch; empty: all.
func (o *Options) namespaces() []string { return list(o.WatchNamespaces) }

func list(text string) []string {
	var out []string
	for _, part := range strings.Split(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// validate finds flags that contradict each other.
func (o *Options) validate() error {
	if o.WatchNamespaces != "" && o.InstanceID == "" {
		return errors.New("--watch-namespaces needs --instance-id: two installations in one cluster must not share an id")
	}
	if o.Patience < 0 {
		return errors.New("--namespace-deletion-patience must not be negative")
	}
	if o.Workers < 1 {
		return errors.New("--workers must be at least 1")
	}
	_, err := o.former()
	return err
}

func (o *Options) former() ([]core.Instance, error) {
	var out []core.Instance
	for _, text := range list(o.FormerInstanceIDs) {
		id, err := parseInstance(text)
		if err != nil {
			return nil, fmt.Errorf("--former-instance-ids: %w", err)
		}
		out = append(out, id)
	}
	return out, nil
}

func parseInstance(text string) (core.Instance, error) {
	id, err := strconv.ParseUint(text, 16, 32)
	if err != nil || len(text) != 8 {
		return 0, fmt.Errorf("%q is not an instance id: write 8 hex digits, such as 0a1b2c3d", text)
	}
	return core.Instance(id), nil
}

// podNamespace is the namespace that the operator runs in, as the downward API or the service account tells it.
func podNamespace(flagged string) string {
	if flagged != "" {
		return flagged
	}
	if ns := os.Getenv("POD_NAMESPACE"); ns != "" {
		return ns
	}
	if data, err := os.ReadFile("/var/run/secrets/kubernetes.io/serviceaccount/namespace"); err == nil {
		return strings.TrimSpace(string(data))
	}
	return "scanopy-operator-system"
}

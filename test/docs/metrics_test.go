// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"regexp"
	"slices"
	"testing"
)

// metricsOf lists the operator's own metrics that a file speaks of, each once.
func metricsOf(t *testing.T, file string) []string {
	t.Helper()
	names := regexp.MustCompile(`scanopy_operator_[a-z_]+`).FindAllString(readFile(t, file), -1)
	slices.Sort(names)
	return slices.Compact(names)
}

func TestEveryMetricIsDocumentedAndAlertsSpeakOfNoOther(t *testing.T) {
	made, told := metricsOf(t, "internal/metrics/metrics.go"), metricsOf(t, "docs/metrics.md")
	if !slices.Equal(made, told) {
		t.Errorf("the manager has %v, docs/metrics.md tells of %v", made, told)
	}
	alerts := metricsOf(t, "config/prometheus/rules.yaml")
	if len(alerts) == 0 {
		t.Error("no alert is about a metric of ours")
	}
	for _, name := range alerts {
		if !slices.Contains(made, name) {
			t.Errorf("an alert is about %s, which there is not", name)
		}
	}
}

func TestEveryAlertIsDocumented(t *testing.T) {
	alerts := regexp.MustCompile(`(?m)^ +- alert: (\w+)$`).FindAllStringSubmatch(readFile(t, "config/prometheus/rules.yaml"), -1)
	if len(alerts) == 0 {
		t.Error("no alert is found")
	}
	for _, match := range alerts {
		if !regexp.MustCompile("(?m)^\\| `" + match[1] + "` \\|").MatchString(readFile(t, "docs/metrics.md")) {
			t.Errorf("docs/metrics.md has no row for %s", match[1])
		}
	}
}

// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/yaml"
)

const hidden = "CANARY-secret-value"

// TestASecretIsShownNowhere: in no verb of fmt, no encoding and no log, also inside of other things.
func TestASecretIsShownNowhere(t *testing.T) {
	secret := NewSecret(hidden)
	type inside struct {
		Open   Secret
		closed Secret
		list   []Secret
	}
	credential := Credential{Type: SnmpV2c, Fields: []CredentialField{{Name: "community", Mode: ModeInline, Secret: secret}}}
	for name, v := range map[string]any{
		"itself": secret, "a pointer": &secret, "a struct": inside{secret, secret, []Secret{secret}}, "a field": credential.Fields[0],
		"a credential": credential, "a map": map[string]Secret{"a": secret}, "an error": fmt.Errorf("writing %v: %w", secret, errors.ErrUnsupported),
		"a value": reflect.ValueOf(credential),
	} {
		t.Run(name, func(t *testing.T) {
			var log strings.Builder
			zap.New(zap.WriteTo(&log), zap.UseDevMode(true)).Info("m", "v", v)
			zap.New(zap.WriteTo(&log)).Info("m", "v", v)
			slog.New(slog.NewTextHandler(&log, nil)).Info("m", "v", v)
			slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "v", v)
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%p"} {
				_, _ = fmt.Fprintf(&log, verb, v)
			}
			if raw, err := json.Marshal(v); err == nil {
				log.Write(raw)
			}
			if raw, err := yaml.Marshal(v); err == nil {
				log.Write(raw)
			}
			for _, leak := range []string{hidden, fmt.Sprintf("%x", hidden), fmt.Sprintf("%X", hidden)} {
				if strings.Contains(log.String(), leak) {
					t.Errorf("it tells: %s", log.String())
				}
			}
		})
	}
}

func TestSecretsAreComparedByWhatTheyHide(t *testing.T) {
	if !NewSecret("a").Equal(NewSecret("a")) || NewSecret("a").Equal(NewSecret("b")) || !(Secret{}).IsEmpty() || !StoredSecret().IsStored() {
		t.Error("secrets are told apart wrongly")
	}
}

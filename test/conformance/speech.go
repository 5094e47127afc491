// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"fmt"
	"strings"
)

// speech is what a server calls things otherwise than 0.14, whose words the binding cases are in.
type speech struct {
	// addresses: interfaces are IP addresses, since 0.16. sites: networks are sites, since 0.17.22.
	addresses, sites bool
}

// speechOf is how a version speaks; one that cannot be read speaks as 0.14 does.
func speechOf(version string) speech {
	var major, minor, patch int
	if _, err := fmt.Sscanf(version, "%d.%d.%d", &major, &minor, &patch); err != nil {
		return speech{}
	}
	since := func(m, p int) bool { return major > 0 || minor > m || (minor == m && patch >= p) }
	return speech{addresses: since(16, 0), sites: since(17, 22)}
}

// pairs are the words of 0.14, each with the server's; longer ones first.
func (s speech) pairs() []string {
	var out []string
	if s.addresses {
		out = append(out, "interface_id", "ip_address_id", "interfaces", "ip_addresses", "Interface", "IPAddress", "interface", "ip_address")
	}
	if s.sites {
		out = append(out, "network_id", "site_id")
	}
	return out
}

// to puts the server's words into a request.
func (s speech) to(v any) any { return translate(v, s.pairs(), false) }

// from puts the words of 0.14 into an answer, messages included.
func (s speech) from(v any) any {
	pairs := s.pairs()
	for i := 0; i+1 < len(pairs); i += 2 {
		pairs[i], pairs[i+1] = pairs[i+1], pairs[i]
	}
	return translate(v, pairs, true)
}

// translate replaces whole words in keys and values, and parts of messages if asked.
func translate(v any, pairs []string, parts bool) any {
	word := func(text string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if text == pairs[i] {
				return pairs[i+1]
			}
		}
		return text
	}
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, value := range v {
			text, ok := value.(string)
			if ok && parts && key == "error" {
				out[key] = strings.NewReplacer(pairs...).Replace(text)
				continue
			}
			out[word(key)] = translate(value, pairs, parts)
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for _, row := range v {
			out = append(out, translate(row, pairs, parts))
		}
		return out
	case string:
		return word(v)
	}
	return v
}

// call sends a request in the words of 0.14, whatever the server's are, and tells the answer in them.
func (s *session) call(ctx context.Context, method, path string, body any) (int, any, error) {
	path = strings.NewReplacer(s.speech.pairs()...).Replace(path)
	status, answer, err := s.client.call(ctx, method, path, s.speech.to(body))
	return status, s.speech.from(answer), err
}

// SPDX-License-Identifier: Apache-2.0

package scanopy_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

type carrier func(*http.Request) (*http.Response, error)

func (c carrier) RoundTrip(r *http.Request) (*http.Response, error) { return c(r) }

func TestTransportThatIsGivenCarriesTheRequests(t *testing.T) {
	var asked []string
	client, err := scanopy.New(scanopy.Config{
		URL: "http://scanopy.example/base", Token: "scp_u_x",
		Transport: carrier(func(r *http.Request) (*http.Response, error) {
			asked = append(asked, r.Method+" "+r.URL.String())
			body := io.NopCloser(strings.NewReader(`{"success":true,"data":{"api_version":1,"server_version":"0.14.13"}}`))
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}, nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	version, err := client.Version(t.Context())
	if err != nil || version.Server != "0.14.13" {
		t.Errorf("got %+v, %v", version, err)
	}
	if len(asked) != 1 || asked[0] != "GET http://scanopy.example/base/api/version" {
		t.Errorf("asked %v", asked)
	}
}

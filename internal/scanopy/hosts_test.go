// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func serve(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return testClient(t, Config{URL: srv.URL + "/base"}, "0.14.13")
}

func TestHostsOfOtherNetworksAreDroppedAndCounted(t *testing.T) {
	c := serve(t, answers(200, success(`[`+row("")+`,{"id":"`+idB+`","network_id":"`+idB+`"}]`)))
	p, err := c.ListHosts(t.Context(), idN, 0, 0)
	if err != nil || len(p.Hosts) != 1 || p.Foreign != 1 || p.Size != 2 || p.Total != 1 {
		t.Errorf("got %+v, %v", p, err)
	}
}

func TestPagesAreAtMostAThousand(t *testing.T) {
	for name, tc := range map[string]struct {
		limit, offset int
		want          string
	}{
		"nothing said":      {0, 0, "limit=1000&network_id=" + idN + "&offset=0"},
		"more than allowed": {5000, 1000, "limit=1000&network_id=" + idN + "&offset=1000"},
		"a smaller page":    {100, 300, "limit=100&network_id=" + idN + "&offset=300"},
		"negative":          {-1, -1, "limit=1000&network_id=" + idN + "&offset=0"},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.RawQuery != tc.want {
					t.Errorf("query %s", r.URL.RawQuery)
				}
				_, _ = io.WriteString(w, success("[]"))
			})
			if _, err := c.ListHosts(t.Context(), idN, tc.limit, tc.offset); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAListWithARowThatCannotBeReadIsNoList(t *testing.T) {
	for name, data := range map[string]string{
		"a row without a network": `[` + row("") + `,{"id":"` + idB + `"}]`,
		"a row without an id":     `[{"network_id":"` + idN + `"}]`,
		"a row that is text":      `["x"]`,
		"an object":               `{}`,
		"null":                    `null`,
		"a wrong type":            `[{"id":"` + idA + `","network_id":"` + idN + `","interfaces":{}}]`,
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, answers(200, success(data)))
			if _, err := c.ListHosts(t.Context(), idN, 0, 0); !HasReason(err, BadAnswer) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAbsentAndNullAndUnknownKeysAreRead(t *testing.T) {
	c := serve(t, answers(200, success(`{"id":"`+idA+`","network_id":"`+idN+`","name":"h","hostname":null,"tags":null,
		"source":"Manual","new_key":{"a":[1]},"interfaces":[{"id":"`+idB+`","mac_address":"02-00-00-00-00-0a","position":null}],
		"ports":[{"id":"`+idB+`","number":53,"protocol":"Udp"}],"services":null,"created_at":"nonsense","updated_at":"2026-11-22T04:00:00.123456Z"}`)))
	got, err := c.GetHost(t.Context(), idA)
	if err != nil {
		t.Fatal(err)
	}
	mac := "02:00:00:00:00:0A"
	want := Host{
		ID: idA, NetworkID: idN, Name: "h", Source: SourceManual, UpdatedAt: time.Date(2026, 11, 22, 4, 0, 0, 123456000, time.UTC),
		UpdatedAtRaw: "2026-11-22T04:00:00.123456Z", Interfaces: []Interface{{ID: idB, MACAddress: &mac}},
		Ports: []Port{{ID: idB, Number: 53, Protocol: UDP}}, Services: []Service{},
		CredentialAssignments: []CredentialAssignment{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnUpdateKeepsListsThatAreNilAndClearsThoseThatAreEmpty(t *testing.T) {
	body, err := interfacesDialect{}.hostUpdate(idA, HostUpdate{Name: "h", Tags: []string{idB, idB}, Ports: &[]Port{}})
	if err != nil {
		t.Fatal(err)
	}
	got, _ := json.Marshal(body)
	want := `{"id":"` + idA + `","name":"h","hostname":null,"description":null,"hidden":false,"tags":["` + idB + `"],"virtualization":null,"ports":[]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAHostThatWasReadIsWrittenBackUnchanged(t *testing.T) {
	shown := `"name":"h","hostname":"x","description":null,"hidden":true,"tags":["` + idB + `"],"virtualization":{"type":"New","details":{"a":1}}`
	host, err := interfacesDialect{}.host([]byte(`{"id":"` + idA + `","updated_at":"2026-11-22T04:00:00.123456789Z",` + shown + `}`))
	if err != nil {
		t.Fatal(err)
	}
	body, err := interfacesDialect{}.hostUpdate(idA, host.AsUpdate())
	if err != nil {
		t.Fatal(err)
	}
	got, _ := json.Marshal(body)
	if want := `{"id":"` + idA + `",` + shown + `,"expected_updated_at":"2026-11-22T04:00:00.123456789Z"}`; string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestVirtualizationIsSentBackAsItWasShownUntilItChanges(t *testing.T) {
	shown := `{"type":"Proxmox","details":{"vm_name":"a","vm_id":null,"service_id":"` + idB + `","later":1}}`
	podman := `{"type":"Podman","details":{"later":1}}`
	for name, tc := range map[string]struct {
		host    *HostVirtualization
		service *ServiceVirtualization
		want    string
		reason  Reason
	}{
		"unchanged":                        {host: readHostVirtualization([]byte(shown)), want: shown},
		"unknown type, unchanged":          {service: readServiceVirtualization([]byte(podman)), want: podman},
		"changed":                          {host: &HostVirtualization{Type: "Proxmox", VMName: "b", ServiceID: idB, Raw: []byte(shown)}, want: `{"details":{"service_id":"` + idB + `","vm_id":null,"vm_name":"b"},"type":"Proxmox"}`},
		"a container":                      {service: &ServiceVirtualization{Type: "Docker", ContainerName: "c", ServiceID: idB}, want: `{"details":{"container_id":null,"container_name":"c","service_id":"` + idB + `"},"type":"Docker"}`},
		"without a service it is left out": {host: &HostVirtualization{Type: "Proxmox", VMName: "b"}, want: `null`},
		"none":                             {want: `null`},
		"a type that the version lacks":    {host: &HostVirtualization{Type: "ESXi", ServiceID: idB}, reason: Unsupported},
	} {
		t.Run(name, func(t *testing.T) {
			body, err := writeHostVirtualization(tc.host)
			if tc.service != nil {
				body, err = writeServiceVirtualization(tc.service)
			}
			if tc.reason != "" {
				if !HasReason(err, tc.reason) {
					t.Errorf("got %v", err)
				}
				return
			}
			if got, _ := json.Marshal(body); string(got) != tc.want || err != nil {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
}

func TestOnlyWhoMakesAHostMeetsADuplicate(t *testing.T) {
	words := "A host with matching interfaces already exists: 'x (id: " + idB + ")' (id: " + idA + "). Edit the existing host instead of creating a new one."
	c := serve(t, answers(400, failure(words, "")))
	_, err := c.CreateHost(t.Context(), HostCreate{NetworkID: idN})
	if e, ok := errors.AsType[*Error](err); !ok || e.Reason != DuplicateHost {
		t.Errorf("got %+v", err)
	}
	if err := c.DeleteHost(t.Context(), idA); !HasReason(err, BadRequest) {
		t.Errorf("a deletion cannot be a duplicate: %v", err)
	}
}

func TestAnAnswerOver32MiBIsTooLarge(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		block := strings.Repeat(" ", 1<<20)
		for range maxAnswer>>20 + 1 {
			if _, err := io.WriteString(w, block); err != nil {
				return
			}
		}
	})
	if _, err := c.ListHosts(t.Context(), idN, 0, 0); !HasReason(err, TooLarge) {
		t.Errorf("got %v", err)
	}
}

func TestGzipIsReadAndABombIsTooLarge(t *testing.T) {
	zipped := func(write func(io.Writer)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
				t.Error("gzip was not asked for")
			}
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			write(z)
			_ = z.Close()
		}
	}
	c := serve(t, zipped(func(w io.Writer) { _, _ = io.WriteString(w, success(row(""))) }))
	if _, err := c.GetHost(t.Context(), idA); err != nil {
		t.Error(err)
	}
	c = serve(t, zipped(func(w io.Writer) {
		for range maxAnswer>>20 + 1 {
			_, _ = w.Write(make([]byte, 1<<20))
		}
	}))
	if _, err := c.GetHost(t.Context(), idA); !HasReason(err, TooLarge) {
		t.Errorf("got %v", err)
	}
}

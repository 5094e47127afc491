// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

func inline(value string) fields { return fields{"mode": "Inline", "value": value} }
func file(path string) fields    { return fields{"mode": "FilePath", "path": path} }

// cred is a credential of a type, with what else it shall have.
func (v versioned) cred(settings fields, more fields) fields {
	out := fields{"organization_id": v.boot.Organization, "name": "c", "credential_type": settings}
	for key, value := range more {
		out[key] = value
	}
	return out
}

func snmp(community string) fields { return fields{"type": "SnmpV2c", "community": inline(community)} }

func docker() fields { return fields{"type": "DockerProxy"} }

func (v versioned) addCred(settings, more fields) string {
	v.t.Helper()
	return v.must("POST", "/api/v1/credentials", v.cred(settings, more)).id(v.t)
}

func (v versioned) assigned() string { return "assigned_" + v.network + "_ids" }

// on is a list of assignments: a credential's to a host.
func on(host string, addresses any) []fields {
	return []fields{{"host_id": host, "ip_address_ids": addresses}}
}

func pemOf(kind string) string {
	return "-----BEGIN " + kind + "-----\nAAAA\n-----END " + kind + "-----\n"
}

// Paragraph 2.2.

func TestEveryTypeOfCredentialIsTakenAndGetsItsDefaults(t *testing.T) {
	user := func(settings fields) fields {
		settings["username"], settings["password"] = "u", inline("p")
		return settings
	}
	script := fields{"mode": "HostFile", "path": "/opt/probe.sh"}
	cases := map[string]struct {
		in    fields
		want  fields
		since string
	}{
		"SnmpV1":  {fields{"community": inline("x")}, fields{"community": inline("********")}, "0.17.1"},
		"SnmpV2c": {fields{"community": inline("x")}, fields{"community": inline("********")}, "0.15.3"},
		"SnmpV3": {
			fields{"security_name": "n", "auth_protocol": "Sha256", "auth_password": inline("a"), "priv_protocol": "Aes128", "priv_password": inline("b")},
			fields{"context_name": nil, "auth_password": inline("********")}, "0.17.1",
		},
		"Gnmi":             {user(fields{}), fields{"port": 9339.0, "tls": false, "skip_verify": false}, "0.17.16"},
		"DockerProxy":      {fields{}, fields{"port": 2375.0, "path": nil, "ssl_cert": nil, "ssl_key": nil}, "0.15.3"},
		"PodmanProxy":      {fields{"path": "/v1"}, fields{"port": 2375.0, "path": "/v1"}, "0.17.16"},
		"DockerSocket":     {fields{}, fields{"socket_path": nil}, "0.17.16"},
		"PodmanSocket":     {fields{"socket_path": "/run/podman.sock"}, fields{"socket_path": "/run/podman.sock"}, "0.17.16"},
		"UnifiApiKey":      {fields{"api_key": inline("k")}, fields{"port": 443.0, "site": "default"}, "0.17.16"},
		"UnifiLocalAdmin":  {user(fields{"site": "hq"}), fields{"port": 443.0, "site": "hq"}, "0.17.16"},
		"InstantOnAccount": {user(fields{}), fields{"site": nil}, "0.17.16"},
		"SshPassword":      {user(fields{"script": script}), fields{"port": 22.0, "target_os": "Unix", "timeout_seconds": 60.0}, "0.17.21"},
		"SshKey": {
			fields{"username": "u", "private_key": inline("k"), "passphrase": inline(""), "script": script},
			fields{"passphrase": nil, "private_key": inline("********"), "host_key_fingerprint": nil}, "0.17.21",
		},
		"WakeOnLan":       {fields{"secure_on_password": inline("01:23:45:67:89:ab")}, fields{"broadcast_address": nil, "wait_seconds": 90.0}, "0.17.21"},
		"ProxmoxApiToken": {fields{"token_id": "root@pam!scan", "token_secret": inline("s")}, fields{"port": 8006.0}, "0.17.21"},
	}
	for name, c := range cases {
		each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
			c.in["type"] = name
			r := v.do("POST", "/api/v1/credentials", v.cred(c.in, fields{"daemon_os": "Unix"}))
			if !slices.Contains(newer(c.since), v.version) {
				if r.status == http.StatusOK {
					t.Errorf("%s is known too early", name)
				}
				return
			}
			shown, _ := data(t, r)["credential_type"].(map[string]any)
			for key, want := range c.want {
				if diff := cmp.Diff(want, shown[key]); diff != "" {
					t.Errorf("%s of %s: %s", key, name, diff)
				}
			}
		})
	}
}

// Paragraphs 2.1 and 2.5, and the order of checks of 2.4.

func TestCredentialsAreCheckedAsTheServerDoes(t *testing.T) {
	v := asVersion(t, "0.17.22")
	host := v.addHost(v.addSubnet("lan", "10.0.0.0/8"), "web", "10.0.0.1")
	daemon := newDaemon(v)
	stranger := v.AddNetwork("elsewhere")
	ssh := func(script fields) fields {
		return fields{"type": "SshPassword", "username": "u", "password": inline("p"), "script": script}
	}
	proxy := func(key string, value fields) fields { return fields{"type": "DockerProxy", key: value} }
	cases := map[string]struct {
		body   fields
		status int
		words  string
	}{
		"no name":                       {v.cred(snmp("x"), fields{"name": ""}), 400, "credentials validation failed: base.name: Credential name must be between 1 and 100 characters"},
		"a name of 101 letters":         {v.cred(snmp("x"), fields{"name": strings.Repeat("n", 101)}), 400, "between 1 and 100"},
		"a description too long":        {v.cred(snmp("x"), fields{"description": strings.Repeat("n", 501)}), 400, "credentials validation failed"},
		"another organization":          {v.cred(snmp("x"), fields{"organization_id": uuid.New()}), 403, "You don't have access to this Organization"},
		"no organization":               {fields{"name": "c", "credential_type": snmp("x")}, 400, "missing field `organization_id`"},
		"a type that nobody knows":      {v.cred(fields{"type": "Telepathy"}, nil), 400, "unknown variant"},
		"a secret without an envelope":  {v.cred(fields{"type": "SnmpV2c", "community": "x"}, nil), 400, ""},
		"Docker for a site":             {v.cred(docker(), fields{"assigned_site_ids": []any{v.boot.Network}}), 400, "Docker credentials cannot be assigned to a site — a site assignment is offered to every host on the subnet."},
		"a socket on a plain host":      {v.cred(fields{"type": "DockerSocket"}, fields{"host_assignments": on(host.id, nil), "daemon_os": "Unix"}), 400, "can only be assigned to a host that runs a daemon."},
		"a socket of a Windows daemon":  {v.cred(fields{"type": "DockerSocket", "socket_path": `npipe:////./pipe/docker_engine`}, fields{"daemon_os": "Windows"}), 200, "pipe"},
		"a socket that is a file":       {v.cred(fields{"type": "DockerSocket", "socket_path": `C:\docker.sock`}, fields{"daemon_os": "Windows"}), 400, "socket_path: use a named pipe"},
		"a socket somewhere":            {v.cred(fields{"type": "DockerSocket"}, fields{"daemon_os": "Unix"}), 200, `"daemon_os":null`},
		"a protocol that nobody speaks": {v.cred(fields{"type": "SnmpV3", "security_name": "n", "auth_protocol": "Md5", "auth_password": inline("a"), "priv_protocol": "Aes128", "priv_password": inline("b")}, nil), 400, "unknown variant `Md5`"},
		"an address that is none":       {v.cred(fields{"type": "WakeOnLan", "broadcast_address": "lan"}, nil), 400, "broadcast_address"},
		"a path from home":              {v.cred(fields{"type": "SnmpV2c", "community": file("~/c")}, fields{"daemon_os": "Unix"}), 400, "~ is not expanded"},
		"a script between quotes":       {v.cred(fields{"type": "SshPassword", "username": "u", "password": inline("p"), "target_os": "Windows", "script": fields{"mode": "HostFile", "path": `C:\a"b.ps1`}}, nil), 400, "script: a Windows path cannot contain"},
		"a drive without a root":        {v.cred(fields{"type": "SnmpV2c", "community": file("C:c")}, fields{"daemon_os": "Windows"}), 400, "use an absolute Windows path"},
		"a share of Windows":            {v.cred(fields{"type": "SnmpV2c", "community": file(`\\srv\share\c`)}, fields{"daemon_os": "Windows"}), 200, "srv"},
		"a socket on a daemon's host":   {v.cred(fields{"type": "DockerSocket"}, fields{"host_assignments": on(daemon.host, nil), "daemon_os": "Unix"}), 200, daemon.host},
		"a file without the daemon's system": {
			v.cred(fields{"type": "SnmpV2c", "community": file("/etc/c")}, nil), 500, "Choose the Daemon OS: this credential reads a file or socket on the daemon",
		},
		"a file of a Windows daemon":       {v.cred(fields{"type": "SnmpV2c", "community": file(`C:\c`)}, fields{"daemon_os": "Windows"}), 200, `C:\\c`},
		"a relative path":                  {v.cred(fields{"type": "SnmpV2c", "community": file("etc/c")}, fields{"daemon_os": "Unix"}), 400, "community: use an absolute Unix path, such as"},
		"a Unix path on Windows":           {v.cred(fields{"type": "SnmpV2c", "community": file("/etc/c")}, fields{"daemon_os": "Windows"}), 400, "use an absolute Windows path"},
		"a relative socket":                {v.cred(fields{"type": "PodmanSocket", "socket_path": "x"}, fields{"daemon_os": "Unix"}), 400, "socket_path: use the socket's absolute path"},
		"a script of a Windows host":       {v.cred(ssh(fields{"mode": "HostFile", "path": "/x"}), nil), 200, `"daemon_os":null`},
		"a script on the daemon":           {v.cred(ssh(fields{"mode": "DaemonFile", "path": "/x"}), nil), 500, "Choose the Daemon OS"},
		"a certificate that is none":       {v.cred(proxy("ssl_cert", inline("x")), nil), 400, "SSL Certificate contains no PEM data"},
		"a certificate that is broken":     {v.cred(proxy("ssl_cert", inline("-----BEGIN CERTIFICATE-----\nAAAA")), nil), 400, "SSL Certificate is not valid PEM"},
		"a certificate":                    {v.cred(proxy("ssl_cert", inline(pemOf("CERTIFICATE"))), nil), 200, "BEGIN CERTIFICATE"},
		"a certificate for a key":          {v.cred(proxy("ssl_key", inline(pemOf("CERTIFICATE"))), nil), 400, "SSL Key must contain a PRIVATE KEY or RSA PRIVATE KEY or EC PRIVATE KEY PEM block, found: CERTIFICATE"},
		"a key for a certificate":          {v.cred(proxy("ssl_chain", inline(pemOf("EC PRIVATE KEY"))), nil), 400, "must contain a CERTIFICATE"},
		"a password that is no MAC":        {v.cred(fields{"type": "WakeOnLan", "secure_on_password": inline("x")}, nil), 400, "must be six bytes written as a MAC address, e.g. 01:23:45:67:89:ab"},
		"a token without a realm":          {v.cred(fields{"type": "ProxmoxApiToken", "token_id": "root", "token_secret": inline("s")}, nil), 400, "Token ID"},
		"names are checked before values":  {v.cred(proxy("ssl_cert", inline("x")), fields{"name": ""}), 400, "Credential name"},
		"targets are checked before names": {v.cred(docker(), fields{"name": "", "assigned_site_ids": []any{v.boot.Network}}), 400, "cannot be assigned to a site"},
		"a site of others":                 {v.cred(snmp("x"), fields{"name": "site of others", "assigned_site_ids": []any{stranger}}), 403, "You don't have access to this Site"},
		"a host that isn't":                {v.cred(snmp("x"), fields{"name": "host of others", "host_assignments": on(uuid.NewString(), nil)}), 403, "You don't have access to this Host"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			refused(t, v.do("POST", "/api/v1/credentials", c.body), c.status, c.words)
		})
	}
	for _, left := range []string{"site of others", "host of others"} {
		if !slices.ContainsFunc(v.State().Credentials, func(c emulator.Credential) bool { return c.Name == left }) {
			t.Errorf("%q is gone, want it to stay without its assignments", left)
		}
	}
}

func TestTheMissingSystemOfADaemonIsForeseenByBulkAndChange(t *testing.T) {
	v := asVersion(t, "0.17.21")
	body := v.cred(fields{"type": "SnmpV2c", "community": file("/etc/c")}, nil)
	words := "Choose the Daemon OS"
	refused(t, v.do("POST", "/api/v1/credentials/bulk", []fields{v.cred(snmp("x"), nil), body}), http.StatusBadRequest, words)
	if n := len(v.State().Credentials); n != 0 {
		t.Errorf("%d were made before all were checked", n)
	}
	id := v.addCred(snmp("x"), nil)
	refused(t, v.do("PUT", "/api/v1/credentials/"+id, body), http.StatusBadRequest, words)
}

// Paragraph 2.3.

func TestSecretsAreNeverShownAndKeptByTheirStars(t *testing.T) {
	each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
		id := v.addCred(snmp("canary"), nil)
		path := "/api/v1/credentials/" + id
		secret := func() string { return v.State().Credentials[0].Secret("community") }
		put := func(settings fields) reply { return v.must("PUT", path, v.cred(settings, nil)) }
		for _, r := range []reply{v.must("GET", path, nil), v.must("GET", "/api/v1/credentials", nil), put(snmp("canary"))} {
			if strings.Contains(string(r.body), "canary") || !strings.Contains(string(r.body), `"value":"********"`) {
				t.Errorf("shown: %s", r.body)
			}
		}
		put(snmp("********"))
		if got := secret(); got != "canary" {
			t.Errorf("kept %q", got)
		}
		put(snmp("rotated"))
		if got := secret(); got != "rotated" {
			t.Errorf("written %q", got)
		}
		put(docker())
		put(snmp("********"))
		if got := secret(); got != "********" {
			t.Errorf("after another type %q, want the stars themselves", got)
		}
	})
}

// Paragraph 2.4.

func TestAChangeReplacesEverythingAndClearsAssignments(t *testing.T) {
	each(t, newer("0.17.1"), func(t *testing.T, v versioned) {
		h := v.addHost(v.addSubnet("lan", "10.0.0.0/8"), "web", "10.0.0.1")
		id := v.addCred(snmp("x"), fields{v.assigned(): []any{v.boot.Network}, "host_assignments": on(h.id, []string{h.address})})
		made := data(t, v.must("GET", "/api/v1/credentials/"+id, nil))
		want := []any{map[string]any{"host_id": h.id, "ip_address_ids": []any{h.address}}}
		if diff := cmp.Diff(want, made["host_assignments"]); diff != "" {
			t.Error(diff)
		}
		v.must("PUT", "/api/v1/credentials/"+id, v.cred(snmp("x"), fields{"name": "renamed"}))
		c := v.State().Credentials[0]
		if c.Name != "renamed" || len(c.AssignedNetworkIDs)+len(c.HostAssignments) != 0 {
			t.Errorf("changed %+v", c)
		}
		refused(t, v.do("PUT", "/api/v1/credentials/"+uuid.NewString(), v.cred(snmp("x"), nil)), http.StatusNotFound, "Credential with ID")
	})
}

func TestCredentialsHaveTheKeysOfTheirVersion(t *testing.T) {
	base := []string{"created_at", "credential_type", "id", "name", "organization_id", "tags", "updated_at"}
	each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
		want := slices.Clone(base)
		if slices.Contains(newer("0.17.1"), v.version) {
			want = append(want, v.assigned(), "host_assignments")
		}
		if slices.Contains(newer("0.17.21"), v.version) {
			want = append(want, "daemon_os", "description")
		}
		var got []string
		for key := range data(t, v.must("GET", "/api/v1/credentials/"+v.addCred(snmp("x"), nil), nil)) {
			got = append(got, key)
		}
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWritesOfCredentialsNeedAnAdmin(t *testing.T) {
	each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
		id := v.addCred(snmp("x"), nil)
		for _, call := range []struct {
			method, path string
			body         any
			viewer       int
		}{
			{"GET", "", nil, 200}, {"GET", "/" + id, nil, 200}, {"POST", "", v.cred(snmp("x"), nil), 403},
			{"POST", "/bulk", []fields{}, 403}, {"PUT", "/" + id, v.cred(snmp("x"), nil), 403},
			{"POST", "/bulk-delete", []string{uuid.NewString()}, 403}, {"DELETE", "/" + id, nil, 403},
		} {
			for _, token := range []string{v.boot.Tokens.Viewer, v.boot.Tokens.Member} {
				r, err := v.tryAs(token, call.method, "/api/v1/credentials"+call.path, call.body)
				if err != nil || r.status != call.viewer {
					t.Errorf("%s %s: %d %v, want %d", call.method, call.path, r.status, err, call.viewer)
				}
			}
			admin := v.AddKey(emulator.Admin, v.boot.Network)
			if r, err := v.tryAs(admin, call.method, "/api/v1/credentials"+call.path, call.body); err != nil || r.status != http.StatusOK {
				t.Errorf("an admin's %s %s: %d %v", call.method, call.path, r.status, err)
			}
		}
	})
}

func TestCredentialsAreListedByTypeOnly(t *testing.T) {
	v := asVersion(t, "0.17.22")
	v.addCred(snmp("x"), fields{"name": "b"})
	v.addCred(docker(), fields{"name": "a"})
	for query, want := range map[string]int{
		"": 2, "?type=SnmpV2c": 1, "?ids=" + uuid.NewString(): 2, "?site_id=" + uuid.NewString(): 2, "?limit=1": 1,
		"?order_by=name&order_direction=desc": 2, "?group_by=created_at&order_by=updated_at": 2,
	} {
		if got := len(v.must("GET", "/api/v1/credentials"+query, nil).rows(t)); got != want {
			t.Errorf("%q: %d rows, want %d", query, got, want)
		}
	}
	refused(t, v.do("GET", "/api/v1/credentials?type=Telepathy", nil), http.StatusBadRequest, "unknown variant")
	if got := len(asVersion(t, "0.17.21").must("GET", "/api/v1/credentials?type=Telepathy", nil).rows(t)); got != 0 {
		t.Errorf("%d rows of a type that there is not", got)
	}
}

func TestBulkMakesAHundredAtMost(t *testing.T) {
	v := asVersion(t, "0.17.22")
	many := func(n int) []fields {
		out := []fields{}
		for i := range n {
			c := v.cred(snmp("x"), fields{"name": fmt.Sprint("c", i), "organization_id": uuid.New(), "id": uuid.New()})
			out = append(out, c)
		}
		return out
	}
	refused(t, v.do("POST", "/api/v1/credentials/bulk", many(101)), http.StatusBadRequest, "Bulk create accepts at most 100 credentials, got 101")
	for _, n := range []int{0, 100} {
		if got := len(v.must("POST", "/api/v1/credentials/bulk", many(n)).rows(t)); got != n {
			t.Errorf("%d made of %d", got, n)
		}
	}
	if c := v.State().Credentials[99]; c.OrganizationID != v.boot.Organization || c.Name != "c99" || c.CreatedAt.Year() < 2000 {
		t.Errorf("last %+v", c)
	}
}

func TestABulkThatIsRefusedInTheMiddleKeepsWhatItMade(t *testing.T) {
	each(t, newer("0.17.1"), func(t *testing.T, v versioned) {
		h := v.addHost(v.addSubnet("lan", "10.0.0.0/8"), "web", "10.0.0.1")
		to := fields{"host_assignments": on(h.id, nil)}
		r := v.do("POST", "/api/v1/credentials/bulk", []fields{v.cred(docker(), to), v.cred(docker(), to), v.cred(snmp("x"), nil)})
		refused(t, r, http.StatusBadRequest, `Docker allows only one credential per host, but \"c\" already targets an overlapping host, `+v.network)
		if n := len(v.State().Credentials); n != 1 {
			t.Errorf("%d credentials, want the first", n)
		}
	})
}

func TestARequestCanBeKilledBetweenAnyTwoRows(t *testing.T) {
	for _, cut := range []bool{true, false} {
		v := asVersion(t, "0.17.22")
		if err := v.AddFaults(emulator.Fault{Path: "/credentials/bulk$", AfterRows: 3, Cut: cut}); err != nil {
			t.Fatal(err)
		}
		to := fields{"assigned_site_ids": []any{v.boot.Network}}
		bulk := []fields{v.cred(snmp("a"), to), v.cred(snmp("b"), to), v.cred(snmp("c"), to)}
		r, err := v.try("POST", "/api/v1/credentials/bulk", bulk)
		if cut != (err != nil) || (!cut && r.status != http.StatusInternalServerError) {
			t.Errorf("cut %t: %d %v", cut, r.status, err)
		}
		var got []int
		for _, c := range v.State().Credentials {
			got = append(got, len(c.AssignedNetworkIDs))
		}
		if diff := cmp.Diff([]int{1, 0}, got); diff != "" {
			t.Errorf("assignments of those made: %s", diff)
		}
		v.must("POST", "/api/v1/credentials/bulk", bulk)
	}
}

// Paragraph 2.5.

func TestAHostHasOneCredentialOfASingleEndpoint(t *testing.T) {
	v := asVersion(t, "0.17.22")
	subnet := v.addSubnet("lan", "10.0.0.0/8")
	first, second := v.addHost(subnet, "one", "10.0.0.1"), v.addHost(subnet, "two", "10.0.0.2")
	id := v.addCred(docker(), fields{"host_assignments": on(first.id, []string{first.address})})
	clash := "allows only one credential per host"
	refused(t, v.do("POST", "/api/v1/credentials", v.cred(docker(), fields{"host_assignments": on(first.id, nil)})), 400, clash)
	v.addCred(snmp("x"), fields{"host_assignments": on(first.id, nil)})
	v.addCred(fields{"type": "PodmanProxy"}, fields{"host_assignments": on(first.id, nil)})
	whole := v.cred(docker(), fields{"host_assignments": on(first.id, nil)})
	refused(t, v.do("PUT", "/api/v1/credentials/"+id, whole), 400, clash) // it is known by the id in the body only
	whole["id"] = id
	v.must("PUT", "/api/v1/credentials/"+id, whole)
	other := v.addCred(docker(), fields{"host_assignments": on(second.id, nil)})
	give := fields{"credential_assignments": []fields{{"credential_id": id}, {"credential_id": other}}}
	if r := v.change(second.id, give); r.status != http.StatusOK {
		t.Errorf("hosts are not checked: %d %s", r.status, r.body)
	}
}

// Paragraph 0.1: universal credentials began without assignments of their own.

func TestCredentialsBefore017AreAssignedByHostsAndNetworksOnly(t *testing.T) {
	for _, version := range []string{"0.15.3", "0.16.0"} {
		v := asVersion(t, version)
		h := v.addHost(v.addSubnet("lan", "10.0.0.0/8"), "web", "10.0.0.1")
		id := v.addCred(docker(), fields{"assigned_network_ids": []any{v.boot.Network}, "host_assignments": on(h.id, nil)})
		if c := v.State().Credentials[0]; len(c.HostAssignments)+len(c.AssignedNetworkIDs) != 0 {
			t.Errorf("%s: assigned %+v", version, c)
		}
		v.change(h.id, fields{"credential_assignments": []fields{{"credential_id": id, v.address + "_ids": []string{h.address}}}})
		v.must("PUT", "/api/v1/credentials/"+id, v.cred(docker(), fields{"name": "renamed"}))
		if c := v.State().Credentials[0]; len(c.HostAssignments) != 1 || len(c.HostAssignments[0].IPAddressIDs) != 1 || c.Name != "renamed" {
			t.Errorf("%s: assigned %+v", version, c)
		}
		many := []fields{}
		for range 101 {
			many = append(many, v.cred(snmp("x"), nil))
		}
		v.must("POST", "/api/v1/credentials/bulk", many)
	}
}

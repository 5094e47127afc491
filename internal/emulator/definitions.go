// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"strconv"
	"strings"
)

const (
	missingService = "Missing Service"
	openPorts      = "Unclaimed Open Ports"
	customPort     = "Custom"
)

// isDefinition tells whether server 0.14.13 knows a service definition of this name.
func isDefinition(name string) bool {
	switch name {
	case
		"AMQP", "APC", "AWX", "Access Point", "Active Directory", "ActiveMQ", "Actual Budget", "Adguard Home",
		"Amazon Echo", "Appwrite", "ArgoCD", "Asterisk", "AudioBookShelf", "Authentik", "Autobrr", "BACnet", "BackRest",
		"Bacula", "Bamboo", "Bazarr", "Beszel Agent", "BigBlueButton", "Bind9", "Bitbucket Server", "Bitwarden",
		"BookLore", "CUPS", "Caddy", "Cassandra", "Ceph", "CheckMK Agent", "Chromecast", "Cleanuparr", "Client",
		"Cloudflared", "Confluence", "CoolerControl", "CouchDB", "CrowdSec", "DHCP Server", "DNS Server", "Denodo",
		"Discourse", "Docker Container", "Docker Swarm", "Docker", "Dockge", "Domoticz", "Drone", "Duplicati", "ESPHome",
		"Eero Gateway", "Eero Repeater", "Elastic APM", "Elasticsearch", "Emby", "FTP Server", "FileZilla Server",
		"Fios Extender", "Fios Gateway", "Firewall", "Forgejo", "Fortinet", "FreeIPA", "FreePBX", "FreshRSS", "Frigate",
		"Gateway", "Gatus", "Ghost", "GitHub", "GitLab", "Gitea", "Glance", "Glances", "Google Home",
		"Google Nest repeater", "Google Nest router", "Grafana", "Graylog", "Grocy", "HAProxy", "HP Printer", "Homarr",
		"Home Assistant", "Homepage", "Huntarr", "Icinga", "Immich", "InfluxDB", "IoT", "Jaeger", "Jellyfin",
		"Jellyseerr", "Jellystat", "Jenkins", "JetDirect", "Jira", "Jitsi Meet", "Jotty", "Jump", "Kafka", "Karakeep",
		"Kerberos", "Keycloak", "Komga", "Kong", "Kubernetes", "Lidarr", "LinkStack", "Loki", "Lubelogger", "MQTT",
		"MariaDB", "Mattermost", "MeTube", "Mealie", "Memos", "Microsoft SQL Server", "MikroTik", "MinIO", "MongoDB",
		"MySQL", "NATS", "NCPA Agent", "NFS", "NTP Server", "NUT", "Nagios", "Neo4j", "Nest Protect", "Nest Thermostat",
		"Netbootxyz", "Netdata", "NextCloud", "Nginx Proxy Manager", "Nomad", "Ntfy", "Nvidia GPU Exporter", "OPNsense",
		"Ollama", "Open LDAP", "Open WebUI", "OpenMediaVault", "OpenShift", "OpenSpeedTest", "OpenVPN",
		"Oracle Database", "Overseerr", "Paperless-NGX", "PeaNUT", "Philips Hue Bridge", "Pi-Hole", "Plex Media Server",
		"Pocket ID", "Portainer", "PostgreSQL", "PowerDNS", "Print Server", "Prometheus Node Exporter", "Prometheus",
		"Promtail", "Prowlarr", "Proxmox Backup Server", "Proxmox Datacenter Manager", "Proxmox VE", "Pulse", "QNAP NAS",
		"RTSP Camera", "RabbitMQ", "Radarr", "Radicale", "Rancher", "Redis", "Remote Desktop", "Restic", "Ring Doorbell",
		"Roborock Vacuum", "Rocket.Chat", "Roku Media Player", "SABnzbd", "SIP Server", "SNMP", "SSH", "Samba",
		"Scanopy Daemon", "Scanopy Server", "Seafile", "Sensu", "Sentry", "Slskd", "Sonarr", "Sonos Speaker",
		"Spinnaker", "Splunk", "Switch", "Syncthing", "Synology DSM", "TP-Link EAP", "Tasmota", "Tautulli", "TeamCity",
		"Telnet", "Tomcat", "Traefik", "TrueNAS", "Tyk", "Ubiquiti Discovery", "Unbound DNS", "Unclaimed Open Ports",
		"UniFi Controller", "Unifi Access Point", "UptimeKuma", "Vault", "Vaultwarden", "Veeam", "WGDashboard", "Wazuh",
		"Web Service", "WireGuard", "Wizarr", "WordPress", "Workstation", "Z-Wave JS", "Zabbix Agent", "Zabbix",
		"Zigbee2MQTT", "Zipkin", "cAdvisor", "mailcow", "openHAB", "ownCloud", "pfBlockerNG", "pfSense", "qBittorrent":
		return true
	}
	return false
}

// isGeneric tells whether a host may have several services of this definition, told apart by their ports.
func isGeneric(name string) bool {
	switch name {
	case
		"AMQP", "Access Point", "BACnet", "Cassandra", "CouchDB", "DHCP Server", "DNS Server", "Dhcp Server",
		"Dns Server", "Docker Container", "Elasticsearch", "FTP Server", "Firewall", "Gateway", "InfluxDB", "IoT",
		"Jaeger", "JetDirect", "Kafka", "Kerberos", "MQTT", "MariaDB", "Microsoft SQL Server", "MongoDB", "MySQL", "NFS",
		"NTP Server", "Nagios", "Netdata", "Open LDAP", "OpenVPN", "PostgreSQL", "Print Server", "RTSP Camera",
		"RabbitMQ", "Redis", "Remote Desktop", "SIP Server", "SNMP", "SSH", "Samba", "Sensu", "Switch", "Telnet",
		"Unclaimed Open Ports", "WireGuard", "Workstation", "Z-Wave JS":
		return true
	}
	return false
}

// isGateway tells whether discovery finds this definition by the gateway's address: one per host.
func isGateway(name string) bool {
	switch name {
	case
		"Eero Gateway", "Eero Repeater", "Fios Extender", "Fios Gateway", "Gateway", "Google Nest repeater",
		"Google Nest router", "Switch":
		return true
	}
	return false
}

// wellKnownPorts are the ports with a type of their own.
const wellKnownPorts = " " +
	"21/Tcp=Ftp 22/Tcp=Ssh 23/Tcp=Telnet 53/Tcp=DnsTcp 53/Udp=DnsUdp 67/Udp=Dhcp 80/Tcp=Http " +
	"88/Tcp=Kerberos 123/Udp=Ntp 161/Udp=Snmp 389/Tcp=Ldap 443/Tcp=Https 445/Tcp=Samba 515/Tcp=LdpTcp " +
	"515/Udp=LdpUdp 554/Tcp=Rtsp 631/Tcp=Ipp 636/Tcp=Ldaps 1194/Udp=OpenVPN 1433/Tcp=MsSql 1883/Tcp=Mqtt " +
	"2049/Tcp=Nfs 2375/Tcp=Docker 2376/Tcp=DockerTls 3000/Tcp=Http3000 3306/Tcp=MySql 3389/Tcp=Rdp " +
	"5000/Tcp=Http5000 5060/Tcp=Sip 5061/Tcp=SipTls 5432/Tcp=PostgreSQL 5671/Tcp=AMQPTls 5672/Tcp=AMQP " +
	"5984/Tcp=CouchDb 6379/Tcp=Redis 6443/Tcp=Kubernetes 8080/Tcp=Http8080 8081/Tcp=Http8081 " +
	"8082/Tcp=Http8082 8086/Tcp=InfluxDb 8443/Tcp=Https8443 8883/Tcp=MqttTls 8888/Tcp=Http8888 " +
	"9000/Tcp=Http9000 9042/Tcp=Cassandra 9092/Tcp=Kafka 9100/Tcp=JetDirect 9200/Tcp=Elasticsearch " +
	"9443/Tcp=Https9443 10443/Tcp=Https10443 15672/Tcp=RabbitMqMgmt 27017/Tcp=MongoDB 47808/Udp=BACnet " +
	"51820/Udp=Wireguard "

// wellKnownPort is the type of a port with a name of its own, else empty.
func wellKnownPort(number uint16, protocol string) string {
	_, rest, ok := strings.Cut(wellKnownPorts, " "+strconv.Itoa(int(number))+"/"+protocol+"=")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, " ")
	return name
}

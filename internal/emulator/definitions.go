// SPDX-License-Identifier: Apache-2.0

package emulator

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

type portKind struct {
	number   uint16
	protocol string
}

// wellKnownPort is the type of a port with a name of its own, else empty.
func wellKnownPort(number uint16, protocol string) string {
	switch (portKind{number, protocol}) {
	case portKind{21, "Tcp"}:
		return "Ftp"
	case portKind{22, "Tcp"}:
		return "Ssh"
	case portKind{23, "Tcp"}:
		return "Telnet"
	case portKind{53, "Tcp"}:
		return "DnsTcp"
	case portKind{53, "Udp"}:
		return "DnsUdp"
	case portKind{67, "Udp"}:
		return "Dhcp"
	case portKind{80, "Tcp"}:
		return "Http"
	case portKind{88, "Tcp"}:
		return "Kerberos"
	case portKind{123, "Udp"}:
		return "Ntp"
	case portKind{161, "Udp"}:
		return "Snmp"
	case portKind{389, "Tcp"}:
		return "Ldap"
	case portKind{443, "Tcp"}:
		return "Https"
	case portKind{445, "Tcp"}:
		return "Samba"
	case portKind{515, "Tcp"}:
		return "LdpTcp"
	case portKind{515, "Udp"}:
		return "LdpUdp"
	case portKind{554, "Tcp"}:
		return "Rtsp"
	case portKind{631, "Tcp"}:
		return "Ipp"
	case portKind{636, "Tcp"}:
		return "Ldaps"
	case portKind{1194, "Udp"}:
		return "OpenVPN"
	case portKind{1433, "Tcp"}:
		return "MsSql"
	case portKind{1883, "Tcp"}:
		return "Mqtt"
	case portKind{2049, "Tcp"}:
		return "Nfs"
	case portKind{2375, "Tcp"}:
		return "Docker"
	case portKind{2376, "Tcp"}:
		return "DockerTls"
	case portKind{3000, "Tcp"}:
		return "Http3000"
	case portKind{3306, "Tcp"}:
		return "MySql"
	case portKind{3389, "Tcp"}:
		return "Rdp"
	case portKind{5000, "Tcp"}:
		return "Http5000"
	case portKind{5060, "Tcp"}:
		return "Sip"
	case portKind{5061, "Tcp"}:
		return "SipTls"
	case portKind{5432, "Tcp"}:
		return "PostgreSQL"
	case portKind{5671, "Tcp"}:
		return "AMQPTls"
	case portKind{5672, "Tcp"}:
		return "AMQP"
	case portKind{5984, "Tcp"}:
		return "CouchDb"
	case portKind{6379, "Tcp"}:
		return "Redis"
	case portKind{6443, "Tcp"}:
		return "Kubernetes"
	case portKind{8080, "Tcp"}:
		return "Http8080"
	case portKind{8081, "Tcp"}:
		return "Http8081"
	case portKind{8082, "Tcp"}:
		return "Http8082"
	case portKind{8086, "Tcp"}:
		return "InfluxDb"
	case portKind{8443, "Tcp"}:
		return "Https8443"
	case portKind{8883, "Tcp"}:
		return "MqttTls"
	case portKind{8888, "Tcp"}:
		return "Http8888"
	case portKind{9000, "Tcp"}:
		return "Http9000"
	case portKind{9042, "Tcp"}:
		return "Cassandra"
	case portKind{9092, "Tcp"}:
		return "Kafka"
	case portKind{9100, "Tcp"}:
		return "JetDirect"
	case portKind{9200, "Tcp"}:
		return "Elasticsearch"
	case portKind{9443, "Tcp"}:
		return "Https9443"
	case portKind{10443, "Tcp"}:
		return "Https10443"
	case portKind{15672, "Tcp"}:
		return "RabbitMqMgmt"
	case portKind{27017, "Tcp"}:
		return "MongoDB"
	case portKind{47808, "Udp"}:
		return "BACnet"
	case portKind{51820, "Udp"}:
		return "Wireguard"
	}
	return ""
}

package schema

const kindNetworkZone = "network_zone"

func networkZoneSource() *Kind {
	return dataSource(kindNetworkZone, "network zone", "name", "name", "The zone's name.",
		found("type", "type", "IP, DYNAMIC or DYNAMIC_V2."),
		found("usage", "usage", "POLICY or BLOCKLIST."),
		found("status", "status", "ACTIVE or INACTIVE."))
}

package review

// Network zones are only looked up.
var networkZoneKind = &kind{name: "network_zone", source: "network_zone", names: byLabel}

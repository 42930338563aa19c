package syslog

import (
	"crypto/rand"
	"encoding/hex"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// Types are the event types of an org, by name.
type Types map[string]Type

// TypesOf returns the event types of the lists.
func TypesOf(lists ...[]Type) Types {
	types := Types{}
	for _, list := range lists {
		for _, t := range list {
			types[t.Name] = t
		}
	}
	return types
}

// view returns the event as the API shows it. A type that is not in types comes from an older data
// file.
func (types Types) view(e *state.Event) map[string]any {
	kind, known := types[e.Type]
	if !known {
		kind = Type{Name: e.Type, Message: e.Type}
	}
	targets := []any{}
	for _, t := range e.Targets {
		target := entityView(t)
		target["changeDetails"] = nil
		targets = append(targets, target)
	}
	detail := map[string]any{}
	if strings.HasPrefix(e.TokenID, "00T") {
		detail["requestApiTokenId"] = e.TokenID
	}
	var reason any
	if e.Outcome.Reason != "" {
		reason = e.Outcome.Reason
	}
	severity := "INFO"
	if e.Outcome.Result != "SUCCESS" {
		severity = "WARN"
	}
	debug := map[string]any{"requestId": e.RequestID, "requestUri": e.Path, "url": e.Path}
	for name, value := range e.Debug {
		debug[name] = value
	}
	return map[string]any{
		"uuid": e.UUID, "published": state.Timestamp(e.Published), "eventType": e.Type, "version": "0", "severity": severity,
		"legacyEventType": kind.legacyOrNull(), "displayMessage": kind.Message,
		"actor":        entityView(e.Actor),
		"client":       clientView(e),
		"device":       nil,
		"outcome":      map[string]any{"result": e.Outcome.Result, "reason": reason},
		"target":       targets,
		"transaction":  map[string]any{"type": "WEB", "id": e.RequestID, "detail": detail},
		"debugContext": map[string]any{"debugData": debug},
		"authenticationContext": map[string]any{"authenticationProvider": nil, "authenticationStep": 0, "credentialProvider": nil,
			"credentialType": nil, "issuer": nil, "interface": nil, "rootSessionId": e.RequestID, "externalSessionId": e.RequestID},
		"securityContext": map[string]any{"asNumber": nil, "asOrg": nil, "isp": nil, "domain": nil, "isProxy": nil},
		"request":         map[string]any{"ipChain": []any{map[string]any{"ip": e.IP, "geographicalContext": nil, "version": ipVersion(e), "source": nil}}},
	}
}

func clientView(e *state.Event) map[string]any {
	return map[string]any{
		"userAgent": map[string]any{"rawUserAgent": e.Agent, "os": "Unknown", "browser": "UNKNOWN"},
		"zone":      nil, "device": "Unknown", "id": nil, "ipAddress": e.IP, "geographicalContext": nil,
	}
}

func ipVersion(e *state.Event) string {
	if strings.Contains(e.IP, ":") {
		return "V6"
	}
	return "V4"
}

func entityView(p state.LogEntity) map[string]any {
	return map[string]any{"id": p.ID, "type": p.Type, "alternateId": p.Alternate, "displayName": p.Name, "detailEntry": nil}
}

// comparable reports whether a filter may compare an attribute: all but the time of publication,
// for which there are since and until.
func comparable(attribute string) bool {
	first, _, _ := strings.Cut(attribute, ".")
	switch first {
	case "uuid", "eventType", "version", "severity", "legacyEventType", "displayMessage", "actor", "client", "outcome", "target",
		"transaction", "debugContext", "authenticationContext", "securityContext", "request", "device":
		return true
	}
	return false
}

// newUUID returns a random UUID (RFC 9562 section 5.4).
func newUUID() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // never fails, see crypto/rand
	raw[6], raw[8] = raw[6]&0x0f|0x40, raw[8]&0x3f|0x80
	digits := hex.EncodeToString(raw[:])
	return digits[:8] + "-" + digits[8:12] + "-" + digits[12:16] + "-" + digits[16:20] + "-" + digits[20:]
}

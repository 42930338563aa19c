package syslog

// Type is an event type of Okta's catalog.
type Type struct {
	Name    string // eventType
	Message string // displayMessage
	Legacy  string // legacyEventType, if known
}

func (t Type) legacyOrNull() any {
	if t.Legacy == "" {
		return nil
	}
	return t.Legacy
}

// The events of rate limits.
var (
	EventRateLimit   = Type{Name: "system.org.rate_limit.violation", Message: "Rate limit violation"}
	EventConcurrency = Type{Name: "core.concurrency.org.limit.violation", Message: "Org concurrency limit violation"}
)

// LimitTypes returns the events of rate limits.
func LimitTypes() []Type { return []Type{EventRateLimit, EventConcurrency} }

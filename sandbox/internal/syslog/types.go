package syslog

// Type is a type of event of Okta's catalog.
type Type struct {
	Name    string // eventType
	Message string // displayMessage
	Legacy  string // legacyEventType, where it had one and it is known
}

func (t Type) legacyOrNull() any {
	if t.Legacy == "" {
		return nil
	}
	return t.Legacy
}

// The events of limits.
var (
	EventRateLimit   = Type{Name: "system.org.rate_limit.violation", Message: "Rate limit violation"}
	EventConcurrency = Type{Name: "core.concurrency.org.limit.violation", Message: "Org concurrency limit violation"}
)

// LimitTypes lists the events of limits.
func LimitTypes() []Type { return []Type{EventRateLimit, EventConcurrency} }

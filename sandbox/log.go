package sandbox

import (
	"encoding/json"
	"net"
	"strconv"
	"time"
)

const (
	// logInMemory is how many events the System Log keeps: the last ones.
	logInMemory = 100_000
	// logInFile is how many of them a rewritten data file keeps.
	logInFile = 10_000
)

// systemLog is the org's System Log: events in the order in which they were
// committed.
type systemLog struct {
	events []*logEvent
	last   int64 // Seq of the newest event ever
	filed  int64 // Seq of the newest event in the data file
}

// logEvent is one event. It holds no URL of the org and no secret: of the
// request only its path.
type logEvent struct {
	Seq       int64
	UUID      string
	Published time.Time
	Type      string
	Outcome   outcome
	Actor     logParty
	Targets   []logParty `json:",omitempty"`
	TokenID   string     `json:",omitempty"` // of the API token, or jti of the access token
	RequestID string
	Path      string
	Agent     string `json:",omitempty"`
	IP        string `json:",omitempty"`
}

// outcome is how it ended: SUCCESS, FAILURE or DENY, and why.
type outcome struct {
	Result string
	Reason string `json:",omitempty"`
}

// succeeded is the outcome of most events.
func succeeded() outcome { return outcome{Result: "SUCCESS"} }

// logParty is an actor or a target of an event.
type logParty struct {
	ID        string
	Type      string // User, PublicClientApp, AppInstance, UserGroup, ROLE, ...
	Alternate string // login or label
	Name      string
}

// event writes an event of the call to the System Log. It is committed with
// the call's effect; the caller holds Server.mu.
func (c *call) event(kind string, how outcome, targets ...logParty) {
	e := &logEvent{
		UUID: newUUID(), Published: c.now.UTC().Truncate(time.Millisecond), Type: kind, Outcome: how, Actor: c.eventActor(), Targets: targets,
		RequestID: c.id, Path: c.r.URL.Path, Agent: c.r.UserAgent(),
	}
	if c.principal != nil {
		e.TokenID = c.principal.tokenID
	}
	if host, _, err := net.SplitHostPort(c.r.RemoteAddr); err == nil {
		e.IP = host
	}
	c.org.log.add(e)
}

// happened writes an event of something that succeeded.
func (c *call) happened(kind string, targets ...logParty) { c.event(kind, succeeded(), targets...) }

// eventActor is who did it: the caller of the Management API, or whom the
// handler has found to act.
func (c *call) eventActor() logParty {
	switch {
	case c.acting.ID != "":
		return c.acting
	case c.principal == nil:
	case c.principal.userID != "":
		if u := c.org.users.get(c.principal.userID); u != nil {
			return userParty(u)
		}
	default:
		if a := c.org.appByClientID(c.principal.clientID); a != nil {
			return clientParty(a)
		}
	}
	return logParty{ID: "unknown", Type: "SystemPrincipal", Alternate: "system@okta.com", Name: "Okta System"}
}

func userParty(u *user) logParty { return logParty{u.ID, "User", u.login(), u.displayName()} }

func clientParty(a *app) logParty {
	return logParty{a.clientID(), "PublicClientApp", a.label(), a.label()}
}

func appParty(a *app) logParty {
	display := catalogEntry(a.name()).displayName
	if display == "" {
		display = a.label()
	}
	return logParty{a.ID, "AppInstance", a.label(), display}
}

func groupParty(g *group) logParty { return logParty{g.ID, "UserGroup", "unknown", g.name()} }

// add appends the event and forgets the oldest when there are too many.
func (l *systemLog) add(e *logEvent) {
	l.last++
	e.Seq = l.last
	l.keep(e)
}

// knows reports whether the log can be followed from a place in it: not where it has
// forgotten what came next, or where the org was put back to an earlier state.
func (l *systemLog) knows(seq int64) bool {
	return seq < 0 || seq <= l.last && (len(l.events) == 0 || seq+1 >= l.events[0].Seq)
}

func (l *systemLog) keep(e *logEvent) {
	if len(l.events) >= logInMemory+logInMemory/10 { // in bulk, so that it costs little
		l.events = append([]*logEvent(nil), l.events[len(l.events)-logInMemory+1:]...)
	}
	l.events = append(l.events, e)
}

// The System Log is stored as a table of its events.

func (l *systemLog) name() string { return "logEvent" }

func (l *systemLog) changes() ([]record, error) {
	first := len(l.events)
	for first > 0 && l.events[first-1].Seq > l.filed {
		first--
	}
	return logRecords(l.events[first:])
}

func (l *systemLog) saved() { l.filed = l.last }

func (l *systemLog) dump() ([]record, error) {
	return logRecords(l.events[max(0, len(l.events)-logInFile):])
}

func logRecords(events []*logEvent) ([]record, error) {
	records := make([]record, 0, len(events))
	for _, e := range events {
		value, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		records = append(records, record{Kind: "logEvent", ID: strconv.FormatInt(e.Seq, 10), Value: value})
	}
	return records, nil
}

func (l *systemLog) load(r record) error {
	e := &logEvent{}
	if err := json.Unmarshal(r.Value, e); err != nil {
		return err
	}
	l.last = max(l.last, e.Seq)
	l.keep(e)
	l.saved()
	return nil
}

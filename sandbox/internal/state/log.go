package state

import (
	"encoding/json"
	"strconv"
	"time"
)

const (
	// logInMemory is the number of newest events that the System Log keeps.
	logInMemory = 100_000
	// logInFile is the number of newest events that a compacted data file keeps.
	logInFile = 10_000
)

// Log is the org's System Log: events in the order in which they were committed.
type Log struct {
	Events []*Event
	Last   int64 // Seq of the newest event ever
	filed  int64 // Seq of the newest event in the data file

	emptied bool // since the last call of Saved
}

// Event is one event. It stores no URL of the org and no secret; of the request it stores only the
// path.
type Event struct {
	Seq       int64
	UUID      string
	Published time.Time
	Type      string
	Outcome   Outcome
	Actor     LogEntity
	Targets   []LogEntity `json:",omitempty"`
	TokenID   string      `json:",omitempty"` // id of the API token, or jti of the access token
	RequestID string
	Path      string
	Agent     string `json:",omitempty"`
	IP        string `json:",omitempty"`
	// Debug are members of debugData besides those of every event.
	Debug map[string]string `json:",omitempty"`
}

// Outcome is the result of an event (SUCCESS, FAILURE or DENY) and its reason.
type Outcome struct {
	Result string
	Reason string `json:",omitempty"`
}

// LogEntity is an actor or a target of an event.
type LogEntity struct {
	ID        string
	Type      string // User, PublicClientApp, AppInstance, UserGroup, ROLE, ...
	Alternate string // login or label
	Name      string
}

// Add appends the event and drops the oldest ones if there are too many.
func (l *Log) Add(e *Event) {
	l.Last++
	e.Seq = l.Last
	l.keep(e)
}

// Knows reports whether a reader that has seen the event seq can continue from there. It cannot if
// the log has dropped later events, or if the org was restored to an earlier state.
func (l *Log) Knows(seq int64) bool {
	return seq < 0 || seq <= l.Last && (len(l.Events) == 0 || seq+1 >= l.Events[0].Seq)
}

func (l *Log) keep(e *Event) {
	if len(l.Events) >= logInMemory+logInMemory/10 { // in bulk, to keep Add cheap
		l.Events = append([]*Event(nil), l.Events[len(l.Events)-logInMemory+1:]...)
	}
	l.Events = append(l.Events, e)
}

// Name returns the kind of the records. The log is stored as a table of events.
func (l *Log) Name() string { return "logEvent" }

func (l *Log) changes() ([]Record, error) {
	first := len(l.Events)
	for first > 0 && l.Events[first-1].Seq > l.filed {
		first--
	}
	records, err := logRecords(l.Events[first:])
	if l.emptied {
		records = append([]Record{{Kind: l.Name(), ID: "all"}}, records...)
	}
	return records, err
}

// replace empties the log. The numbers of its events continue.
func (l *Log) replace(Storable) { l.Events, l.emptied = nil, true }

// Saved marks all events as written to the data file.
func (l *Log) Saved() { l.filed, l.emptied = l.Last, false }

// Dump returns the records of the events that a compacted data file keeps.
func (l *Log) Dump() ([]Record, error) {
	return logRecords(l.Events[max(0, len(l.Events)-logInFile):])
}

func logRecords(events []*Event) ([]Record, error) {
	records := make([]Record, 0, len(events))
	for _, e := range events {
		value, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		records = append(records, Record{Kind: "logEvent", ID: strconv.FormatInt(e.Seq, 10), Value: value})
	}
	return records, nil
}

func (l *Log) load(r Record) error {
	if r.Value == nil { // all events were removed
		l.Events = nil
		return nil
	}
	e := &Event{}
	if err := json.Unmarshal(r.Value, e); err != nil {
		return err
	}
	l.Last = max(l.Last, e.Seq)
	l.keep(e)
	l.Saved()
	return nil
}

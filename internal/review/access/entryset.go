package access

import "github.com/oktaform/oktaform/internal/review/severity"

// EntrySet caches the results of computations on entries. Principals with equal rights share it.
type EntrySet struct {
	List    []Entry
	judged  bool
	ratings []severity.Level // the risk of each entry
	risk    severity.Level   // the worst of them
	worst   Entry            // the one with the worst use
	// summary is the result of Access.Summary.
	summary []Line
}

func (s *EntrySet) judge() *EntrySet {
	if s.judged {
		return s
	}
	s.judged = true
	s.ratings = make([]severity.Level, len(s.List))
	for i := range s.List {
		s.ratings[i] = s.List[i].Risk()
		s.risk = max(s.risk, s.ratings[i])
	}
	s.worst, _ = WorstEntry(s.List)
	return s
}

// Risks returns the risk of each entry.
func (s *EntrySet) Risks() []severity.Level { return s.judge().ratings }

// WorstEntry returns the entry with the worst use; false if there are no entries.
func (s *EntrySet) WorstEntry() (Entry, bool) {
	if s == nil || len(s.List) == 0 {
		return Entry{}, false
	}
	return s.judge().worst, true
}

// entrySet returns the entries of an access as a set.
func (a *Access) entrySet() *EntrySet {
	if a.set == nil || len(a.set.List) != len(a.Entries) {
		a.set = &EntrySet{List: a.Entries}
	}
	return a.set
}

// WorstEntry returns the entry with the worst use; false if nothing is allowed.
func (a *Access) WorstEntry() (Entry, bool) {
	if a == nil {
		return Entry{}, false
	}
	return a.entrySet().WorstEntry()
}

// Worst is how bad the worst is that somebody with this access may do.
func (a *Access) Worst() severity.Level {
	if a == nil {
		return severity.None
	}
	return a.entrySet().judge().risk
}

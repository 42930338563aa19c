package review

import "github.com/oktaform/oktaform/internal/review/severity"

// entrySet caches the results of computations on entries. Principals with equal rights share it.
type entrySet struct {
	list    []Entry
	judged  bool
	ratings []severity.Level // the risk of each entry
	risk    severity.Level   // the worst of them
	worst   Entry            // the one with the worst use
	// summary is the result of Access.Summary.
	summary []Line
}

func (s *entrySet) judge() *entrySet {
	if s.judged {
		return s
	}
	s.judged = true
	s.ratings = make([]severity.Level, len(s.list))
	for i := range s.list {
		s.ratings[i] = s.list[i].risk()
		s.risk = max(s.risk, s.ratings[i])
	}
	s.worst, _ = worstUse(s.list)
	return s
}

// risks returns the risk of each entry.
func (s *entrySet) risks() []severity.Level { return s.judge().ratings }

// worstUse returns the entry with the worst use; false if there are no entries.
func (s *entrySet) worstUse() (Entry, bool) {
	if s == nil || len(s.list) == 0 {
		return Entry{}, false
	}
	return s.judge().worst, true
}

// entrySet returns the entries of an access as a set.
func (a *Access) entrySet() *entrySet {
	if a.set == nil || len(a.set.list) != len(a.Entries) {
		a.set = &entrySet{list: a.Entries}
	}
	return a.set
}

// worstUse returns the entry with the worst use; false if nothing is allowed.
func (a *Access) worstUse() (Entry, bool) {
	if a == nil {
		return Entry{}, false
	}
	return a.entrySet().worstUse()
}

// Worst is how bad the worst is that somebody with this access may do.
func (a *Access) Worst() severity.Level {
	if a == nil {
		return severity.None
	}
	return a.entrySet().judge().risk
}

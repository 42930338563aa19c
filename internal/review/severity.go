package review

import (
	"fmt"
	"slices"
	"strings"
)

// Severity says how important a finding is. The zero value is the least important.
type Severity int

const (
	None Severity = iota
	Low
	Medium
	High
	Critical
)

// SeverityNames returns the names of the severities that a finding can have.
func SeverityNames() []string { return []string{"low", "medium", "high", "critical"} }

func (s Severity) String() string {
	if s < Low || s > Critical {
		return "none"
	}
	return SeverityNames()[s-1]
}

// ParseSeverity returns the severity with this name.
func ParseSeverity(name string) (Severity, error) {
	at := slices.Index(SeverityNames(), name)
	if at < 0 {
		return None, fmt.Errorf("%q is no severity; use one of %s", name, strings.Join(SeverityNames(), ", "))
	}
	return Severity(at + 1), nil
}

// MarshalText returns the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText parses a name.
func (s *Severity) UnmarshalText(text []byte) (err error) {
	if string(text) == "none" {
		*s = None
		return nil
	}
	*s, err = ParseSeverity(string(text))
	return err
}

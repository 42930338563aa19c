// Package severity says how important a finding is, and how bad a right.
package severity

import (
	"fmt"
	"slices"
	"strings"
)

// Level says how important a finding is. The zero value is the least important.
type Level int

const (
	None Level = iota
	Low
	Medium
	High
	Critical
)

// Names returns the names of the severities that a finding can have.
func Names() []string { return []string{"low", "medium", "high", "critical"} }

func (s Level) String() string {
	if s < Low || s > Critical {
		return "none"
	}
	return Names()[s-1]
}

// Parse returns the severity with this name.
func Parse(name string) (Level, error) {
	at := slices.Index(Names(), name)
	if at < 0 {
		return None, fmt.Errorf("%q is no severity; use one of %s", name, strings.Join(Names(), ", "))
	}
	return Level(at + 1), nil
}

// MarshalText returns the name.
func (s Level) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText parses a name.
func (s *Level) UnmarshalText(text []byte) (err error) {
	if string(text) == "none" {
		*s = None
		return nil
	}
	*s, err = Parse(string(text))
	return err
}

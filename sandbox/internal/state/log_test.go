package state

import "testing"

func TestLogIsBounded(t *testing.T) {
	l := &Log{}
	for range 3 * logInMemory {
		l.Add(&Event{})
	}
	if n := len(l.Events); n < logInMemory || n > logInMemory+logInMemory/10 {
		t.Errorf("%d events are kept", n)
	}
	if records, _ := l.Dump(); len(records) != logInFile || l.Events[len(l.Events)-1].Seq != 3*logInMemory {
		t.Errorf("%d in the file", len(records))
	}
}

// TestLogRefusesPlacesItDoesNotKnow: whoever goes on from a place that is forgotten,
// or that the org never came to, would miss events.
func TestLogRefusesPlacesItDoesNotKnow(t *testing.T) {
	l := &Log{}
	for range 2 * logInMemory {
		l.Add(&Event{})
	}
	first := l.Events[0].Seq
	for seq, want := range map[int64]bool{-1: true, 0: false, first - 2: false, first - 1: true, first: true, l.Last: true, l.Last + 1: false} {
		if got := l.Knows(seq); got != want {
			t.Errorf("%d of %d to %d: %t", seq, first, l.Last, got)
		}
	}
}

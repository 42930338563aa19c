//go:build unix

package main

import (
	"strings"
	"testing"
	"time"
)

// TestFirstMinutes: from an empty folder to passing smoke tests in three commands and less than a
// minute, on a terminal of 80 columns. The second command is what the first one names.
func TestFirstMinutes(t *testing.T) {
	t.Parallel()
	for app, passed := range map[string]string{"service": "2 passed", "web": "2 passed", "both": "4 passed"} {
		t.Run(app, func(t *testing.T) {
			t.Parallel()
			w, began := newWindow(t), time.Now()
			status, lines := w.run("oktaform init", typed{"Enter a value [1]: ", app}, typed{"Enter a value [demo]: ", ""}, typed{"Enter a value [1]: ", ""})
			if status != 0 || len(lines) == 0 {
				t.Fatalf("init: exit status %d\n%s", status, textOf(lines))
			}
			next := strings.TrimSpace(lines[len(lines)-1].String())
			status, lines = w.run(next, typed{"Enter a value: ", "yes"})
			if text := textOf(lines); status != 0 || !strings.Contains(text, "\n"+passed+", 0 failed, 0 skipped.\n") {
				t.Fatalf("%s: exit status %d\n%s", next, status, text)
			}
			status, lines = w.run("oktaform smoke --org sandbox")
			if text := textOf(lines); status != 0 || !strings.Contains(text, "\n"+passed+", 0 failed, 0 skipped.\n") {
				t.Fatalf("smoke: exit status %d\n%s", status, text)
			}
			if took := time.Since(began); took > time.Minute {
				t.Errorf("the three commands took %s", took)
			}
			if w.widest > columns {
				t.Errorf("%d columns:\n%s", w.widest, w.long)
			}
		})
	}
}

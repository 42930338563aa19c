package view

import (
	"fmt"
	"strings"
)

// RehearsalBegins is the line above a rehearsal, which acts as whom. gaps say what the org refused
// to tell.
func RehearsalBegins(url string, objects int, whom string, gaps []string, style Style) string {
	var b strings.Builder
	b.WriteString(style.fill(fmt.Sprintf("%s in an embedded org with a copy of %s of %s. Nothing is written there.", style.Bold("Rehearsal"), numbered(objects, "object"), Plain(url)), "") + "\n")
	b.WriteString(style.fill("It acts as "+Plain(whom)+".", "") + "\n")
	for _, gap := range gaps {
		b.WriteString(style.fill(fmt.Sprintf("%s not copied: %s", style.Bold("Note:"), Plain(gap)), "  ") + "\n")
	}
	b.WriteString("\n")
	return b.String()
}

// RehearsalDone is the last line of a rehearsal that went well.
func RehearsalDone(url string, style Style) string {
	return style.fill(style.Bold(style.Green("Rehearsal complete."))+" The plan can be applied, and its smoke tests pass, in the copy. Nothing was written to "+Plain(url)+".", "") + "\n"
}

// RehearsalFailed is the last line of one that failed.
func RehearsalFailed(url string, style Style) string {
	return style.fill(style.Bold(style.Red("Rehearsal failed."))+" Nothing was written to "+Plain(url)+". The apply would fail in the same place.", "") + "\n"
}

// Rehearsal writes that a rehearsal begins or ends.
func (s *Stream) Rehearsal(step, url, why string) {
	level, message := "info", "Rehearsal in a copy of "+url+": "+step
	if step == "errored" {
		level = "error"
	}
	s.line(level, "rehearsal_"+step, message, map[string]any{"rehearsal": map[string]any{"org": url, "error": why}})
}

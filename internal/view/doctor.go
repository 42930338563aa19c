package view

import (
	"fmt"
	"io"
	"strings"

	"github.com/oktaform/oktaform/internal/doctor"
)

const (
	doctorColumns = 80
	doctorIndent  = 24
)

// Doctor returns a line for each check, with its fix below it.
func Doctor(r *doctor.Report, style Style) string {
	colors := map[doctor.Status]func(string) string{doctor.OK: style.Green, doctor.Warning: style.Yellow, doctor.Fails: style.Red, doctor.Skipped: style.Dim}
	var b strings.Builder
	counts := map[doctor.Status]int{}
	for _, c := range r.Checks {
		counts[c.Status]++
		status := fmt.Sprintf("%-8s", c.Status)
		fmt.Fprintf(&b, "%s %-14s ", colors[c.Status](status), c.Name)
		writeWrapped(&b, Lines(c.Text))
		if c.Fix == "" {
			continue
		}
		fmt.Fprintf(&b, "%*s", doctorIndent, "")
		if strings.HasPrefix(c.Fix, "chmod ") || strings.HasPrefix(c.Fix, "oktaform ") { // to be copied
			b.WriteString("fix: " + Plain(c.Fix) + "\n")
		} else {
			writeWrapped(&b, "fix: "+Lines(c.Fix))
		}
	}
	summary := fmt.Sprintf("%d ok, %d warnings, %d failed, %d skipped.", counts[doctor.OK], counts[doctor.Warning], counts[doctor.Fails], counts[doctor.Skipped])
	return b.String() + "\n" + style.Bold(strings.Replace(summary, " 1 warnings", " 1 warning", 1)) + "\n"
}

// writeWrapped writes a text behind what has the width of the indent. Lines break at spaces.
func writeWrapped(b *strings.Builder, text string) {
	for i, line := range strings.Split(text, "\n") {
		indent := doctorIndent
		if words := strings.TrimLeft(line, " "); words != line {
			indent += len(line) - len(words)
		}
		if i > 0 {
			fmt.Fprintf(b, "%*s", indent, "")
		}
		column := indent
		for j, word := range strings.Fields(line) {
			switch width := len([]rune(word)); {
			case j == 0:
				column += width
			case column+1+width > doctorColumns:
				fmt.Fprintf(b, "\n%*s", indent, "")
				column = indent + width
			default:
				b.WriteByte(' ')
				column += 1 + width
			}
			b.WriteString(word)
		}
		b.WriteByte('\n')
	}
}

// DoctorJSON writes the report for programs.
func DoctorJSON(w io.Writer, r *doctor.Report) error {
	return JSON(w, struct {
		FormatVersion string        `json:"format_version"`
		Status        doctor.Status `json:"status"`
		*doctor.Report
	}{"1.0", r.Worst(), r})
}

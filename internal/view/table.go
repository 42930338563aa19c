package view

import (
	"strings"
	"text/tabwriter"

	"github.com/oktaform/oktaform/internal/terminal"
)

// table lays out rows in columns. Where they are wider than the terminal, the last cells of each
// row follow it on lines of their own.
func table(header []string, rows [][]string, style Style) string {
	all := append([][]string{header}, rows...)
	inColumns := len(header)
	lines := columns(all, inColumns)
	for inColumns > 1 && !fit(lines, style.Width) {
		inColumns--
		lines = columns(all, inColumns)
	}
	var b strings.Builder
	for i, line := range lines {
		text := line + "\n"
		for _, cell := range all[i][inColumns:] {
			if cell != "" {
				text += style.fill("  "+cell, "    ") + "\n"
			}
		}
		if i == 0 {
			text = style.Bold(strings.TrimSuffix(text, "\n")) + "\n"
		}
		b.WriteString(text)
	}
	return b.String()
}

// columns aligns the first n cells of each row.
func columns(rows [][]string, n int) []string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		_, _ = w.Write([]byte(strings.Join(row[:n], "\t") + "\n"))
	}
	_ = w.Flush() // a strings.Builder does not fail
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}

// fit reports whether no line is wider than the terminal; width 0 stands for none.
func fit(lines []string, width int) bool {
	for _, line := range lines {
		if width > 0 && terminal.Columns(line) > width {
			return false
		}
	}
	return true
}

//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// columns is the width of a window, that of terminals since ever.
const columns = 80

// window is a terminal in which a person types commands, in a folder of their own.
type window struct {
	*testing.T
	dir    string
	env    []string
	widest int    // the longest line that was ever on the screen
	long   string // that line
}

func newWindow(t *testing.T) *window {
	t.Helper()
	home := t.TempDir()
	w := &window{T: t, dir: filepath.Join(home, "demo"), env: []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color"}}
	if err := os.Mkdir(w.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return w
}

// typed is what a person types once the screen shows a text.
type typed struct{ after, text string }

// run runs a command line to its end, and returns its exit status and the lines that are then on
// the screen.
func (w *window) run(line string, answers ...typed) (int, []screenLine) {
	w.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir, cmd.Env = w.dir, w.env
	master, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: columns})
	if err != nil {
		w.Fatal(err)
	}
	defer master.Close()
	var mu sync.Mutex
	var out bytes.Buffer
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		part := make([]byte, 4096)
		for {
			n, err := master.Read(part)
			mu.Lock()
			out.Write(part[:n])
			mu.Unlock()
			if err != nil { // EIO: nobody has the terminal open any more
				return
			}
		}
	}()
	seen := 0
	for _, answer := range answers {
		for began := time.Now(); ; time.Sleep(5 * time.Millisecond) {
			mu.Lock()
			text := out.String()
			mu.Unlock()
			if at := strings.Index(text[seen:], answer.after); at >= 0 {
				seen += at + len(answer.after)
				break
			}
			if time.Since(began) > time.Minute {
				_ = cmd.Process.Kill()
				w.Fatalf("$ %s\ndoesn't show %q:\n%s", line, answer.after, text)
			}
		}
		if _, err := master.WriteString(answer.text + "\n"); err != nil {
			w.Fatal(err)
		}
	}
	select {
	case <-ended:
	case <-time.After(2 * time.Minute):
		_ = cmd.Process.Kill()
		mu.Lock()
		defer mu.Unlock()
		w.Fatalf("$ %s\ndoesn't end:\n%s", line, out.String())
	}
	_ = cmd.Wait()
	return cmd.ProcessState.ExitCode(), w.screen(out.String())
}

// cell is one column of a line: a character, and how it is shown (SGR).
type cell struct {
	char  rune
	style string
}

type screenLine []cell

func (l screenLine) String() string {
	var b strings.Builder
	for _, c := range l {
		b.WriteRune(c.char)
	}
	return strings.TrimRight(b.String(), " ")
}

// screen is what stays on a terminal of the bytes that were sent to it. It knows the control
// characters that the program sends, and fails for others.
func (w *window) screen(sent string) []screenLine {
	w.Helper()
	var lines []screenLine
	var line screenLine
	at, style := 0, ""
	for rest := []rune(sent); len(rest) > 0; rest = rest[1:] {
		switch r := rest[0]; {
		case r == '\n':
			lines, line, at = append(lines, line), nil, 0
		case r == '\r':
			at = 0
		case r == '\x1b':
			end := 1
			for end < len(rest) && !(rest[end] >= 'A' && rest[end] <= 'Z' || rest[end] >= 'a' && rest[end] <= 'z') {
				end++
			}
			switch code := string(rest[1 : end+1]); {
			case code == "[K":
				line = line[:min(at, len(line))]
			case code == "[0m":
				style = ""
			case strings.HasPrefix(code, "[") && strings.HasSuffix(code, "m"):
				style = strings.TrimSpace(style + " s" + code[1:len(code)-1])
			default:
				w.Fatalf("an unknown control sequence %q", code)
			}
			rest = rest[end:]
		case r < ' ':
			w.Fatalf("an unknown control character %q", r)
		default:
			if at < len(line) {
				line[at] = cell{r, style}
			} else {
				line = append(line, cell{r, style})
			}
			if at++; at > w.widest {
				w.widest, w.long = at, line.String()
			}
		}
	}
	if len(line) > 0 {
		lines = append(lines, line)
	}
	return lines
}

func textOf(lines []screenLine) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.String() + "\n")
	}
	return b.String()
}

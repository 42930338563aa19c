//go:build unix

package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/sandbox"
)

// scene is a command of the tour.
type scene struct {
	caption, command string
	answers          []typed
	status           int
	// keep matches the lines that the picture shows.
	keep string
	// before is what happens before the command.
	before func(w *window)
}

// tour is what the picture in the README shows. Everything in it is run.
var tour = []scene{
	{caption: "Begin: a service app with its key, scope, role and tests", command: "oktaform init --app service --owner team/reports --ci none",
		keep: `^Written|^  [\w.]+ +[a-z].*(git|test|tests|is)$|^Success`},
	{caption: "What would change in the org?", command: "oktaform plan --org sandbox",
		keep: `# service_app|\+ service_app|label|okta_api_scopes|okta\.users\.read|^ +\],?$|admin_role|^    }$|^Plan:`},
	{caption: "Change it, and test it with real tokens", command: "oktaform apply --org sandbox", answers: []typed{{"Enter a value: ", "yes"}},
		keep: `Enter a value|Creation complete|^Apply complete|^\d+ passed`},
	{caption: "What was tested?", command: "oktaform smoke --org sandbox", keep: `^  pass|^  +(token|GET|the requested)|^Exercised|^\d+ passed`},
	{caption: "Somebody gives the app another role by hand. Who?", command: "oktaform drift --org sandbox", status: 2, before: giveRole,
		keep: `^Drift|^medium|^  report|^    \+|^  by|^ +20.*from|revert`},
	{caption: "A pull request asks for more. What would that mean?", command: "oktaform review --base HEAD", before: askForMore,
		keep: `^Nightly|^  admins|^Risk|^  medium, |^  high|^ +service_app.hcl:7 .*manage is usable|^ +on the whole org|fix: Ask|\+ gains|^ +/api/v1/users/\{id\}|scopes:`},
}

// TestTour records the commands of the tour in a window, and holds docs/tour.svg against the
// picture of it. UPDATE=1 writes it.
func TestTour(t *testing.T) {
	t.Parallel()
	w := newWindow(t)
	var shown []drawnScene
	for _, s := range tour {
		if s.before != nil {
			s.before(w)
		}
		status, lines := w.run(s.command, s.answers...)
		if status != s.status {
			t.Fatalf("%s: exit status %d\n%s", s.command, status, textOf(lines))
		}
		t.Logf("$ %s\n%s", s.command, textOf(lines))
		shown = append(shown, drawnScene{s.caption, s.command, abridged(lines, s.keep)})
	}
	if w.widest > columns {
		t.Errorf("%d columns:\n%s", w.widest, w.long)
	}
	const file = "../../docs/tour.svg"
	want := drawTour(shown)
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got := read(t, file); got != want {
		t.Errorf("%s is not what the commands show: run UPDATE=1 go test ./cmd/oktaform -run TestTour\n%s", file, want)
	}
}

// abridged keeps the lines that a pattern matches, and an empty one between those that don't follow
// each other.
func abridged(lines []screenLine, pattern string) []screenLine {
	keep := regexp.MustCompile(pattern)
	var kept []screenLine
	gap := false
	for _, line := range lines {
		line, timed := untimed(line)
		if timed && len(line) == 0 {
			continue // a duration that had no room on the line before
		}
		if !keep.MatchString(line.String()) {
			gap = len(kept) > 0
			continue
		}
		if gap {
			kept = append(kept, nil)
		}
		kept, gap = append(kept, line), false
	}
	return kept
}

var duration = regexp.MustCompile(` *\[[0-9.]+m?s\]$`)

// untimed returns a line without the duration at its end, which may be on a line of its own.
func untimed(line screenLine) (rest screenLine, timed bool) {
	text := []rune(line.String())
	if at := duration.FindStringIndex(string(text)); at != nil {
		return line[:len([]rune(string(text)[:at[0]]))], true
	}
	return line, false
}

// giveRole gives the app a role in the Admin Console of the embedded org.
func giveRole(w *window) {
	folder, err := os.OpenRoot(filepath.Join(w.dir, ".oktaform"))
	if err != nil {
		w.Fatal(err)
	}
	defer folder.Close()
	org, err := sandbox.Listen("127.0.0.1:0", sandbox.Options{DataFolder: folder, DataFile: "sandbox.db"})
	if err != nil {
		w.Fatal(err)
	}
	defer func() { _ = org.Shutdown() }()
	call := func(method, path, body string) string {
		req, err := http.NewRequest(method, org.URL+path, strings.NewReader(body))
		if err != nil {
			w.Fatal(err)
		}
		req.Header.Set("Authorization", "SSWS "+org.Token())
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("User-Agent", "Firefox/140.0")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			w.Fatal(err)
		}
		defer resp.Body.Close()
		text, _ := io.ReadAll(resp.Body)
		if resp.StatusCode > 299 {
			w.Fatalf("%s %s: %d %s", method, path, resp.StatusCode, text)
		}
		return string(text)
	}
	id := regexp.MustCompile(`"id":"(0oa\w+)"`).FindStringSubmatch(call("GET", "/api/v1/apps?q=Nightly", ""))
	if id == nil {
		w.Fatal("the org has no such app")
	}
	call("POST", "/oauth2/v1/clients/"+id[1]+"/roles", `{"type": "USER_ADMIN"}`)
}

// askForMore gives the app another scope and role in a checkout of the configuration, as CI makes
// one.
func askForMore(w *window) {
	git := exec.Command("sh", "-c", "git init -q && git add -A && git -c user.name=a -c user.email=a@example.com commit -q -m first && git clone -q . ../review")
	git.Dir, git.Env = w.dir, append(slices.Clone(w.env), "GIT_CONFIG_GLOBAL=/dev/null")
	if out, err := git.CombinedOutput(); err != nil {
		w.Fatalf("%v\n%s", err, out)
	}
	w.dir = filepath.Join(filepath.Dir(w.dir), "review")
	file := filepath.Join(w.dir, "service_app.hcl")
	text := read(w.T, file)
	edited := strings.NewReplacer(`okta_api_scopes = ["okta.users.read"]`, `okta_api_scopes = ["okta.users.manage"]`, "READ_ONLY_ADMIN", "USER_ADMIN").Replace(text)
	if err := os.WriteFile(file, []byte(edited), 0o600); err != nil {
		w.Fatal(err)
	}
}

// steady are what differs from run to run, each with what stands for it in the picture.
var steady = []struct{ pattern, text string }{
	{`\b(0oa|00u|00g|oag|pks|cr0|ra1|iri)[0-9A-Za-z]{17}\b`, "${1}7k2m9x4qTb1Zn5Rw3"},
	{`\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`, "2026-01-15T09:30:00Z"},
	{`\b[0-9]+(ms|\.[0-9]+ ?m?s)\b`, "12ms"},
	{`after \d+s`, "after 0s"},
	{`127\.0\.0\.1:[0-9]{4,5}`, "127.0.0.1:40080"},
	{`\b[0-9a-f]{8}-[0-9a-f]{4}-[-0-9a-f]{22}\b`, "6f1c2d3e-4b5a-4978-8c6d-7e8f9a0b1c2d"},
}

func steadied(text string) string {
	for _, s := range steady {
		text = regexp.MustCompile(s.pattern).ReplaceAllString(text, s.text)
	}
	return text
}

type drawnScene struct {
	caption, command string
	lines            []screenLine
}

// The picture, in pixels; times in seconds.
const (
	tourWidth   = 700
	tourLeft    = 22
	tourTop     = 62
	tourLine    = 17
	tourTyping  = 0.7  // from a caption to its command, and to its output
	tourEach    = 0.07 // from a line to the next
	tourReading = 1.8  // from the end of a scene to the next
)

const tourStyle = `
svg{--back:#fff;--edge:#d1d9e0;--bar:#f6f8fa;--text:#1f2328;--dim:#59636e;--green:#116329;--red:#b4232c;--yellow:#7d4e00;--blue:#0550ae}
@media (prefers-color-scheme:dark){svg{--back:#0d1117;--edge:#3d444d;--bar:#161b22;--text:#e6edf3;--dim:#9198a1;--green:#56d364;--red:#ff8a80;--yellow:#e3b341;--blue:#79c0ff}}
text{font:13px/17px ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",Consolas,monospace;fill:var(--text);white-space:pre}
.back{fill:var(--back);stroke:var(--edge)}.bar{fill:var(--bar)}.dot{fill:var(--edge)}
.s1,.cmd{font-weight:700}.s31{fill:var(--red)}.s32{fill:var(--green)}.s33{fill:var(--yellow)}.s90,.title{fill:var(--dim)}.note{fill:var(--blue)}
.l{animation:show .01s both}
@keyframes show{from{opacity:0}}
@media (prefers-reduced-motion:reduce){.l{animation:none}}
`

var escapeXML = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// drawTour draws the scenes below each other. Their lines appear in turn and stay; who wants no
// motion, or whose program knows no animation, sees the whole.
func drawTour(scenes []drawnScene) string {
	var b strings.Builder
	y, at := tourTop, 0.3
	line := func(spans string) {
		fmt.Fprintf(&b, "<text class=\"l\" x=\"%d\" y=\"%d\" style=\"animation-delay:%.2fs\">%s</text>\n", tourLeft, y, at, spans)
		y += tourLine
	}
	for i, s := range scenes {
		if i > 0 {
			y, at = y+tourLine*2/3, at+tourReading
		}
		line(`<tspan class="note"># ` + escapeXML.Replace(s.caption) + `</tspan>`)
		at += tourTyping
		line(`<tspan class="s90">$ </tspan><tspan class="cmd">` + escapeXML.Replace(s.command) + `</tspan>`)
		at += tourTyping
		for _, l := range s.lines {
			if spans := spansOf(l); spans != "" {
				line(spans)
			} else {
				y += tourLine / 2
			}
			at += tourEach
		}
	}
	height := y + 4
	var names []string
	for _, s := range scenes {
		names = append(names, s.command)
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="%[2]d" viewBox="0 0 %[1]d %[2]d" role="img" aria-labelledby="title desc" xml:space="preserve">
<title id="title">A tour of oktaform in a terminal</title>
<desc id="desc">Commands and the most important lines that they print: %[3]s.</desc>
<style>%[4]s</style>
<rect class="back" x=".5" y=".5" width="%[5]d" height="%[6]d" rx="8"/>
<path class="bar" d="M1 36V9a8 8 0 0 1 8-8h%[7]da8 8 0 0 1 8 8v27z"/>
<circle class="dot" cx="22" cy="18" r="5.5"/><circle class="dot" cx="40" cy="18" r="5.5"/><circle class="dot" cx="58" cy="18" r="5.5"/>
<text class="title" x="%[8]d" y="23" text-anchor="middle">oktaform (output shortened)</text>
%[9]s</svg>
`, tourWidth, height, escapeXML.Replace(strings.Join(names, ", ")), tourStyle, tourWidth-1, height-1, tourWidth-18, tourWidth/2, b.String())
}

// spansOf writes a line as runs of the same style.
func spansOf(line screenLine) string {
	var b strings.Builder
	for i := 0; i < len(line); {
		end := i
		for end < len(line) && line[end].style == line[i].style {
			end++
		}
		text := escapeXML.Replace(steadied(line[i:end].String()))
		if pad := end - i - len([]rune(line[i:end].String())); pad > 0 && end < len(line) {
			text += strings.Repeat(" ", pad)
		}
		if line[i].style != "" {
			text = fmt.Sprintf(`<tspan class="%s">%s</tspan>`, line[i].style, text)
		}
		b.WriteString(text)
		i = end
	}
	return b.String()
}

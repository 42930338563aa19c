package main

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"github.com/oktaform/oktaform/internal/cli"
)

// TestEditorSettings: the settings in docs/editors.md can be parsed, and start the program with a
// command that it has.
func TestEditorSettings(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for _, m := range block.FindAllStringSubmatch(read(t, "../../docs/editors.md"), -1) {
		language, text := m[1], m[2]
		seen[language]++
		switch language {
		case "json":
			jsonSettings(t, text)
		case "toml":
			helixSettings(t, text)
		case "lua":
			if problem := unbalanced(text, luaQuoted, luaOpeners, luaClosers); problem != "" {
				t.Errorf("%s in:\n%s", problem, text)
			}
			if cmd := regexp.MustCompile(`cmd = \{(.*)\}`).FindStringSubmatch(text); cmd != nil {
				startsServer(t, quoted(cmd[1]))
				seen["cmd"]++
			}
		case "elisp":
			if problem := unbalanced(text, lispQuoted, regexp.MustCompile(`\(`), regexp.MustCompile(`\)`)); problem != "" {
				t.Errorf("%s in:\n%s", problem, text)
			}
			if cmd := regexp.MustCompile(`\. \((".*")\)`).FindStringSubmatch(text); cmd != nil {
				startsServer(t, quoted(cmd[1]))
				seen["cmd"]++
			}
		case "sh":
		default:
			t.Errorf("a block in %s is not checked", language)
		}
	}
	for language, blocks := range map[string]int{"json": 2, "toml": 1, "lua": 2, "elisp": 2, "cmd": 2} {
		if seen[language] != blocks {
			t.Errorf("%d blocks or commands in %s, not %d", seen[language], language, blocks)
		}
	}
}

// startsServer shows that the program has the command that an editor starts, with its arguments.
func startsServer(t *testing.T, line []string) {
	t.Helper()
	if len(line) < 2 || filepath.Base(line[0]) != "oktaform" {
		t.Errorf("%q doesn't start oktaform", line)
		return
	}
	cmd, rest, err := newRoot(&cli.App{Env: cli.System()}).Find(line[1:])
	if err != nil || cmd.Name() != "lsp" || cmd.ValidateArgs(rest) != nil {
		t.Errorf("%q is no call of the server: %v", line, err)
	}
}

// jsonSettings checks those of VS Code, by what its extension declares, and those of Zed.
func jsonSettings(t *testing.T, text string) {
	t.Helper()
	var settings struct {
		Associations map[string]string `json:"files.associations"`
		Path         string            `json:"oktaform.server.path"`
		LSP          map[string]struct {
			Binary struct {
				Path      string
				Arguments []string
			}
		}
		Languages map[string]any
		FileTypes map[string][]string `json:"file_types"`
	}
	if err := json.Unmarshal([]byte(text), &settings); err != nil {
		t.Errorf("%v in:\n%s", err, text)
		return
	}
	extension := read(t, "../../editors/vscode/package.json")
	for _, id := range settings.Associations {
		if !strings.Contains(extension, `"id": "`+id+`"`) {
			t.Errorf("the extension has no language %q", id)
		}
	}
	if settings.Path != "" && !strings.Contains(extension, `"oktaform.server.path": {`) {
		t.Error("the extension has no setting oktaform.server.path")
	}
	if settings.Path == "" && len(settings.LSP) != 1 {
		t.Errorf("no server in:\n%s", text)
	}
	for _, server := range settings.LSP {
		startsServer(t, append([]string{server.Binary.Path}, server.Binary.Arguments...))
		if !filepath.IsAbs(server.Binary.Path) {
			t.Errorf("%s is not absolute", server.Binary.Path)
		}
	}
	for language := range settings.Languages {
		if settings.FileTypes[language] == nil {
			t.Errorf("no files are of the language %s", language)
		}
	}
}

func helixSettings(t *testing.T, text string) {
	t.Helper()
	var settings struct {
		Servers map[string]struct {
			Command string
			Args    []string
		} `toml:"language-server"`
		Languages []struct {
			Name    string
			Servers []string `toml:"language-servers"`
			Format  bool     `toml:"auto-format"`
		} `toml:"language"`
	}
	meta, err := toml.Decode(text, &settings)
	if err != nil || len(meta.Undecoded()) > 0 || len(settings.Servers) != 1 || len(settings.Languages) != 1 {
		t.Errorf("%v, %v in:\n%s", err, meta.Undecoded(), text)
		return
	}
	for name, server := range settings.Servers {
		startsServer(t, append([]string{server.Command}, server.Args...))
		if !slices.Contains(settings.Languages[0].Servers, name) {
			t.Errorf("no language has the server %s", name)
		}
	}
}

var (
	luaQuoted  = regexp.MustCompile(`'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|--[^\n]*`)
	luaOpeners = regexp.MustCompile(`[({\[]|\b(?:function|if|do|repeat)\b`)
	luaClosers = regexp.MustCompile(`[)}\]]|\b(?:end|until)\b`)
	lispQuoted = regexp.MustCompile(`"(?:\\.|[^"\\])*"|;[^\n]*`)
)

// unbalanced says where something is opened that isn't closed, or closed that isn't open, outside
// of texts and comments; "" if nothing is.
func unbalanced(text string, quoted, opens, closes *regexp.Regexp) string {
	text = quoted.ReplaceAllString(text, "")
	pairs := map[string]string{"(": ")", "{": "}", "[": "]", "function": "end", "if": "end", "do": "end", "repeat": "until"}
	var open []string
	for _, word := range regexp.MustCompile(opens.String()+"|"+closes.String()).FindAllString(text, -1) {
		switch {
		case opens.MatchString(word):
			open = append(open, word)
		case len(open) == 0 || pairs[open[len(open)-1]] != word:
			return word + " closes nothing"
		default:
			open = open[:len(open)-1]
		}
	}
	if strings.ContainsAny(text, `"'`) && opens == luaOpeners {
		return "a text that doesn't end"
	}
	if len(open) > 0 {
		return open[len(open)-1] + " isn't closed"
	}
	return ""
}

// quoted returns the texts in quotes.
func quoted(list string) (texts []string) {
	for _, m := range regexp.MustCompile(`['"]([^'"]*)['"]`).FindAllStringSubmatch(list, -1) {
		texts = append(texts, m[1])
	}
	return texts
}

package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/oktaform/oktaform/internal/cli"
)

// proposal is a command line of oktaform's that a text tells its reader to run.
type proposal struct {
	args []string // with placeholders such as FILE
	at   string   // where the text stands
}

func (p proposal) String() string { return "oktaform " + strings.Join(p.args, " ") }

// valueOf stands for a value that a message is completed with.
const valueOf = "VALUE"

// message is a text of the program's, with valueOf for what it is completed with.
type message struct{ text, at string }

// messages are the string literals of the program's sources, those that are
// concatenated as one text.
func messages(t *testing.T) []message {
	t.Helper()
	var list []message
	for _, folder := range []string{".", "../../plan", "../../apply", "../../internal", "../../schema"} {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && entry.Name() == "testdata":
				return filepath.SkipDir
			case filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.ImportSpec:
					return false
				case *ast.BinaryExpr:
					text, ok := literal(n)
					if ok {
						list = append(list, message{text, fset.Position(n.Pos()).String()})
					}
					return !ok
				case *ast.BasicLit:
					if text, ok := literal(n); ok {
						list = append(list, message{text, fset.Position(n.Pos()).String()})
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return list
}

var verb = regexp.MustCompile(`%(\[\d\])?[sqdv]`)

// literal is the text of a string literal, or of a concatenation that has one.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return verb.ReplaceAllString(text, valueOf), err == nil
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		left, ok1 := literal(e.X)
		right, ok2 := literal(e.Y)
		if !ok1 {
			left = valueOf
		}
		if !ok2 {
			right = valueOf
		}
		return left + right, ok1 || ok2
	}
	return "", false
}

var (
	calls    = regexp.MustCompile(`(?:^|[^\w/.-])oktaform((?: +(?:'[^'\n]*'|[^\s|>]+))+)`)
	unnamed  = regexp.MustCompile(`(^|[^\w/.-])((?:plan|apply|destroy|show|review|smoke|snapshot) (?:--[a-z]|FILE\b|DIR\b))`) // a command without the program's name
	word     = regexp.MustCompile(`'[^'\n]*'|[^\s|>]+`)
	argument = regexp.MustCompile(`^(-|'[^']*'|"[^"]*"|[A-Z][A-Z_]*|[\w-]*[./=:][^\s]+)$`)
)

// proposalsIn finds the command lines in a text, and the words after the program's name
// that are no commands: a sentence's, or those of a command that doesn't exist.
func proposalsIn(text, at string) (list []proposal, others []string) {
	text = strings.ReplaceAll(unnamed.ReplaceAllString(text, "${1}oktaform $2"), "oktaform oktaform ", "oktaform ")
	for _, m := range calls.FindAllStringSubmatch(text, -1) {
		cmd, p := newRoot(&cli.App{Env: cli.System()}), proposal{at: at}
		for i, part := range word.FindAllString(m[1], -1) {
			bare := strings.TrimRight(strings.Trim(part, "`()[]"), ".,:;)`?!\"]")
			sub := child(cmd, bare)
			switch {
			case i == 0 && sub == nil:
				others = append(others, bare)
			case sub != nil && len(p.args) == i:
				cmd = sub
				fallthrough
			case i > 0 && (strings.HasPrefix(bare, "--") || argument.MatchString(bare) || takesValue(cmd, p.args)):
				p.args = append(p.args, bare)
				if bare == part {
					continue
				}
			}
			break
		}
		if len(p.args) > 0 {
			list = append(list, p)
		}
	}
	return list, others
}

func child(cmd *cobra.Command, name string) *cobra.Command {
	i := slices.IndexFunc(cmd.Commands(), func(c *cobra.Command) bool { return c.Name() == name && !(c.Hidden && c.DisableFlagParsing) })
	if i < 0 {
		return nil
	}
	return cmd.Commands()[i]
}

// takesValue reports whether the last of the words is a flag whose value is the next word.
func takesValue(cmd *cobra.Command, words []string) bool {
	if len(words) == 0 {
		return false
	}
	name, isFlag := strings.CutPrefix(words[len(words)-1], "--")
	flag := cmd.Flag(name)
	return isFlag && flag != nil && flag.NoOptDefVal == ""
}

// parses says what is wrong with a proposed command line; nil where the program takes it.
func (p proposal) parses() error {
	root := newRoot(&cli.App{Env: cli.System()})
	cmd, rest, err := root.Find(p.args)
	if err != nil {
		return err
	}
	if err := cmd.ParseFlags(rest); err != nil {
		return err
	}
	return cmd.ValidateArgs(cmd.Flags().Args())
}

// checkProposals fails the story when the last command's output tells its reader to run
// what the program doesn't take.
func checkProposals(ts *testscript.TestScript) {
	for _, stream := range []string{"stdout", "stderr"} {
		proposed, _ := proposalsIn(ts.ReadFile(stream), stream)
		for _, p := range proposed {
			if err := p.parses(); err != nil {
				ts.Fatalf("%s proposes %s: %v", stream, p, err)
			}
		}
	}
}

// sentences are words that follow the program's name in messages, and are no commands.
var sentences = []string{
	"COMMAND", "VALUE", "a", "applied", "as", "can", "can't", "cannot", "deleted", "didn't", "does", "doesn't", "failed", "fetches",
	"has", "is", "last", "lease", "manages", "opened", "person", "plans", "reads", "runs", "says", "sets", "signs", "stores",
	"while", "will", "would", "writes",
}

// foreign are flags of other programs that messages name.
var foreign = []string{
	"cached", "init", "no-filter", "refetch", "unshallow", // git
	"data-urlencode", "fail-with-body", "request", "show-error", "silent", // curl
}

// TestMessagesProposeWhatParses: each command that a message of ours names exists and
// takes these flags and arguments, and so does each flag.
func TestMessagesProposeWhatParses(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	flags := everyFlag(newRoot(&cli.App{Env: cli.System()}))
	for _, m := range messages(t) {
		proposed, others := proposalsIn(m.text, m.at)
		for _, p := range proposed {
			if err := p.parses(); err != nil {
				t.Errorf("%s: %s: %v", p.at, p, err)
			}
		}
		for _, other := range others {
			seen["oktaform "+other] = true
			if !slices.Contains(sentences, other) {
				t.Errorf("%s: oktaform %s is no command: %q", m.at, other, m.text)
			}
		}
		for _, flag := range flagIn.FindAllStringSubmatch(m.text, -1) {
			seen["--"+flag[1]] = true
			if !flags[flag[1]] && !slices.Contains(foreign, flag[1]) {
				t.Errorf("%s: there is no flag --%s: %q", m.at, flag[1], m.text)
			}
		}
	}
	for _, word := range sentences {
		if !seen["oktaform "+word] {
			t.Errorf("no message says oktaform %s: take it out of the list", word)
		}
	}
	for _, flag := range foreign {
		if !seen["--"+flag] {
			t.Errorf("no message names --%s: take it out of the list", flag)
		}
	}
}

var flagIn = regexp.MustCompile(`(?:^|[\s(="'])--([a-z][a-z-]*[a-z])\b`)

func everyFlag(cmd *cobra.Command) map[string]bool {
	flags := map[string]bool{"help": true, "version": true}
	add := func(f *pflag.Flag) { flags[f.Name] = true }
	cmd.PersistentFlags().VisitAll(add)
	cmd.Flags().VisitAll(add)
	for _, sub := range cmd.Commands() {
		maps.Copy(flags, everyFlag(sub))
	}
	return flags
}

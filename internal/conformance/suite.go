package conformance

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

//go:embed suites/*.txt
var suiteFiles embed.FS

// Source says where a promise comes from.
type Source struct {
	Kind string `json:"kind"` // recorded, documented or inferred
	Text string `json:"text"` // which recording or document
}

// The kinds of sources.
const (
	Recorded   = "recorded"
	Documented = "documented"
	Inferred   = "inferred"
)

// Exchange is a request and what its answer must be.
type Exchange struct {
	Name    string // file, title, and number if the block has several requests
	Method  string
	Path    string // with variables
	request []directive
	answer  []directive
	Status  int
	source  Source // empty: that of the answer's shape
}

// directive is a line of a suite file.
type directive struct {
	verb string
	args []string
}

// arity is the number of arguments of each directive. The last argument extends to the end of the
// line.
var arity = map[string]int{
	"as": 1, "authorization": 1, "basic": 2, "header": 1, "body": 1, "form": 1, "assertion": 3,
	"status": 1, "error": 1, "oauth": 2, "redirect": 2, "is": 2, "has": 2, "lacks": 1, "length": 2, "matches": 2, "contains": 2, "members": 2,
	"answer": 2, "lifetime": 2, "claim": 3, "save": 2, "take": 2, "eventually": 0, "source": 2,
}

// ofRequest are the directives that describe a request.
var ofRequest = []string{"as", "authorization", "basic", "header", "body", "form", "assertion"}

// order is the order in which the suites run: later ones use the objects of earlier ones.
var order = []string{"org", "groups", "users", "apps", "credentials", "assignments", "grants", "customroles", "resourcesets", "roles", "rules", "zones", "origins", "policies", "oauth", "tokens", "signin", "usertokens", "registration", "log", "strictness", "removal"}

// Exchanges returns all exchanges in the order in which they run.
func Exchanges() ([]Exchange, error) {
	var all []Exchange
	for _, name := range order {
		text, err := suiteFiles.ReadFile("suites/" + name + ".txt")
		if err != nil {
			return nil, err
		}
		list, err := parse(name, string(text))
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	entries, err := suiteFiles.ReadDir("suites")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if !slices.Contains(order, strings.TrimSuffix(e.Name(), ".txt")) {
			return nil, fmt.Errorf("suites/%s is not in the order of suites", e.Name())
		}
	}
	return all, nil
}

func parse(suite, text string) (all []Exchange, err error) {
	var fallback Source
	for _, block := range blocks(text) {
		if block.title == "" {
			fallback = Source{block.lines[0].args[0], block.lines[0].args[1]}
			continue
		}
		for i, request := range block.requests {
			x := Exchange{Name: suite + "/" + block.title, source: fallback}
			if len(block.requests) > 1 {
				x.Name += " (" + strconv.Itoa(i+1) + ")"
			}
			x.Method, x.Path, _ = strings.Cut(request, " ")
			if err := x.add(block.lines); err != nil {
				return nil, fmt.Errorf("suites/%s.txt: %s: %w", suite, block.title, err)
			}
			all = append(all, x)
		}
	}
	return all, nil
}

type block struct {
	title    string // empty for the source of the file
	requests []string
	lines    []directive
}

func blocks(text string) (all []block) {
	for part := range strings.SplitSeq(text, "\n\n") {
		var b block
		for line := range strings.SplitSeq(strings.Trim(part, "\n"), "\n") {
			switch {
			case line == "" || strings.HasPrefix(line, "#"):
			case strings.HasPrefix(line, "\t"):
				b.lines = append(b.lines, parseDirective(strings.TrimSpace(line)))
			case strings.HasPrefix(line, "source "):
				b.lines = append(b.lines, parseDirective(line))
			case b.title == "":
				b.title = line
			default:
				b.requests = append(b.requests, line)
			}
		}
		if b.title != "" || b.lines != nil {
			all = append(all, b)
		}
	}
	return all
}

func parseDirective(line string) directive {
	verb, rest, _ := strings.Cut(line, " ")
	d := directive{verb: verb}
	for i := arity[verb]; i > 0 && rest != ""; i-- {
		if i == 1 {
			d.args = append(d.args, strings.TrimSpace(rest))
			break
		}
		var arg string
		arg, rest, _ = strings.Cut(rest, " ")
		d.args = append(d.args, arg)
	}
	return d
}

// add adds the directives of a block to the exchange.
func (x *Exchange) add(lines []directive) error {
	for _, d := range lines {
		n, known := arity[d.verb]
		if !known || len(d.args) > n || len(d.args) < n && d.verb != "assertion" {
			return fmt.Errorf("the directive %q is unknown, or has the wrong number of arguments: %q", d.verb, d.args)
		}
		switch {
		case slices.Contains(ofRequest, d.verb):
			x.request = append(x.request, d)
		case d.verb == "source":
			x.source = Source{d.args[0], d.args[1]}
		case d.verb == "status":
			status, err := strconv.Atoi(d.args[0])
			if err != nil {
				return err
			}
			x.Status = status
		default:
			x.answer = append(x.answer, d)
		}
	}
	if x.Status == 0 {
		return fmt.Errorf("no status")
	}
	return nil
}

// directive returns the arguments of the first directive with this verb.
func (x *Exchange) directive(verb string) ([]string, bool) {
	for _, d := range slices.Concat(x.request, x.answer) {
		if d.verb == verb {
			return d.args, true
		}
	}
	return nil, false
}

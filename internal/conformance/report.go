package conformance

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Report is the result of a run. It contains no values of the org besides statuses, error codes and
// names of fields, so it can be published.
type Report struct {
	Version     int            `json:"version"`
	Exchanges   int            `json:"exchanges"`
	Agree       int            `json:"agree"`
	Sources     map[string]int `json:"sources"` // exchanges by kind of source
	Differences []Difference   `json:"differences"`
	Known       []Difference   `json:"known"`     // explained by an exception
	NotRun      []Skipped      `json:"notRun"`    // for want of an earlier answer
	Inferred    []string       `json:"inferred"`  // exchanges whose promise neither a document nor a recording makes
	Leftovers   []string       `json:"leftovers"` // kinds of the objects of interrupted runs that were removed
}

// Difference is an exchange whose answer is not what its source promises.
type Difference struct {
	Exchange string      `json:"exchange"`
	Request  string      `json:"request"` // with variables
	Source   Source      `json:"source"`
	Problems []string    `json:"problems"`
	Answer   Observation `json:"answer"`
	Reason   string      `json:"reason,omitempty"` // of the exception
}

// Skipped is an exchange that was not made.
type Skipped struct {
	Exchange string `json:"exchange"`
	Reason   string `json:"reason"`
}

// Observation is an answer without its values.
type Observation struct {
	Status    int               `json:"status"`
	ErrorCode string            `json:"errorCode,omitempty"`
	Error     string            `json:"error,omitempty"`
	Fields    map[string]string `json:"fields,omitempty"` // JSON types by path
}

// Exception is a known difference.
type Exception struct {
	Exchange string
	Problem  *regexp.Regexp
	Reason   string
}

//go:embed observed.json
var observedText []byte

// observed returns the answers of real orgs that reports have brought, by exchange.
var observed = sync.OnceValue(func() map[string]Observation {
	all := map[string]Observation{}
	if err := json.Unmarshal(observedText, &all); err != nil {
		panic(err) // a test reads the file
	}
	return all
})

//go:embed exceptions.txt
var exceptionsText string

// exceptions returns the known differences of real orgs.
var exceptions = sync.OnceValue(func() []Exception { return parseExceptions(exceptionsText) })

// parseExceptions reads the form of exceptions.txt: a line for each exception, with the exchange, a
// pattern of the problem, and the reason, separated by tabs.
func parseExceptions(text string) (all []Exception) {
	for line := range strings.Lines(text) {
		parts := strings.Split(strings.TrimSpace(line), "\t")
		if len(parts) == 3 {
			all = append(all, Exception{parts[0], regexp.MustCompile("^" + parts[1] + "$"), parts[2]})
		}
	}
	return all
}

func newReport() *Report {
	return &Report{Version: 1, Sources: map[string]int{}, Differences: []Difference{}, Known: []Difference{}, NotRun: []Skipped{}, Inferred: []string{}}
}

// Text returns the report for a person.
func (p *Report) Text() string {
	var text strings.Builder
	for _, d := range p.Differences {
		fmt.Fprintf(&text, "%s\n  %s (%s: %s)\n", d.Exchange, d.Request, d.Source.Kind, d.Source.Text)
		for _, problem := range d.Problems {
			fmt.Fprintf(&text, "  - %s\n", problem)
		}
	}
	for _, s := range p.NotRun {
		fmt.Fprintf(&text, "%s\n  was not made: %s\n", s.Exchange, s.Reason)
	}
	for _, d := range p.Known {
		fmt.Fprintf(&text, "%s\n  a known difference: %s\n", d.Exchange, d.Reason)
	}
	if n := len(p.Leftovers); n > 0 {
		fmt.Fprintf(&text, "Removed %d objects of an earlier run.\n", n)
	}
	fmt.Fprintf(&text, "%d of %d exchanges agree with their sources: %d recorded, %d documented, %d inferred.\n",
		p.Agree, p.Exchanges, p.Sources[Recorded], p.Sources[Documented], p.Sources[Inferred])
	fmt.Fprintf(&text, "%d differ, %d have known differences, %d were not made.\n", len(p.Differences), len(p.Known), len(p.NotRun))
	return text.String()
}

func (p *Report) skip(x *Exchange, reason string) {
	p.Exchanges++
	p.NotRun = append(p.NotRun, Skipped{x.Name, reason})
}

// record adds an exchange to the report.
func (r *run) record(x *Exchange, a *answer, problems []string) {
	p, source := r.report, x.Source()
	if _, known := r.options.Observed[x.Name]; known {
		source = Source{Recorded, "a report"}
	}
	p.Exchanges++
	p.Sources[source.Kind]++
	if source.Kind == Inferred {
		p.Inferred = append(p.Inferred, x.Name)
	}
	if len(problems) == 0 {
		p.Agree++
		return
	}
	d := Difference{x.Name, x.Method + " " + x.Path, source, problems, r.observe(x, a), ""}
	for _, e := range r.options.Exceptions {
		if e.Exchange == x.Name && !slices.ContainsFunc(problems, func(text string) bool { return !e.Problem.MatchString(text) }) {
			d.Reason = e.Reason
			p.Known = append(p.Known, d)
			return
		}
	}
	p.Differences = append(p.Differences, d)
}

// Source returns where the promise of an exchange comes from.
func (x *Exchange) Source() Source {
	if x.source.Kind != "" {
		return x.source
	}
	if s, known := shapeOf(x); known && x.Status < 300 {
		return s.source
	}
	if code, ok := x.directive("error"); ok {
		return Source{Documented, "Okta's catalog of error codes, " + code[0]}
	}
	return Source{Inferred, "no document or recording has it"}
}

// observe returns an answer without its values. Members whose names the org chooses are left out.
func (r *run) observe(x *Exchange, a *answer) Observation {
	doc := object(a.doc)
	o := Observation{Status: a.status}
	code, _ := doc["errorCode"].(string)
	oauth, _ := doc["error"].(string)
	o.ErrorCode, o.Error = r.mask(code), r.mask(oauth)
	s, known := shapeOf(x)
	if !succeeded(a.status) || a.doc == nil {
		return o
	}
	o.Fields = map[string]string{}
	fields(a.doc, "", o.Fields)
	maps.DeleteFunc(o.Fields, func(path, _ string) bool {
		_, listed := s.fields[path]
		return !listed && (!known || s.open(path)) || publicPath(path) != path
	})
	return o
}

// compare lists how an answer to the exchange differs from the observation.
func (o Observation) compare(r *run, x *Exchange, a *answer) (problems []string) {
	got := r.observe(x, a)
	if got.Status != o.Status {
		return []string{fmt.Sprintf("status %d, a real org's %d%s", got.Status, o.Status, r.reason(a))}
	}
	if got.ErrorCode != o.ErrorCode || got.Error != o.Error {
		problems = append(problems, fmt.Sprintf("error %q, a real org's %q", got.ErrorCode+got.Error, o.ErrorCode+o.Error))
	}
	s := shape{fields: map[string]field{}}
	for path, kinds := range o.Fields {
		s.fields[path] = field{types: append(strings.Split(kinds, "|"), "null")}
	}
	return append(problems, s.compareFields(got.Fields)...)
}

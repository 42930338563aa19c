package review

import (
	"cmp"
	"net/http"
	"net/url"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/schema"
)

// smokeWriteRules report requests of smoke tests that change something: they run after each apply
// with the rights of an app, and no plan shows them.
func smokeWriteRules() []Rule {
	return []Rule{
		{ID: "G50", Title: "A smoke test writes", Severity: severity.High, Worst: severity.Critical,
			Rationale: "The request is sent after each apply, with the rights of the app, whatever the test expects; no plan shows what it changes.",
			Source:    "this configuration's smoke tests; the catalog of this version", Fix: "Test with a request that reads, or that names an object which can't exist.", change: writes},
	}
}

// sent is a request of a smoke test.
type sent struct {
	test    *schema.SmokeTest
	request *schema.TestRequest
}

// allSent returns the requests of a version. A test with unknown instances counts as an unknown
// request.
func allSent(j *versions.Judgement) (list []sent) {
	for _, tests := range [][]schema.SmokeTest{j.Tests, j.Unexpanded} {
		for i := range tests {
			t := &tests[i]
			for k := range t.Requests {
				list = append(list, sent{t, &t.Requests[k]})
			}
			if hidden, dynamic := t.Unknown["request"]; dynamic {
				list = append(list, sent{t, &schema.TestRequest{Pattern: "*", Range: t.Range, Unknown: map[string]string{"method": hidden}}})
			}
		}
	}
	return list
}

// writes finds requests that change something, unless the first version sends the same request with
// the same rights.
func writes(x *examined) (hits []hit) {
	before := allSent(&x.in.Was)
	for _, s := range allSent(&x.in.Is) {
		level, operation := s.effect(x.Index)
		had := slices.ContainsFunc(before, func(b sent) bool {
			was, _ := b.effect(x.before)
			return was >= level && b.same(s)
		})
		if level == severity.None || had {
			continue
		}
		h := x.aboutTest(s.test, "the test \""+s.test.Name+"\" sends "+s.String()+operation)
		h.severity, h.at = level, &s.request.Range
		hits = append(hits, h)
	}
	return hits
}

// same reports whether two requests do the same as the same principal.
func (s sent) same(o sent) bool {
	one := func(s sent) []any {
		t, r := proofOf(s.test), *s.request
		r.Range, r.Status, r.ExpectError, r.JSON, r.RetryFor = hcl.Range{}, nil, "", nil, 0
		r.Unknown = only(r.Unknown, "method", "path", "headers", "body")
		return []any{r, t.App, t.Login, t.Presented, only(t.Unknown, "app", "for_each")}
	}
	return reflect.DeepEqual(one(s), one(o))
}

func only(all map[string]string, names ...string) map[string]string {
	some := map[string]string{}
	for _, name := range names {
		if v, found := all[name]; found {
			some[name] = v
		}
	}
	return some
}

// String returns the request for people.
func (s sent) String() string { return described(s.request) }

func described(r *schema.TestRequest) string {
	method := r.Method
	if _, unknown := r.Unknown["method"]; unknown {
		method = "a request with a method that isn't known to"
	}
	return method + " " + cmp.Or(r.Path, strings.NewReplacer("{}", "{...}", "*", "...").Replace(r.Pattern))
}

func (s sent) unknown(name string) bool {
	_, unknown := s.request.Unknown[name]
	return unknown
}

// effect returns how bad the worst operation is that the request can be, and the operation in
// words; None if it changes nothing. A test that does not expect a refusal of a write states that
// the app may do it.
func (s sent) effect(w *access.Index) (worst severity.Level, operation string) {
	r := s.request
	reads := r.Method == http.MethodGet && !s.unknown("method")
	if overridden(r.Headers) {
		return severity.High, ", with a header that makes it another request"
	}
	if s.unknown("headers") {
		return severity.High, ", with headers that aren't known: one of them may make it another request"
	}
	operations := s.operations()
	for _, o := range operations {
		if level := access.Risk(o); level > worst && !(o.Reads() && level <= severity.Low) && (!refused(*r) && !o.Reads() || mayCall(w, s.test, o)) {
			worst, operation = level, ": that calls "+o.String()
		}
	}
	if !reads && (len(operations) == 0 || strings.Contains(r.Pattern, "*")) && worst < severity.High {
		return severity.High, ": what it does isn't known"
	}
	return worst, operation
}

// operations returns the operations that the request may be a call of.
func (s sent) operations() (list []catalog.Operation) {
	known, _, open := strings.Cut(cmp.Or(s.request.Pattern, s.request.Path), "*")
	if s.request.Pattern == "" || strings.Contains(known, "?") {
		known, open = cmp.Or(s.request.Path, known), false
	}
	methods := []string{s.request.Method}
	if s.unknown("method") {
		methods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	}
	if open {
		return slices.DeleteFunc(slices.Clone(catalog.All()), func(o catalog.Operation) bool {
			return !slices.Contains(methods, o.Method) || !begins(o.Path, known)
		})
	}
	for _, method := range methods {
		if o, found := catalog.Find(method, cleaned(known)); found {
			list = append(list, o)
		}
	}
	return list
}

// begins reports whether a path that matches the template may begin with the text.
func begins(template, text string) bool {
	have, want := strings.Split(text, "/"), strings.Split(template, "/")
	if len(have) > len(want) {
		return false
	}
	for i, segment := range have {
		if last := i == len(have)-1; !strings.HasPrefix(want[i], "{") && segment != want[i] && !(last && strings.HasPrefix(want[i], segment)) {
			return false
		}
	}
	return true
}

// cleaned returns the path of a request as a server reads it.
func cleaned(text string) string {
	text, _, _ = strings.Cut(text, "?")
	text, _, _ = strings.Cut(text, "#")
	if decoded, err := url.PathUnescape(text); err == nil {
		text = decoded
	}
	return path.Clean("/" + text)
}

// overridden reports whether a header may make a server use another method or path.
func overridden(headers map[string]string) bool {
	for name := range headers {
		if name = strings.ToLower(name); strings.Contains(name, "override") || strings.Contains(name, "http-method") || strings.Contains(name, "original-url") || strings.Contains(name, "rewrite-url") {
			return true
		}
	}
	return false
}

// mayCall reports whether the client of a test may call the operation, as far as that is known.
func mayCall(w *access.Index, t *schema.SmokeTest, operation catalog.Operation) bool {
	o := w.ByAddr[t.App.Addr.String()]
	if o == nil || slices.Contains(o.Additive, access.AttrOktaAPIScopes) || slices.Contains(o.Additive, access.BlockAdminRole) {
		return true
	}
	a := w.Of(o)
	return len(a.Unknown) > 0 || slices.ContainsFunc(a.Entries, func(e access.Entry) bool { return access.NameOf(e.Operation) == access.NameOf(operation) })
}

// testNotes describes the smoke tests that the change adds or changes, and their requests.
func (x *examined) testNotes() (notes []string) {
	const most = 20
	if !x.in.Compared {
		return nil
	}
	more := 0
	for i := range x.in.Is.Tests {
		t := &x.in.Is.Tests[i]
		same := func(was schema.SmokeTest) bool { return reflect.DeepEqual(proofOf(&was), proofOf(t)) }
		if slices.ContainsFunc(x.in.Was.Tests, same) {
			continue
		}
		if more++; more > most {
			continue
		}
		what := "is new"
		if slices.ContainsFunc(x.in.Was.Tests, func(was schema.SmokeTest) bool { return was.Name == t.Name }) {
			what = "is changed"
		}
		var requests []string
		for k := range t.Requests {
			requests = append(requests, described(&t.Requests[k]))
		}
		if len(requests) == 0 {
			requests = append(requests, "no request of its own")
		}
		notes = append(notes, "The smoke test \""+t.Name+"\" "+what+". It runs after each apply, as "+t.App.String()+", and sends "+phrase.List(requests)+".")
	}
	if more > most {
		notes = append(notes, "So are "+phrase.Count(more-most, "other smoke test")+".")
	}
	return notes
}

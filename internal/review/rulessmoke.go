package review

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/schema"
)

// smokeRules report that less is tested than before.
func smokeRules() []Rule {
	const source = "this configuration's smoke tests"
	return []Rule{
		{ID: "P04", Title: "Smoke test removed", Severity: severity.Medium, Worst: severity.High, Rationale: "Nothing proves any longer what the test proved: that something works, or that something is refused.",
			Source: source, Fix: "Keep the test, or let the app's owner approve its removal.", change: removedTests},
		{ID: "P05", Title: "Smoke test weakened", Severity: severity.Medium, Worst: severity.High, Rationale: "The test passes where it failed before.",
			Source: source, Fix: "Keep what the test expects, or say in the change why the org's answer is different now.", change: weakenedTests},
		{ID: "P06", Title: "App without any smoke test", Severity: severity.High, Rationale: "The app was tested, and now no apply proves what it may do and what it may not.",
			Source: source, Fix: "Keep one test of what the app may do, and one of what it may not.", change: untested},
	}
}

// lostTest is a test of the first version that the second lacks or has changed; is is nil if it
// lacks it.
type lostTest struct{ was, is *schema.SmokeTest }

// lostTests returns the lost tests, except those of apps that are no longer declared and those that
// were only renamed.
func (x *examined) lostTests() (list []lostTest) {
	if !x.in.Compared {
		return nil
	}
	taken := map[int]bool{}
	take := func(same func(is *schema.SmokeTest) bool) *schema.SmokeTest {
		for j := range x.in.Is.Tests {
			if !taken[j] && same(&x.in.Is.Tests[j]) {
				taken[j] = true
				return &x.in.Is.Tests[j]
			}
		}
		return nil
	}
	var changed []*schema.SmokeTest
	for i := range x.in.Was.Tests {
		was := &x.in.Was.Tests[i]
		if take(func(is *schema.SmokeTest) bool { return reflect.DeepEqual(proofOf(was), proofOf(is)) }) == nil {
			changed = append(changed, was)
		}
	}
	for _, was := range changed {
		if o := x.ByAddr[was.App.Addr.String()]; was.App.Addr.Kind != "" && (o == nil || o.Gone) {
			continue
		}
		list = append(list, lostTest{was, take(func(is *schema.SmokeTest) bool { return is.Name == was.Name })})
	}
	return list
}

// proof is what a test shows, without its name and position and without what follows from the app.
type proof struct {
	App, Login                             string
	Scopes, Refused                        []string
	ExpectError, ExpectMessage, Generate   string
	Grant, PKCE                            string
	Refresh, RefreshToken, SignIn, Browser bool
	Life                                   string
	Token                                  *schema.TestToken
	Requests                               []schema.TestRequest
	// Client is how a test that expects a refusal authenticates, where that follows from the app.
	Client             string
	Presented, Unknown map[string]string
}

func proofOf(t *schema.SmokeTest) proof {
	p := proof{App: t.App.String(), Scopes: slices.Sorted(slices.Values(t.Scopes)), Refused: slices.Sorted(slices.Values(t.Refused)),
		ExpectError: t.ExpectError, ExpectMessage: t.ExpectMessage, Generate: t.Generate, Grant: t.Grant, PKCE: t.PKCE,
		Refresh: t.Refresh, RefreshToken: !t.RefreshToken.IsZero(), Life: t.AssertionLife.String(), Presented: t.Presented, Unknown: t.Unknown}
	if in := t.SignIn; in != nil {
		p.SignIn, p.Browser, p.Login = true, in.Browser, in.Login
	}
	if t.Token != nil {
		token := *t.Token
		token.Range = hcl.Range{}
		p.Token = &token
	}
	for _, r := range t.Requests {
		r.Range = hcl.Range{}
		p.Requests = append(p.Requests, r)
	}
	if t.ExpectError != "" {
		p.Client = fmt.Sprint(t.App.AuthMethod, t.App.DPoP, t.App.RedirectURI, len(t.App.Keys))
	}
	return p
}

// refuses reports whether a test shows that something is refused.
func refuses(t *schema.SmokeTest) bool {
	return t.ExpectError != "" || len(t.Refused) > 0 || t.Generate != "" || slices.ContainsFunc(t.Requests, refused)
}

// refused reports whether a request must be refused.
func refused(r schema.TestRequest) bool {
	return r.ExpectError != "" || len(r.Status) > 0 && !slices.ContainsFunc(r.Status, func(s int) bool { return s < 400 })
}

func removedTests(x *examined) (hits []hit) {
	for _, l := range x.lostTests() {
		if l.is != nil {
			continue
		}
		h := x.aboutTest(l.was, "the test \""+l.was.Name+"\", which stood at "+x.in.Place(l.was.Range)+", is removed")
		if refuses(l.was) {
			h.severity, h.message = severity.High, h.message+"; it showed that something is refused"
		}
		hits = append(hits, h)
	}
	return hits
}

// aboutTest returns a hit on the app of a test, or on the org block if the app is not declared.
func (x *examined) aboutTest(t *schema.SmokeTest, message string) hit {
	if o := x.ByAddr[t.App.Addr.String()]; o != nil {
		return hit{o: o, message: message}
	}
	return hit{at: &x.in.Is.Org, message: message}
}

func weakenedTests(x *examined) (hits []hit) {
	for _, l := range x.lostTests() {
		if l.is == nil {
			continue
		}
		lost, level := weaker(l.was, l.is)
		if len(lost) == 0 {
			continue
		}
		h := x.aboutTest(l.was, "the test \""+l.is.Name+"\" "+strings.Join(lost, ", and "))
		h.severity, h.at = level, &l.is.Range
		hits = append(hits, h)
	}
	return hits
}

// weaker returns what a test no longer proves. Proving more is no finding.
func weaker(was, is *schema.SmokeTest) (lost []string, level severity.Level) {
	say := func(s severity.Level, format string, args ...any) {
		lost, level = append(lost, fmt.Sprintf(format, args...)), max(level, s)
	}
	a, b := proofOf(was), proofOf(is)
	changed := func(s severity.Level, name, before, after string) {
		if before != after {
			say(s, "has %s %q instead of %q", name, after, before)
		}
	}
	changed(severity.High, "the app", a.App, b.App)
	changed(severity.High, "expect_error", a.ExpectError, b.ExpectError)
	if a.ExpectMessage != "" && !strings.Contains(b.ExpectMessage, a.ExpectMessage) {
		changed(severity.High, "expect_message", a.ExpectMessage, b.ExpectMessage)
	}
	if a.Generate != "" && b.Generate == "" {
		say(severity.High, "derives no tests any longer")
	}
	if gone := access.Without(a.Refused, b.Refused); len(gone) > 0 {
		say(severity.High, "no longer shows that %s is refused", phrase.List(gone))
	}
	negative := severity.Medium
	if refuses(was) {
		negative = severity.High
	}
	if gone := access.Without(a.Scopes, b.Scopes); len(gone) > 0 {
		say(negative, "no longer asks for %s", phrase.List(gone))
	} else if more := access.Without(b.Scopes, a.Scopes); len(more) > 0 && negative == severity.High {
		say(negative, "also asks for %s", phrase.List(more))
	}
	if b.Browser && !a.Browser {
		say(negative, "needs a browser now, and is skipped where there is none")
	}
	if a.Token != nil && !reflect.DeepEqual(a.Token, b.Token) {
		say(severity.Medium, "asserts something else of the token")
	}
	if a.Client != b.Client && b.ExpectError != "" {
		say(severity.High, "presents its client otherwise")
	}
	for _, name := range differing(a.Presented, b.Presented) {
		say(negative, "has another %s", name)
	}
	for _, name := range differing(a.Unknown, b.Unknown) {
		say(negative, "has another %s, which isn't known here", name)
	}
	for name, pair := range map[string][2]string{"grant_type": {a.Grant, b.Grant}, "pkce": {a.PKCE, b.PKCE}, "the user": {a.Login, b.Login},
		"assertion_lifetime": {a.Life, b.Life}} {
		changed(negative, name, pair[0], pair[1])
	}
	if a.Refresh && !b.Refresh || a.SignIn && !b.SignIn || a.RefreshToken && !b.RefreshToken {
		say(negative, "gets its token in another way")
	}
	for _, r := range a.Requests {
		if slices.ContainsFunc(b.Requests, func(o schema.TestRequest) bool { return reflect.DeepEqual(r, o) }) {
			continue
		}
		s := severity.Medium
		if refused(r) {
			s = severity.High
		}
		say(s, "no longer expects of %s what it did", described(&r))
	}
	slices.Sort(lost)
	return lost, level
}

// differing returns the names whose values differ or that only one of the two has.
func differing(was, is map[string]string) (names []string) {
	for name := range was {
		if is[name] != was[name] {
			names = append(names, name)
		}
	}
	for name := range is {
		if _, both := was[name]; !both {
			names = append(names, name)
		}
	}
	return names
}

// untested finds apps that had a smoke test and now have none.
func untested(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	x.pairs(func(was, is *access.Object) {
		has := func(tests []schema.SmokeTest) bool {
			return slices.ContainsFunc(tests, func(t schema.SmokeTest) bool { return t.App.Addr == is.Addr })
		}
		if was != nil && is.IsApp() && has(x.in.Was.Tests) && !has(x.in.Is.Tests) {
			hits = append(hits, hit{o: is, message: "no smoke test is left of the app"})
		}
	})
	return hits
}

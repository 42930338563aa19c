package drift_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/drift"
	"github.com/oktaform/oktaform/internal/fileedit"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/plan"
)

func addresses(list []drift.Difference) (names []string) {
	for i := range list {
		names = append(names, list[i].Addr())
	}
	slices.Sort(names)
	return names
}

// Whatever somebody changes in the org by hand, drift names each attribute that they changed, with
// who it was, and nothing else; the files with the org's values have an empty plan; and the apply
// of the files as they were takes it all back.
func TestDriftOfWhateverPeopleChange(t *testing.T) {
	t.Parallel()
	m := newManagedOrg(t)
	rapid.Check(t, func(r *rapid.T) {
		want := rapid.SliceOfNDistinct(rapid.SampledFrom(slices.Sorted(maps.Keys(byHand))), 1, 8, rapid.ID[string]).Draw(r, "changes")
		slices.Sort(want)
		m.apply() // what a failed run has left
		for _, name := range want {
			m.byHand(byHand[name])
		}
		report := m.report(drift.Options{})
		if got := addresses(report.Drift); !slices.Equal(got, want) || len(report.Pending) > 0 {
			r.Fatalf("drift is %q and %q, want %q", got, addresses(report.Pending), want)
		}
		for i := range report.Drift {
			d := &report.Drift[i]
			if d.Cause != drift.Org || len(d.Events) == 0 || !strings.HasPrefix(d.Events[0].Actor.Login, "admin@") || !d.Acceptable() {
				r.Errorf("%s: cause %s, events %v", d.Addr(), d.Cause, d.Events)
			}
			if i > 0 && d.Risk > report.Drift[i-1].Risk || d.Risk > report.Risk {
				r.Errorf("%s with the risk %v comes after %v of %v", d.Addr(), d.Risk, report.Drift[max(i-1, 0)].Risk, report.Risk)
			}
		}
		if p := m.plan(m.accepted(report)); !p.Empty() {
			r.Errorf("after accepting, the plan changes %q", changed(p))
		}
		m.apply()
		if p := m.plan(m.config); !p.Empty() {
			r.Fatalf("after an apply, the plan changes %q", changed(p))
		}
	})
}

// accepted is the configuration once its file declares what the org has.
func (m *managedOrg) accepted(report *drift.Report) *config.Config {
	m.tb.Helper()
	objects := map[string]*fileedit.Object{}
	var list []*fileedit.Object
	for i := range report.Drift {
		d := &report.Drift[i]
		c := d.Change
		o := objects[c.Addr.String()]
		if o == nil {
			var err error
			if o, err = fileedit.Find(m.config.Files(), c.Kind, c.Addr, c.Range); err != nil {
				m.tb.Fatal(err)
			}
			objects[c.Addr.String()] = o
			list = append(list, o)
		}
		if err := o.Accept(d.Attribute, c.After, c.Before); err != nil {
			m.tb.Fatal(err)
		}
	}
	src, err := fileedit.Apply(list)
	if err != nil {
		m.tb.Fatal(err)
	}
	return m.load(map[string][]byte{"main.hcl": src})
}

func changed(p *plan.Plan) (names []string) {
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Action == plan.Update {
			names = append(names, c.Addr.String()+" "+strings.Join(c.Kind.Changed(c.Before, c.After), " "))
		} else if c.Action != plan.NoOp {
			names = append(names, string(c.Action)+" "+c.Addr.String())
		}
	}
	return names
}

// What differs has a cause: the org, the configuration, or nobody knows.
func TestCauses(t *testing.T) {
	t.Parallel()
	m := newManagedOrg(t)
	m.byHand(byHand["group.g.name"])

	// The configuration was changed as well, in another attribute of the same object and of others.
	m.config = m.load(map[string][]byte{"main.hcl": []byte(strings.NewReplacer(`"The ${"group"}"`, `"Changed"`, `label       = "T"`, `label       = "U"`).Replace(managed) + "group \"new\" {\n  name = \"New\"\n}\n")})
	report := m.report(drift.Options{})
	if got, want := addresses(report.Drift), []string{"group.g.description", "group.g.name"}; !slices.Equal(got, want) {
		// The log tells of a group that its profile changed, not which part of it: both may be
		// drift.
		t.Errorf("drift: %q, want %q", got, want)
	}
	if got, want := addresses(report.Pending), []string{"group.new", "resource_set.t.label"}; !slices.Equal(got, want) {
		t.Errorf("pending: %q, want %q", got, want)
	}

	// The version that was applied last tells them apart.
	report = m.report(drift.Options{Base: m.plan(m.load(nil))})
	if got, want := addresses(report.Drift), []string{"group.g.name"}; !slices.Equal(got, want) {
		t.Errorf("with the base, drift: %q, want %q", got, want)
	}

	// Without the log, everything is drift of unknown cause.
	p := m.plan(m.config)
	for _, h := range []*org.History{{Gap: "it is down"}, {Gap: "refused", Refused: true}} {
		report = drift.Assess(p, h, drift.Options{})
		if len(report.Drift) != 4 || len(report.Pending) != 0 || len(report.Notes) == 0 {
			t.Errorf("%q and %q", addresses(report.Drift), addresses(report.Pending))
		}
		for _, d := range report.Drift {
			if want := map[bool]string{true: "needs okta.logs.read", false: "it is down"}[h.Refused]; d.Cause != drift.Unknown || !strings.Contains(d.Why, want) {
				t.Errorf("%s: %s, %q", d.Addr(), d.Cause, d.Why)
			}
		}
	}

	// A log that has forgotten all of it says so.
	report = drift.Assess(p, &org.History{}, drift.Options{})
	for _, d := range report.Drift {
		if d.Cause != drift.Unknown || !strings.Contains(d.Why, "the log goes back to") {
			t.Errorf("%s: %s, %q", d.Addr(), d.Cause, d.Why)
		}
	}
}

// Objects that were deleted, lost their mark, or carry a mark that nobody declared.
func TestObjects(t *testing.T) {
	t.Parallel()
	m := newManagedOrg(t)
	m.byHand("DELETE /api/v1/trustedOrigins/{trusted_origin.o}")
	m.byHand(`POST /api/v1/groups {"profile":{"name":"Planted","description":"[oktaform test group.planted]"}}`)
	report := m.report(drift.Options{})
	want := map[string]struct {
		acceptable bool
		wayOut     string
	}{"trusted_origin.o": {true, ""}, "group.planted": {false, "oktaform import group.planted 00g"}}
	if len(report.Drift) != len(want) {
		t.Fatalf("drift: %q", addresses(report.Drift))
	}
	for i := range report.Drift {
		d := &report.Drift[i]
		w, ok := want[d.Addr()]
		if !ok || d.Cause != drift.Org || d.Acceptable() != w.acceptable || w.wayOut != "" && !strings.Contains(d.WayOut(), w.wayOut) || d.ConcernsAccess() {
			t.Errorf("%s: cause %s (%s), acceptable: %v, %q", d.Addr(), d.Cause, d.Why, d.Acceptable(), d.WayOut())
		}
	}
}

// A planted key is named by its thumbprint, concerns access, and is no less than medium.
func TestPlantedKey(t *testing.T) {
	t.Parallel()
	m := newManagedOrg(t)
	m.byHand(`EDIT /api/v1/apps/{service_app.s} {"settings":{"oauthClient":{"jwks_uri":null,"jwks":{"keys":[{"kty":"EC","kid":"other","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}}}}`)
	report := m.report(drift.Options{})
	found := false
	for i := range report.Drift {
		d := &report.Drift[i]
		if d.Attribute != "public_key" {
			continue
		}
		found = true
		keys := d.Keys()
		if len(keys) != 1 || keys[0].KID != "other" || keys[0].Thumbprint != "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U" || !d.ConcernsAccess() || d.Risk < severity.Medium {
			t.Errorf("%v, concerns access: %v, risk %v", keys, d.ConcernsAccess(), d.Risk)
		}
	}
	if !found {
		t.Errorf("drift: %q", addresses(report.Drift))
	}
}

// An apply by somebody else with oktaform is drift, unless they are known to apply this
// configuration.
func TestAppliedBy(t *testing.T) {
	t.Parallel()
	m := newManagedOrg(t)
	created := m.send("POST", "/api/v1/users", `{"profile":{"login":"deputy@example.com","email":"deputy@example.com","firstName":"D","lastName":"D"}}`)
	if !strings.Contains(created, "deputy@example.com") {
		t.Fatal(created)
	}
	m.byHand(byHand["web_app.w.label"])
	p := m.plan(m.config)
	ids, deletions := drift.Subjects(p)
	if len(deletions) > 0 || !slices.Contains(ids, m.ids["web_app.w"]) {
		t.Errorf("%v, %v", ids, deletions)
	}
	history, err := m.client.History(context.Background(), ids, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range history.Events {
		if e := &history.Events[i]; !e.Oktaform { // as if it had been oktaform, run by the deputy
			e.Oktaform, e.Actor = true, org.Actor{ID: "00udeputy", Type: "User", Login: "deputy@example.com"}
		}
	}
	for _, row := range []struct {
		by    []string
		cause drift.Cause
		why   string
	}{{nil, drift.Org, "--applied-by"}, {[]string{"somebody@example.com"}, drift.Org, "--applied-by"}, {[]string{"deputy@example.com"}, drift.Configuration, "nobody else"}, {[]string{"00udeputy"}, drift.Configuration, "nobody else"}} {
		report := drift.Assess(p, history, drift.Options{AppliedBy: row.by})
		all := append(report.Drift, report.Pending...)
		if len(all) != 1 || all[0].Cause != row.cause || !strings.Contains(all[0].Why, row.why) {
			t.Errorf("%v: %+v", row.by, all)
		}
	}
}

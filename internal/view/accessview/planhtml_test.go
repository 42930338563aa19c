package accessview

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// renamed is a plan that renames groups to what somebody else chose, and deletes one.
func renamed(names ...string) *plan.Plan {
	k := kinds.Named("group")
	group := func(name string) schema.Value {
		attrs := schema.Values{}
		attrs["name"] = cty.StringVal(name)
		return k.Object(attrs)
	}
	p := &plan.Plan{}
	for i, name := range names {
		c := plan.Change{Addr: schema.Addr{Kind: "group", Name: "g", Key: fmt.Sprintf("%q", name+fmt.Sprint(i))}, Kind: k, Action: plan.Update, ID: name,
			Before: group("before"), After: group(name), Prior: &schema.Object{}, Reason: name}
		p.Changes = append(p.Changes, c)
	}
	last := &p.Changes[len(names)-1]
	last.Action, last.Before, last.After = plan.Delete, last.After, schema.Value{}
	p.Notes = []string{names[0]}
	p.Outputs = []plan.Output{{Name: "o", Value: cty.TupleVal([]cty.Value{cty.UnknownVal(cty.String), cty.StringVal(names[0])})}}
	return p
}

// planOf makes the page of a plan.
func planOf(t *testing.T, p *plan.Plan) string {
	t.Helper()
	r := review.Assess(versions.FromPlan(p), review.Options{})
	page, err := PlanHTML(p, NewReview(r, "", ""))
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// TestPlanHTML: what goes is first and unfolded, whatever the number of changes,
// and each line of a diff says by its class what it does.
func TestPlanHTML(t *testing.T) {
	page := planOf(t, renamed(slices.Repeat([]string{"A"}, view.Unfolded+1)...))
	for _, want := range []string{"<title>Plan</title>", "Plan: 0 to add, 40 to change, 1 to destroy.", "Actions (41)",
		`<span class="changed">!       name = &#34;before&#34; -&gt; &#34;A&#34;</span>`, `<h3>Outputs</h3>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	page = planOf(t, &plan.Plan{URL: "https://acme.okta.com", Owner: "team/<b>", As: "user ada@example.com", Notes: []string{"a note"}})
	for _, want := range []string{"Org https://acme.okta.com, owner team/&lt;b&gt;, as user ada@example.com.", `<p class="note">a note</p>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	page = planOf(t, renamed(slices.Repeat([]string{"A"}, view.Unfolded+1)...))
	first := page[strings.Index(page, "<details"):]
	if !strings.HasPrefix(first, `<details class="action" open>`+"\n"+`<summary><span class="badge high">destroy</span>`) {
		t.Errorf("what is destroyed isn't first:\n%.300s", first)
	}
	if n := strings.Count(page, `<details class="action" open>`); n != 1 {
		t.Errorf("%d of %d actions are unfolded", n, view.Unfolded+1)
	}
	if page = planOf(t, &plan.Plan{}); !strings.Contains(page, view.NoChanges) || strings.Contains(page, "<details") {
		t.Error("a plan without changes shows some, or doesn't say so")
	}
}

// TestHostilePlanHTML: a name is text in a plan's page, whatever it holds.
func TestHostilePlanHTML(t *testing.T) {
	want := pageShape(t, planOf(t, renamed("harmless", "harmless")))
	for _, evil := range hostile {
		page := planOf(t, renamed(evil, evil))
		if got := pageShape(t, page); !slices.Equal(got, want) {
			t.Errorf("%q changes what the page is made of:\n%v\n%v", evil, got, want)
		}
		cleanPage(t, evil, page)
	}
}

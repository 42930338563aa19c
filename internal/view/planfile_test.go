package view_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

func savedGroup(t testing.TB) []byte {
	p := change(plan.Update, group(cty.StringVal("A")), group(cty.StringVal("B").Mark(schema.Sensitive)))
	p.Changes[0].Prior.Value = p.Changes[0].Before
	p.Changes[0].PrevAddr = schema.Addr{Kind: "group", Name: "old"}
	data, err := json.Marshal(p.Document(plan.Options{}, time.Unix(0, 0)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// FuzzSavedPlan reads any file as a saved plan: it is refused, or shown.
func FuzzSavedPlan(f *testing.F) {
	saved := savedGroup(f)
	f.Add(saved)
	for _, edit := range [][2]string{
		{`"update"`, `"forget"`}, {`"update"`, `"delete"`}, {`"update"`, `"create"`}, {`"members":null`, `"members":[null]`},
		{`"admin_role":[]`, `"admin_role":[null]`}, {`"admin_role":[]`, `"admin_role":[{"type":null}]`}, {`"after_unknown":{}`, `"after_unknown":{"admin_role":[true],"members":true}`},
		{`"type":"group"`, `"type":"service_app"`}, {`"oktaform":{"action"`, `"oktaform":{"changed":["name","nothing"],"action"`},
		{`"planned_values":{`, `"planned_values":{"outputs":{"o":{"type":["list","dynamic"]}},`},
		{`"planned_values":{`, `"planned_values":{"outputs":{"o":null},`}, {`"planned_values":{`, `"prior_state":null,"output_changes":{"o":null},"planned_values":{"outputs":{"o":{"type":"string"}},`},
		{`"resources":[`, `"resources":[null,`}, {`"change":{`, `"change":null,"was":{`}, {`"actions":`, `"replace_paths":[null,[],[1],["name"]],"actions":`},
	} {
		f.Add([]byte(strings.ReplaceAll(string(saved), edit[0], edit[1])))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := plan.Parse(data)
		if err != nil {
			if err.Error() == "" {
				t.Error("refused without a reason")
			}
			return
		}
		noSurprises(t, view.Plan(s.Plan, view.Style{}))
		view.PlanMarkdown(s.Plan, view.MarkdownLimit)
		if _, err := view.PlanDocument(&s.Document); err != nil {
			t.Error(err)
		}
		s.Approves(&s.Document)
		review.Assess(versions.FromPlan(s.Plan), review.Options{Now: time.Unix(0, 0)})
	})
}

// What goes is named first, whatever the length of the rest, and the names of
// objects are no markup.
func TestPlanMarkdown(t *testing.T) {
	none := schema.Value{}
	p := change(plan.Delete, group(cty.StringVal("```\n# Approved @everyone <b>")), none)
	for i := range 1000 {
		c := change(plan.Create, none, group(cty.StringVal(strings.Repeat("x", 200)))).Changes[0]
		c.Addr.Name, c.Prior = fmt.Sprintf("a%d", i), nil
		p.Changes = append([]plan.Change{c}, p.Changes...)
	}
	text := view.PlanMarkdown(p, view.MarkdownLimit)
	if n := len([]rune(text)); n >= 65_536 {
		t.Errorf("%d characters", n)
	}
	if i := strings.Index(text, "`group.g` will be destroyed"); i < 0 || i > 200 {
		t.Errorf("what is destroyed isn't first:\n%.500s", text)
	}
	shown := strings.Count(text, "will be created")
	if want := fmt.Sprintf("**%d parts not shown", 1000-shown); shown == 0 || !strings.Contains(text, want) {
		t.Errorf("%d of 1000 are shown, and there is no %q at the end:\n%s", shown, want, text[len(text)-300:])
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "# Approved") {
			t.Errorf("the text of an object is a heading:\n%.1000s", text)
		}
	}
	if !strings.Contains(text, "````diff\n") {
		t.Errorf("the fence is no longer than one in the text:\n%.1000s", text)
	}
}

// A plan in Markdown says where it applies and in whose name, as its text does.
func TestPlanMarkdownNamesTheOrg(t *testing.T) {
	text := view.PlanMarkdown(&plan.Plan{URL: "https://acme.okta.com", Owner: "team/a", As: "user ada@example.com"}, view.MarkdownLimit)
	if want := "Org `https://acme.okta.com`, owner `team/a`, as `user ada@example.com`."; !strings.Contains(text, want) {
		t.Errorf("%q isn't in\n%s", want, text)
	}
}

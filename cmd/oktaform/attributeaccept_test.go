package main

import (
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/fileedit"
	"github.com/oktaform/oktaform/plan"
)

// notValid holds the values in the org that make of an app what no configuration can declare, since
// Okta takes and ignores what then counts no longer: a sector without pairwise subjects, a push
// status without a template of its own. Accepting them is refused.
var notValid = map[string]string{"subject_type": "public", "user_name_template_type": "BUILT_IN"}

// accepts edits the configuration so that it declares what somebody has changed by hand: the edited
// one has an empty plan. The files and the org stay as they are.
func (l *lifeOf) accepts(dir string) {
	l.Helper()
	byFile := map[string][]*fileedit.Object{}
	var left []string
	p := l.plan(false)
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Action == plan.NoOp {
			continue
		}
		o, err := fileedit.Find(l.config.Files(), c.Kind, c.Addr, c.Range)
		if err != nil {
			l.Fatal(err)
		}
		for _, name := range c.Kind.Changed(c.Before, c.After) {
			if inOrg := c.Before.GetAttr(name); notValid[name] != "" && inOrg.RawEquals(cty.StringVal(notValid[name])) {
				left = append(left, c.Addr.String()+" "+name)
			} else if err := o.Accept(name, c.After, c.Before); err != nil {
				l.Fatalf("%s: %v", name, err)
			}
		}
		byFile[o.File] = append(byFile[o.File], o)
	}
	sources := map[string][]byte{}
	for name, objects := range byFile {
		src, err := fileedit.Apply(objects)
		if err != nil {
			l.Fatal(err)
		}
		sources[name] = src
	}
	edited, diags := config.Load(dir, config.Options{Sources: sources})
	defer func() { _ = edited.Close() }()
	if diags = append(diags, edited.Validate()...); diags.HasErrors() {
		l.Fatalf("%v\nof %s", diags.Errs(), sources)
	}
	after := *l
	after.config = edited
	if changed := after.changed(); !slices.Equal(changed, left) {
		l.Errorf("after accepting, the plan changes %q and not %q, with\n%s", changed, left, sources)
	}
}

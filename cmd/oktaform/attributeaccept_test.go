package main

import (
	"slices"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/fileedit"
	"github.com/oktaform/oktaform/plan"
)

// notValid are attributes whose drift makes of an app what no configuration can declare, since Okta
// takes it and ignores it: accepting it is refused.
var notValid = map[string]string{
	"subject_type":            "without pairwise subjects a sector is refused",
	"user_name_template_type": "without a template of its own a push status is refused",
}

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
			if notValid[name] != "" {
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

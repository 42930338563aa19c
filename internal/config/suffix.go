package config

import (
	"fmt"
	"regexp"
	"slices"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

var suffix = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`) })

// evalNames evaluates the owner and name attributes of the org block.
func (c *Config) evalNames(v cty.Value, content *hcl.BodyContent) hcl.Diagnostics {
	var diags hcl.Diagnostics
	given := func(name string) (string, bool) {
		a := content.Attributes[name]
		if a == nil || v.GetAttr(name).IsNull() || !v.GetAttr(name).IsKnown() {
			return "", false
		}
		if v.GetAttr(name).IsMarked() {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Sensitive value for " + name,
				Detail: name + " is shown in the org and in messages, so its value must not be sensitive.", Subject: a.Expr.Range().Ptr()})
			return "", false
		}
		return schema.Text(v.GetAttr(name)), true
	}
	bad := func(name, summary, format string, args ...any) {
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(format, args...), Subject: content.Attributes[name].Expr.Range().Ptr()})
	}
	if previous, ok := given("previous_owner"); ok {
		if err := schema.CheckOwner(previous); err != nil {
			bad("previous_owner", "Invalid owner", "%s.", err)
		} else if previous == schema.Text(v.GetAttr("owner")) {
			bad("previous_owner", "previous_owner is the owner", "%q is org.owner itself: previous_owner must be the owner's former name.", previous)
		}
		c.PreviousOwner = previous
	}
	if text, ok := given("name_suffix"); ok && text != "" {
		if !suffix().MatchString(text) {
			bad("name_suffix", "Invalid name_suffix", "%q is not a valid suffix: it is part of logins too, so it must be 1 to 64 letters, digits and ._- characters, for example %q.", text, "-pr-12")
		}
		c.NameSuffix = text
	}
	return diags
}

// orgScope returns the value of a reference to org.
func (c *Config) orgScope() cty.Value {
	return cty.ObjectVal(map[string]cty.Value{"owner": cty.StringVal(c.Owner), "url": cty.StringVal(c.URL), "name_suffix": cty.StringVal(c.NameSuffix)})
}

// addSuffix appends the suffix to a name that must be unique in the org; in a login it is inserted
// before the @.
func (c *Config) addSuffix(k *schema.Kind, attrs map[string]cty.Value) {
	if c.NameSuffix == "" || !k.Unique || k.OnExisting {
		return
	}
	label, marks := attrs[k.Label].Unmark()
	if text := schema.Text(label); text != "" {
		attrs[k.Label] = cty.StringVal(withSuffix(text, c.NameSuffix, k.Person)).WithMarks(marks)
	}
}

func withSuffix(name, suffix string, login bool) string {
	if i := slices.Index([]byte(name), '@'); login && i >= 0 {
		return name[:i] + suffix + name[i:]
	}
	return name + suffix
}

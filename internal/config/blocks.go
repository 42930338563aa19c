package config

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

var orgSpec = hcldec.ObjectSpec{
	"owner":          &hcldec.AttrSpec{Name: "owner", Type: cty.String, Required: true},
	"url":            &hcldec.AttrSpec{Name: "url", Type: cty.String},
	"previous_owner": &hcldec.AttrSpec{Name: "previous_owner", Type: cty.String},
	"name_suffix":    &hcldec.AttrSpec{Name: "name_suffix", Type: cty.String},

	"authoritative_admins": &hcldec.AttrSpec{Name: "authoritative_admins", Type: cty.Bool},
}

var outputSpec = hcldec.ObjectSpec{
	"value":       &hcldec.AttrSpec{Name: "value", Type: cty.DynamicPseudoType, Required: true},
	"description": &hcldec.AttrSpec{Name: "description", Type: cty.String},
	"sensitive":   &hcldec.AttrSpec{Name: "sensitive", Type: cty.Bool},
}

// evalOrg evaluates the org block, which everything else depends on.
func (c *Config) evalOrg() hcl.Diagnostics {
	n := c.main.nodes["org"]
	if n != nil && n.broken {
		return nil
	}
	if n == nil {
		return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Missing org block",
			Detail: fmt.Sprintf("No file in %s sets the owner of the declared objects. Add a block such as org { owner = \"team/iam\" }: every object is marked with this name in the org, and only marked objects are changed.", c.Dir)}}
	}
	e := c.newEvaluation(nil)
	ctx := e.context(e.only(e.main, n))
	v, diags := decodeBody(n.body, orgSpec, ctx)
	if diags.HasErrors() {
		return suggest(diags, hcldec.ImpliedSchema(orgSpec))
	}
	content, _ := n.body.Content(hcldec.ImpliedSchema(orgSpec))
	diags = append(diags, c.evalNames(v, content)...)
	c.OrgRange = n.rng
	c.AuthoritativeAdmins = isTrue(v.GetAttr("authoritative_admins"))
	c.Owner, c.URL = schema.Text(v.GetAttr("owner")), strings.TrimRight(schema.Text(v.GetAttr("url")), "/")
	if a, ok := content.Attributes["url"]; ok {
		c.URLRange = a.Expr.Range()
	}
	if owner := v.GetAttr("owner"); !owner.IsKnown() && c.opts.Incomplete {
		return diags
	} else if owner.IsMarked() {
		return append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Sensitive value for owner",
			Detail: "owner is shown in the org and in messages, so its value must not be sensitive.", Subject: content.Attributes["owner"].Expr.Range().Ptr()})
	}
	if err := schema.CheckOwner(c.Owner); err != nil {
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid owner", Detail: err.Error() + ".",
			Subject: content.Attributes["owner"].Expr.Range().Ptr()})
	}
	return diags
}

// Output is one evaluated output block.
type Output struct {
	Name      string
	Value     cty.Value // without marks
	Sensitive bool
}

// Outputs evaluates the output blocks of the root module, in the order of the files.
func (e *Evaluation) Outputs() ([]Output, hcl.Diagnostics) {
	e.mu.Lock()
	defer e.mu.Unlock()
	var outputs []Output
	var diags hcl.Diagnostics
	for _, n := range e.c.main.order {
		if n.class != classOutput || n.broken {
			continue
		}
		v, more := e.output(e.only(e.main, n))
		diags = append(diags, more...)
		if more.HasErrors() {
			continue
		}
		o := Output{Name: n.name, Sensitive: isTrue(v.GetAttr("sensitive"))}
		var marks cty.ValueMarks
		o.Value, marks = v.GetAttr("value").UnmarkDeep()
		if _, secret := marks[schema.Sensitive]; secret && !o.Sensitive {
			content, _ := n.body.Content(hcldec.ImpliedSchema(outputSpec))
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Output refers to sensitive values",
				Detail:  fmt.Sprintf("The value of output %q is derived from a sensitive value. To export it anyway, add sensitive = true to the output.", n.name),
				Subject: content.Attributes["value"].Expr.Range().Ptr()})
		}
		outputs = append(outputs, o)
	}
	return outputs, diags
}

// output decodes an output block.
func (e *Evaluation) output(in *instance) (cty.Value, hcl.Diagnostics) {
	ctx := e.context(in)
	if diags := e.preconditions(in, ctx); diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	return decodeBody(in.node.body, outputSpec, ctx)
}

// outputValue returns the value of an output as the caller of its module sees it.
func (e *Evaluation) outputValue(in *instance) (cty.Value, hcl.Diagnostics) {
	if in.scope.call == nil {
		return cty.DynamicVal, nil // nothing can refer to it
	}
	v, diags := e.output(in)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	value := v.GetAttr("value")
	if isTrue(v.GetAttr("sensitive")) {
		value = value.Mark(schema.Sensitive)
	}
	return value, diags
}

func strs(list cty.Value) []string {
	list, _ = list.UnmarkDeep()
	if list.IsNull() || !list.IsKnown() {
		return nil
	}
	var out []string
	for it := list.ElementIterator(); it.Next(); {
		_, v := it.Element()
		out = append(out, schema.Text(v))
	}
	return out
}

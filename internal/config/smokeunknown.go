package config

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// presenting are the attributes by which a smoke test authenticates its client differently from the
// app's declaration.
var presenting = []string{"dpop", "redirect_uri", "key_id", "private_key_file", "private_key", "client_secret", "auth_method", "refresh_token"}

// presented returns fingerprints of those of the attributes that are given.
func (dec *smokeDecoder) presented(names []string, values map[string]cty.Value, content *hcl.BodyContent) map[string]string {
	if !dec.e.c.opts.Incomplete {
		return nil
	}
	prints := map[string]string{}
	for _, name := range names {
		if given := content.Attributes[name]; given != nil && !values[name].IsNull() {
			prints[name] = dec.e.fingerprint(dec.in, values[name], given.Expr)
		}
	}
	return prints
}

// unknown returns fingerprints of the attributes with unknown values.
func (dec *smokeDecoder) unknown(values map[string]cty.Value, content *hcl.BodyContent) map[string]string {
	if !dec.e.c.opts.Incomplete {
		return nil
	}
	var prints map[string]string
	for name, v := range values {
		given, bare := content.Attributes[name], v
		if given == nil {
			continue
		}
		if bare, _ = v.UnmarkDeep(); v.Type().Equals(schema.Ref) && bare.IsKnown() && !bare.IsNull() {
			bare = bare.GetAttr("addr") // the id of a declared object is unknown yet
		}
		if !bare.IsWhollyKnown() {
			if prints == nil {
				prints = map[string]string{}
			}
			prints[name] = dec.e.fingerprint(dec.in, v, given.Expr)
		}
	}
	return prints
}

// hidden adds blocks of an unknown number.
func (dec *smokeDecoder) hidden(prints map[string]string, block string) map[string]string {
	if !dec.e.c.opts.Incomplete {
		return nil
	}
	if prints == nil {
		prints = map[string]string{}
	}
	prints[block] = dec.e.blockFingerprint(dec.in)
	return prints
}

// pattern returns an unknown path as a pattern: {} stands for one segment, an asterisk for
// anything.
func (dec *smokeDecoder) pattern(v cty.Value, given *hcl.Attribute) string {
	v, _ = v.Unmark()
	if given == nil || v.IsKnown() || !dec.e.c.opts.Incomplete {
		return ""
	}
	template, ok := budget.Bare(given.Expr).(*hclsyntax.TemplateExpr)
	if !ok {
		return prefixOf(v) + "*"
	}
	var text strings.Builder
	ctx := dec.ctx
	for _, part := range template.Parts {
		v, _ := part.Value(ctx)
		v, _ = v.Unmark()
		switch {
		case v.IsKnown() && schema.Text(v) != "":
			text.WriteString(schema.Text(v))
		case isID(part):
			text.WriteString("{}")
		default:
			text.WriteString(prefixOf(v) + "*")
		}
	}
	return text.String()
}

// prefixOf returns the known prefix of an unknown string.
func prefixOf(v cty.Value) string {
	if v.IsKnown() || v.Type() != cty.String {
		return ""
	}
	return v.Range().StringPrefix()
}

// isID reports whether an expression is a reference to the id of an object, which contains no
// slash.
func isID(expr hclsyntax.Expression) bool {
	t, diags := hcl.AbsTraversalForExpr(budget.Bare(expr))
	if diags.HasErrors() || len(t) < 3 || t.RootName() != "data" && kinds.Named(t.RootName()) == nil {
		return false
	}
	attr, ok := t[len(t)-1].(hcl.TraverseAttr)
	return ok && (attr.Name == "id" || attr.Name == "client_id")
}

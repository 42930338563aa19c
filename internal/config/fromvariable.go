package config

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// fromVariable refuses a secret that does not come from outside of the configuration: one that is
// not sensitive, is made of nothing but the file's own text, or stands in a file. It also says in
// the attribute given whether there is a secret.
func (e *Evaluation) fromVariable(a *schema.Attr, attrs map[string]cty.Value, content *hcl.BodyContent, dec *decoder) {
	attrs["given"] = cty.NullVal(cty.Bool)
	given, ok := content.Attributes[a.Name]
	v := attrs[a.Name]
	if !ok || v == cty.NilVal || v.IsNull() {
		return
	}
	attrs["given"] = cty.True
	raw, _ := given.Expr.Value(dec.ctx)
	why := ""
	switch file := e.c.fileWith(schema.Text(v)); {
	case len(given.Expr.Variables()) == 0:
		why = "is written in the file itself"
	case !raw.ContainsMarked():
		why = "comes from a value that is not sensitive, so it could be shown elsewhere"
	case file != "":
		why = "stands in " + file
	default:
		return
	}
	attrs[a.Name] = cty.UnknownVal(a.Type).Mark(schema.Sensitive)
	// The message quotes neither lines nor values: they may contain the secret.
	dec.diags = append(dec.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Secret without a sensitive variable",
		Detail: fmt.Sprintf("%s:%d: %s %s. Declare a variable with sensitive = true and no default, write %s = var.NAME, and set its value outside the configuration: OKTAFORM_VAR_NAME in the environment, or a .tfvars file that git ignores.",
			given.Range.Filename, given.Range.Start.Line, a.Name, why, a.Name)})
}

// fileWith names a source of the configuration that holds a text, as it is or in quotes; "" if none
// does.
func (c *Config) fileWith(text string) string {
	if text == "" {
		return ""
	}
	quoted := bytes.Trim(hclwrite.TokensForValue(cty.StringVal(text)).Bytes(), `" `)
	files := c.Files()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if source := files[name].Bytes; bytes.Contains(source, []byte(text)) || bytes.Contains(source, quoted) {
			return fmt.Sprintf("%q", name)
		}
	}
	return ""
}

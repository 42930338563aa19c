package config

import (
	"github.com/hashicorp/hcl/v2"
)

// Secrecy says whether a variable or output is declared as sensitive.
type Secrecy struct {
	Name      string // with its module
	Sensitive bool
	Range     hcl.Range
}

// Secrecy returns the variables and outputs, including those of modules.
func (c *Config) Secrecy() (list []Secrecy) {
	c.main.each(func(n *node) {
		s := Secrecy{Name: n.module.named(n.key), Range: n.rng}
		switch n.class {
		case classVar:
			s.Sensitive = n.variable.sensitive
		case classOutput:
			content, _, _ := n.body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "sensitive"}}})
			if a := content.Attributes["sensitive"]; a != nil {
				v, diags := a.Expr.Value(nil)
				s.Sensitive = !diags.HasErrors() && isTrue(v)
			}
		default:
			return
		}
		list = append(list, s)
	})
	return list
}

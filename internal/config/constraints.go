package config

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Constraint describes which values a variable accepts.
type Constraint struct {
	Name     string // with its module
	Type     cty.Type
	Nullable bool
	Range    hcl.Range
}

// Constraints returns the constraints of all variables, including those of modules.
func (c *Config) Constraints() (list []Constraint) {
	c.main.each(func(n *node) {
		if n.class == classVar {
			list = append(list, Constraint{n.module.named(n.key), n.variable.typ, n.variable.nullable, n.rng})
		}
	})
	return list
}

// Within reports whether every value of the type certainly has the other type as well, or loses
// only attributes in a conversion.
func (c Constraint) Within(other Constraint) bool {
	is, was := c.Type.WithoutOptionalAttributesDeep(), other.Type
	if was == cty.DynamicPseudoType || is.Equals(was.WithoutOptionalAttributesDeep()) {
		return true
	}
	return !is.HasDynamicTypes() && convert.GetConversion(is, was) != nil
}

package config

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Constraint says which values a variable takes.
type Constraint struct {
	Name     string // with the module that it is of
	Type     cty.Type
	Nullable bool
	Range    hcl.Range
}

// Constraints lists those of the variables, with those of modules.
func (c *Config) Constraints() (list []Constraint) {
	c.main.each(func(n *node) {
		if n.class == classVar {
			list = append(list, Constraint{n.module.named(n.key), n.variable.typ, n.variable.nullable, n.rng})
		}
	})
	return list
}

// Within reports whether every value of the type surely has the other type as well, or one that
// loses nothing but attributes when it is converted.
func (c Constraint) Within(other Constraint) bool {
	is, was := c.Type.WithoutOptionalAttributesDeep(), other.Type
	if was == cty.DynamicPseudoType || is.Equals(was.WithoutOptionalAttributesDeep()) {
		return true
	}
	return !is.HasDynamicTypes() && convert.GetConversion(is, was) != nil
}

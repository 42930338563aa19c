package config

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcldec"
)

// BlockForm describes the contents of a block of the language itself.
type BlockForm struct {
	Labels   []string             `json:"labels"`
	Required []string             `json:"required"`
	Optional []string             `json:"optional"`
	Blocks   map[string]BlockForm `json:"blocks"`
}

// Language describes the blocks that are not objects, from the schemas by which they are read, and
// under "meta_arguments" what every object's block can contain.
func Language() map[string]BlockForm {
	rule := formOf(nil, ruleSchema, nil)
	name := []string{"name"}
	return map[string]BlockForm{
		"meta_arguments": formOf(nil, metaArguments, map[string]BlockForm{"lifecycle": formOf(nil, lifecycleSchema, map[string]BlockForm{"precondition": rule, "postcondition": rule})}),
		"org":            formOf(nil, hcldec.ImpliedSchema(orgSpec), nil),
		"locals":         formOf(nil, &hcl.BodySchema{}, nil),
		"variable":       formOf(name, variableSchema, map[string]BlockForm{"validation": rule}),
		"output":         formOf(name, both(hcldec.ImpliedSchema(outputSpec), outputMeta), map[string]BlockForm{"precondition": rule}),
		"module":         formOf(name, &hcl.BodySchema{Attributes: moduleMeta.Attributes[:len(repeatArguments)+1]}, nil),
		"moved":          formOf(nil, movedSchema, nil),
		"removed":        formOf(nil, removedSchema, map[string]BlockForm{"lifecycle": formOf(nil, destroySchema, nil)}),
		"import":         formOf(nil, both(importSchema, &hcl.BodySchema{Attributes: repeatArguments[:1]}), nil),
		"rule":           formOf(name, policyRuleSchema, map[string]BlockForm{"test": formOf(name, policyTestSchema, nil)}),
		"waiver":         formOf(nil, waiverSchema, nil),
		"dynamic": {Labels: []string{"type"}, Required: []string{"for_each"}, Optional: []string{"iterator", "labels"},
			Blocks: map[string]BlockForm{"content": formOf(nil, &hcl.BodySchema{}, nil)}},
	}
}

func both(a, b *hcl.BodySchema) *hcl.BodySchema {
	return &hcl.BodySchema{Attributes: slices.Concat(a.Attributes, b.Attributes), Blocks: slices.Concat(a.Blocks, b.Blocks)}
}

func formOf(labels []string, s *hcl.BodySchema, blocks map[string]BlockForm) BlockForm {
	f := BlockForm{Labels: append([]string{}, labels...), Required: []string{}, Optional: []string{}, Blocks: map[string]BlockForm{}}
	for _, a := range s.Attributes {
		if a.Required {
			f.Required = append(f.Required, a.Name)
		} else {
			f.Optional = append(f.Optional, a.Name)
		}
	}
	slices.Sort(f.Required)
	slices.Sort(f.Optional)
	for _, b := range s.Blocks {
		f.Blocks[b.Type] = blocks[b.Type]
	}
	return f
}

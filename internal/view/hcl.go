package view

import (
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// tokens returns a value in HCL's syntax.
func tokens(v cty.Value) []byte { return hclwrite.TokensForValue(v).Bytes() }

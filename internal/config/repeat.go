package config

import (
	"fmt"
	"math/big"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/schema"
)

// repeat holds the meta-arguments that create several instances of a block.
type repeat struct{ forEach, count hcl.Expression }

func (r *repeat) repeated() bool { return r.forEach != nil || r.count != nil }

// argument returns the one that is set.
func (r *repeat) argument() (name string, expr hcl.Expression) {
	if r.forEach != nil {
		return "for_each", r.forEach
	}
	return "count", r.count
}

// These limits prevent a typing error from filling the memory: one for a block, and one for all
// blocks.
const (
	maxOfBlock   = 100_000
	maxInstances = budget.MaxInstances
)

// instanceKey identifies an instance of a block.
type instanceKey struct {
	key string               // as written in an address
	rep map[string]cty.Value // each or count in its expressions
}

// unknownInstance stands for all instances of a block with unknown ones, or for one of a block
// without any, so that the block can be checked.
func (r *repeat) unknownInstance() instanceKey {
	if r.forEach != nil {
		return instanceKey{"*", eachOf(cty.UnknownVal(cty.String).RefineNotNull(), cty.DynamicVal)}
	}
	return instanceKey{"*", countOf(cty.UnknownVal(cty.Number).RefineNotNull())}
}

func eachOf(key, value cty.Value) map[string]cty.Value {
	return map[string]cty.Value{"each": cty.ObjectVal(map[string]cty.Value{"key": key, "value": value})}
}

func countOf(index cty.Value) map[string]cty.Value {
	return map[string]cty.Value{"count": cty.ObjectVal(map[string]cty.Value{"index": index})}
}

// instances returns the instances for the value of for_each or count; known is false if they cannot
// be determined yet.
func (r *repeat) instances(v cty.Value) (list []instanceKey, known bool, problem string) {
	if r.forEach != nil {
		return forEachInstances(v)
	}
	return countInstances(v)
}

const unsuitable = "The given %q argument value is unsuitable: "

func forEachInstances(v cty.Value) ([]instanceKey, bool, string) {
	bad := func(format string, args ...any) ([]instanceKey, bool, string) {
		return nil, true, fmt.Sprintf(unsuitable, "for_each") + fmt.Sprintf(format, args...)
	}
	v, marks := v.Unmark()
	if _, sensitive := marks[schema.Sensitive]; sensitive {
		return nil, true, "Sensitive values, or values derived from sensitive values, cannot be used as for_each arguments. If used, the sensitive value could be exposed as an instance key."
	}
	t := v.Type()
	switch {
	case v.IsNull():
		return bad("the given \"for_each\" argument value is null. A map, or set of strings is allowed.")
	case t == cty.DynamicPseudoType:
		return nil, false, ""
	case t.IsTupleType() || t.IsListType():
		return bad("the \"for_each\" argument must be a map, or set of strings, and you have provided a value of type %s. Use toset() to make a set of a list of strings.", t.FriendlyName())
	case !t.IsMapType() && !t.IsObjectType() && !t.IsSetType():
		return bad("the \"for_each\" argument must be a map, or set of strings, and you have provided a value of type %s.", t.FriendlyName())
	case !v.IsKnown():
		return nil, false, ""
	// toset([null]) is a set of any type; the loop below refuses its null.
	case t.IsSetType() && t.ElementType() != cty.String && t.ElementType() != cty.DynamicPseudoType && v.LengthInt() > 0:
		return bad("\"for_each\" supports maps and sets of strings, but you have provided a set containing type %s.", t.ElementType().FriendlyName())
	case v.LengthInt() > maxOfBlock:
		return bad("it would create %d instances, and %d is the maximum.", v.LengthInt(), maxOfBlock)
	}
	var list []instanceKey
	for it := v.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if t.IsSetType() {
			bare, marks := value.Unmark()
			switch {
			case len(marks) > 0:
				return bad("a set that holds sensitive values cannot be used, since the values would be the instance keys.")
			case !bare.IsKnown():
				return nil, false, ""
			case bare.IsNull():
				return bad("\"for_each\" sets must not contain null values.")
			}
			key = bare
		}
		list = append(list, instanceKey{schema.InstanceKey(key), eachOf(key, value)})
	}
	return list, true, ""
}

func countInstances(v cty.Value) ([]instanceKey, bool, string) {
	bad := func(format string, args ...any) ([]instanceKey, bool, string) {
		return nil, true, fmt.Sprintf(unsuitable, "count") + fmt.Sprintf(format, args...)
	}
	v, marks := v.Unmark()
	if len(marks) > 0 {
		return nil, true, "Sensitive values, or values derived from sensitive values, cannot be used as count arguments. If used, the sensitive value could be exposed as the number of instances."
	}
	if v.IsNull() {
		return bad("the given \"count\" argument value is null. An integer is required.")
	}
	number, err := convert.Convert(v, cty.Number)
	switch {
	case err != nil:
		return bad("%s.", err)
	case !number.IsKnown():
		return nil, false, ""
	}
	n, accuracy := number.AsBigFloat().Int64()
	switch {
	case accuracy != big.Exact:
		return bad("a whole number is required.")
	case n < 0:
		return bad("must be greater than or equal to zero.")
	case n > maxOfBlock:
		return bad("it would create %d instances, and %d is the maximum.", n, maxOfBlock)
	}
	list := make([]instanceKey, n)
	for i := range list {
		index := cty.NumberIntVal(int64(i))
		list[i] = instanceKey{schema.InstanceKey(index), countOf(index)}
	}
	return list, true, ""
}

// notYet says that the number of instances depends on what only the org knows.
func (r *repeat) notYet() (detail string) {
	if r.forEach != nil {
		return "The \"for_each\" value includes keys derived from attributes that cannot be determined until apply, and so oktaform cannot determine the full set of keys that will identify the instances.\n\nWhen working with unknown values in for_each, it's better to define the map keys statically in your configuration and place apply-time results only in the map values."
	}
	return "The \"count\" value depends on attributes that cannot be determined until apply, so oktaform cannot predict how many instances will be created. Use a value that is in the configuration or in a variable."
}

func (r *repeat) problem(detail string, ctx *hcl.EvalContext) *hcl.Diagnostic {
	name, expr := r.argument()
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid " + name + " argument", Detail: detail,
		Subject: expr.Range().Ptr(), Expression: expr, EvalContext: ctx}
}

package terraform

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/budget"
)

// Address is the address of an instance: module.team["emea"].okta_group.staff[0].
type Address struct {
	Modules []Step
	Data    bool
	Type    string
	Step    // name and key of the resource
}

// Step is a name with the key of an instance.
type Step struct {
	Name string
	Key  any // a string, an int64, or nil without count and for_each
}

// maxAddress is the maximum length of an address.
const maxAddress = 10_000

// parseAddress parses an address in Terraform's form.
func parseAddress(text string) (Address, error) {
	var a Address
	steps, err := parseSteps(text)
	if err != nil {
		return a, err
	}
	for len(steps) > 1 && steps[0].Name == "module" && steps[0].Key == nil {
		a.Modules, steps = append(a.Modules, steps[1]), steps[2:]
	}
	if len(steps) == 3 && steps[0].Name == "data" && steps[0].Key == nil {
		a.Data, steps = true, steps[1:]
	}
	if len(steps) != 2 || steps[0].Key != nil {
		return a, fmt.Errorf("%q is not the address of a resource", text)
	}
	a.Type, a.Step = steps[0].Name, steps[1]
	return a, nil
}

// parseModules parses the address of a module; "" is the root module.
func parseModules(text string) ([]Step, error) {
	if text == "" {
		return nil, nil
	}
	a, err := parseAddress(text + ".type.name")
	return a.Modules, err
}

func parseSteps(text string) ([]Step, error) {
	wrong := fmt.Errorf("%q is not a Terraform address", text)
	if len(text) > maxAddress {
		return nil, fmt.Errorf("an address has %d characters", len(text))
	}
	if diags := budget.Expression([]byte(text), "address"); diags.HasErrors() {
		return nil, wrong
	}
	traversal, diags := hclsyntax.ParseTraversalAbs([]byte(text), "address", hcl.InitialPos)
	if diags.HasErrors() {
		return nil, wrong
	}
	var steps []Step
	for _, step := range traversal {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			steps = append(steps, Step{Name: step.Name})
		case hcl.TraverseAttr:
			steps = append(steps, Step{Name: step.Name})
		case hcl.TraverseIndex:
			key, ok := keyOf(step.Key)
			if !ok || steps[len(steps)-1].Key != nil {
				return nil, wrong
			}
			steps[len(steps)-1].Key = key
		default:
			return nil, wrong
		}
	}
	return steps, nil
}

func keyOf(v cty.Value) (any, bool) {
	switch {
	case v.IsNull() || !v.IsKnown():
		return nil, false
	case v.Type() == cty.String:
		return v.AsString(), true
	case v.Type() == cty.Number:
		n, _ := v.AsBigFloat().Int64()
		return n, true
	}
	return nil, false
}

func (s Step) String() string {
	switch key := s.Key.(type) {
	case nil:
		return s.Name
	case string:
		return s.Name + "[" + quoted(key) + "]"
	default:
		return fmt.Sprintf("%s[%d]", s.Name, key)
	}
}

// quoted returns a string literal as HCL writes it.
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case (r == '$' || r == '%') && strings.HasPrefix(text[i+1:], "{"):
			b.WriteRune(r)
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// String returns the address in Terraform's form.
func (a Address) String() string { return a.write(true) }

// Resource returns the address of the resource with all its instances, in all instances of its
// modules.
func (a Address) Resource() string { return a.write(false) }

func (a Address) write(keys bool) string {
	var b strings.Builder
	step := func(s Step) string {
		if keys {
			return s.String()
		}
		return s.Name
	}
	for _, m := range a.Modules {
		b.WriteString("module." + step(m) + ".")
	}
	if a.Data {
		b.WriteString("data.")
	}
	return b.String() + a.Type + "." + step(a.Step)
}

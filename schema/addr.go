package schema

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// Addr is the address of a declared object: service_app.reporter, service_app.reporter["emea"] for
// one of several instances, module.team["a"].service_app.bot for one in a module, and
// data.group.everyone for a data block.
type Addr struct {
	// Module is the path of the module calls that contain the block, as written:
	// `module.team["a"].module.app`; "" for the root module.
	Module string
	Data   bool // a data block
	Kind   string
	Name   string
	Key    string // the instance key as written in brackets: `"emea"` or `0`
}

func (a Addr) String() string {
	s := a.Kind + "." + a.Name
	if a.Data {
		s = "data." + s
	}
	if a.Module != "" {
		s = a.Module + "." + s
	}
	return s + brackets(a.Key)
}

// ShellWord returns the address quoted as one word of a suggested command line.
func (a Addr) ShellWord() string {
	s := a.String()
	if a.Key == "" && a.Module == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// brackets returns an instance key as it follows a name; "" for none.
func brackets(key string) string {
	if key == "" {
		return ""
	}
	return "[" + key + "]"
}

// ModulePath returns the path of the module call with that name and instance key in the module with
// the path parent.
func ModulePath(parent, name, key string) string {
	path := "module." + name + brackets(key)
	if parent != "" {
		path = parent + "." + path
	}
	return path
}

// Block returns the address without the instance key: the address of the block in its module.
func (a Addr) Block() Addr {
	a.Key = ""
	return a
}

// MarshalText returns the address as a string; "" for the zero address.
func (a Addr) MarshalText() ([]byte, error) {
	if a == (Addr{}) {
		return nil, nil
	}
	return []byte(a.String()), nil
}

// UnmarshalText parses what MarshalText returned.
func (a *Addr) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*a = Addr{}
		return nil
	}
	*a, err = ParseAddr(string(text))
	return err
}

// ParseAddr parses an address in the form of String.
func ParseAddr(s string) (Addr, error) {
	bad := func() (Addr, error) {
		return Addr{}, fmt.Errorf("%q is not an address such as service_app.reporter", s)
	}
	steps, ok := addrSteps(s)
	if !ok {
		return bad()
	}
	addr, steps := modulePrefix(steps)
	if len(steps) > 0 && steps[0] == (addrStep{name: "data"}) {
		addr.Data, steps = true, steps[1:]
	}
	if len(steps) != 2 || steps[0].key != "" || steps[0].name == "module" || steps[0].name == "data" {
		return bad()
	}
	addr.Kind, addr.Name, addr.Key = steps[0].name, steps[1].name, steps[1].key
	return addr, nil
}

// ModuleCall is one step of a module path.
type ModuleCall struct{ Name, Key string }

// ParseModule parses a module path in the form of Addr.Module; "" has no steps.
func ParseModule(path string) ([]ModuleCall, error) {
	if path == "" {
		return nil, nil
	}
	var calls []ModuleCall
	steps, ok := addrSteps(path)
	for ; ok && len(steps) > 0; steps = steps[2:] {
		if len(steps) < 2 || steps[0] != (addrStep{name: "module"}) {
			ok = false
			break
		}
		calls = append(calls, ModuleCall{Name: steps[1].name, Key: steps[1].key})
	}
	if !ok {
		return nil, fmt.Errorf("%q is not a module path such as module.team", path)
	}
	return calls, nil
}

// addrStep is a name in an address with the instance key that follows it.
type addrStep struct{ name, key string }

func addrSteps(s string) ([]addrStep, bool) {
	if steps, ok := plainSteps(s); ok {
		return steps, true
	}
	return parsedSteps(s)
}

func parsedSteps(s string) ([]addrStep, bool) {
	traversal, diags := hclsyntax.ParseTraversalAbs([]byte(s), "", hcl.InitialPos)
	if diags.HasErrors() {
		return nil, false
	}
	var steps []addrStep
	for _, part := range traversal {
		switch part := part.(type) {
		case hcl.TraverseRoot:
			steps = append(steps, addrStep{name: part.Name})
		case hcl.TraverseAttr:
			steps = append(steps, addrStep{name: part.Name})
		case hcl.TraverseIndex:
			last := &steps[len(steps)-1]
			if last.key != "" {
				return nil, false
			}
			last.key = InstanceKey(part.Key)
		default:
			return nil, false
		}
	}
	return steps, true
}

// plainSteps parses the usual addresses, names of ASCII letters, digits, _ and - separated by dots,
// without HCL's parser.
func plainSteps(s string) ([]addrStep, bool) {
	steps := make([]addrStep, 0, 4)
	begin := 0
	for i := 0; i <= len(s); i++ {
		switch {
		case i < len(s) && isLetter(s[i]), i < len(s) && i > begin && (isDigit(s[i]) || s[i] == '_' || s[i] == '-'):
		case i > begin && (i == len(s) || s[i] == '.'):
			steps = append(steps, addrStep{name: s[begin:i]})
			begin = i + 1
		default:
			return nil, false
		}
	}
	return steps, true
}

// modulePrefix splits off the module calls at the beginning of an address.
func modulePrefix(steps []addrStep) (addr Addr, rest []addrStep) {
	for len(steps) > 2 && steps[0] == (addrStep{name: "module"}) {
		addr.Module = ModulePath(addr.Module, steps[1].name, steps[1].key)
		steps = steps[2:]
	}
	return addr, steps
}

// InstanceKey returns the key of an instance as written in an address.
func InstanceKey(key cty.Value) string {
	if key.Type() == cty.Number {
		return key.AsBigFloat().Text('f', -1)
	}
	return string(hclwrite.TokensForValue(key).Bytes())
}

// CompareAddr orders addresses by module, kind, name and key: the root module first, and numbered
// instances by number.
func CompareAddr(a, b Addr) int {
	return cmp.Or(comparePaths(a.Module, b.Module), compareBools(a.Data, b.Data), strings.Compare(a.Kind, b.Kind),
		strings.Compare(a.Name, b.Name), comparePaths(brackets(a.Key), brackets(b.Key)))
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// comparePaths compares strings byte by byte, except that numbers after an opening bracket compare
// as numbers: [2] comes before [10].
func comparePaths(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	start := n
	for start > 0 && isDigit(a[start-1]) {
		start--
	}
	if start == 0 || a[start-1] != '[' {
		return strings.Compare(a, b)
	}
	x, y := digits(a[start:]), digits(b[start:])
	if x == "" || y == "" {
		return strings.Compare(a, b)
	}
	return cmp.Or(len(x)-len(y), strings.Compare(x, y), strings.Compare(a, b))
}

func digits(s string) string {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return s[:n]
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

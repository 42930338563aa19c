package schema

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// Addr is the address of a declared object: service_app.reporter, or
// service_app.reporter["emea"] for one instance of several.
type Addr struct {
	Kind string
	Name string
	Key  string // the instance key as it is written between the brackets: `"emea"` or `0`
}

func (a Addr) String() string {
	if a.Key != "" {
		return a.Kind + "." + a.Name + "[" + a.Key + "]"
	}
	return a.Kind + "." + a.Name
}

// MarshalText makes an address a plain string in JSON; no address is "".
func (a Addr) MarshalText() ([]byte, error) {
	if a == (Addr{}) {
		return nil, nil
	}
	return []byte(a.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (a *Addr) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*a = Addr{}
		return nil
	}
	*a, err = ParseAddr(string(text))
	return err
}

// ParseAddr reads an address as String writes it.
func ParseAddr(s string) (Addr, error) {
	traversal, diags := hclsyntax.ParseTraversalAbs([]byte(s), "", hcl.InitialPos)
	bad := fmt.Errorf("%q is not an address such as service_app.reporter", s)
	if diags.HasErrors() || len(traversal) < 2 || len(traversal) > 3 {
		return Addr{}, bad
	}
	name, ok := traversal[1].(hcl.TraverseAttr)
	if !ok {
		return Addr{}, bad
	}
	addr := Addr{Kind: traversal.RootName(), Name: name.Name}
	if len(traversal) == 3 {
		index, ok := traversal[2].(hcl.TraverseIndex)
		if !ok {
			return Addr{}, bad
		}
		addr.Key = InstanceKey(index.Key)
	}
	return addr, nil
}

// InstanceKey writes the key of an instance as it stands in an address.
func InstanceKey(key cty.Value) string {
	if key.Type() == cty.Number {
		return key.AsBigFloat().Text('f', -1)
	}
	return string(hclwrite.TokensForValue(key).Bytes())
}

// CompareAddr orders addresses by kind, name and key.
func CompareAddr(a, b Addr) int { return strings.Compare(a.String(), b.String()) }

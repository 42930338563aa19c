package functions

import (
	"fmt"
	"math/big"
	"net"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/gocty"
)

func networks() []Func {
	return []Func{
		{Name: "cidrhost", Function: cidrhost, Doc: "The address with a number in a network; negative numbers count from its end."},
		{Name: "cidrnetmask", Function: cidrnetmask, Doc: "The netmask of an IPv4 network."},
		{Name: "cidrsubnet", Function: cidrsubnet, Doc: "The subnet with a number, where the prefix is longer by newbits."},
		{Name: "cidrsubnets", Function: cidrsubnets, Doc: "Consecutive subnets, each with a prefix that is longer by its newbits."},
	}
}

// network is a prefix of an address space, as numbers.
type network struct {
	base   *big.Int
	prefix int // bits
	bits   int // of an address: 32 or 128
}

func parseNetwork(arg cty.Value) (network, error) {
	_, parsed, err := net.ParseCIDR(arg.AsString())
	if err != nil {
		return network{}, function.NewArgErrorf(0, "invalid CIDR expression: %s", err)
	}
	prefix, bits := parsed.Mask.Size()
	return network{new(big.Int).SetBytes(parsed.IP), prefix, bits}, nil
}

// size is the number of addresses under a prefix of some bits.
func (n network) size(prefix int) *big.Int {
	return new(big.Int).Lsh(big.NewInt(1), uint(n.bits-prefix))
}

// end is the first address beyond the network.
func (n network) end() *big.Int { return new(big.Int).Add(n.base, n.size(n.prefix)) }

func (n network) address(at *big.Int) net.IP { return at.FillBytes(make([]byte, n.bits/8)) }

// String writes the network in CIDR notation (RFC 4632 section 3.1).
func (n network) String() string { return fmt.Sprintf("%s/%d", n.address(n.base), n.prefix) }

var cidrhost = define(cty.String, func(args []cty.Value) (cty.Value, error) {
	var number *big.Int
	if err := gocty.FromCtyValue(args[1], &number); err != nil {
		return cty.NilVal, function.NewArgError(1, err)
	}
	n, err := parseNetwork(args[0])
	if err != nil {
		return cty.NilVal, err
	}
	from := n.base
	if number.Sign() < 0 {
		from = n.end()
	}
	at := new(big.Int).Add(from, number)
	if at.Cmp(n.base) < 0 || at.Cmp(n.end()) >= 0 {
		return cty.NilVal, fmt.Errorf("prefix of %d does not accommodate a host numbered %d", n.prefix, number)
	}
	return cty.StringVal(n.address(at).String()), nil
}, param("prefix", cty.String), param("hostnum", cty.Number))

var cidrnetmask = define(cty.String, func(args []cty.Value) (cty.Value, error) {
	n, err := parseNetwork(args[0])
	switch {
	case err != nil:
		return cty.NilVal, err
	case n.bits != 32:
		return cty.NilVal, function.NewArgErrorf(0, "IPv6 addresses cannot have a netmask: %s", args[0].AsString())
	}
	return cty.StringVal(net.IP(net.CIDRMask(n.prefix, n.bits)).String()), nil
}, param("prefix", cty.String))

var cidrsubnet = define(cty.String, func(args []cty.Value) (cty.Value, error) {
	var newbits int
	if err := gocty.FromCtyValue(args[1], &newbits); err != nil {
		return cty.NilVal, function.NewArgError(1, err)
	}
	var number *big.Int
	if err := gocty.FromCtyValue(args[2], &number); err != nil {
		return cty.NilVal, function.NewArgError(2, err)
	}
	n, err := parseNetwork(args[0])
	switch {
	case err != nil:
		return cty.NilVal, err
	case newbits < 0:
		return cty.NilVal, function.NewArgErrorf(1, "must not be negative")
	case newbits > n.bits-n.prefix:
		return cty.NilVal, fmt.Errorf("insufficient address space to extend prefix of %d by %d", n.prefix, newbits)
	case number.Sign() < 0 || number.BitLen() > newbits:
		return cty.NilVal, fmt.Errorf("prefix extension of %d does not accommodate a subnet numbered %d", newbits, number)
	}
	prefix := n.prefix + newbits
	offset := new(big.Int).Mul(number, n.size(prefix))
	return cty.StringVal(network{offset.Add(offset, n.base), prefix, n.bits}.String()), nil
}, param("prefix", cty.String), param("newbits", cty.Number), param("netnum", cty.Number))

var cidrsubnets = function.New(&function.Spec{
	Params:       []function.Parameter{param("prefix", cty.String)},
	VarParam:     &function.Parameter{Name: "newbits", Type: cty.Number},
	Type:         function.StaticReturnType(cty.List(cty.String)),
	RefineResult: notNull,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		n, err := parseNetwork(args[0])
		if err != nil {
			return cty.NilVal, err
		}
		var subnets []cty.Value
		last := network{n.base, n.bits, n.bits}
		next := n.base
		for i, arg := range args[1:] {
			prefix, err := n.extend(arg)
			if err != nil {
				return cty.NilVal, function.NewArgError(i+1, err)
			}
			subnet := network{roundUp(next, n.size(prefix)), prefix, n.bits}
			if subnet.end().Cmp(n.end()) > 0 {
				return cty.NilVal, function.NewArgErrorf(i+1, "not enough remaining address space for a subnet with a prefix of %d bits after %s", prefix, last)
			}
			subnets = append(subnets, cty.StringVal(subnet.String()))
			last, next = subnet, subnet.end()
		}
		return listOf(cty.String, subnets), nil
	},
})

// extend gives the length of a prefix that is longer by a number of bits. 32
// are the most at once, as in Terraform.
func (n network) extend(arg cty.Value) (int, error) {
	var newbits int
	if err := gocty.FromCtyValue(arg, &newbits); err != nil {
		return 0, err
	}
	prefix := n.prefix + newbits
	switch {
	case newbits < 1:
		return 0, fmt.Errorf("must extend prefix by at least one bit")
	case newbits > 32:
		return 0, fmt.Errorf("may not extend prefix by more than 32 bits")
	case prefix > n.bits:
		return 0, fmt.Errorf("would extend prefix to %d bits, which is too long for an %s address", prefix, map[int]string{32: "IPv4", 128: "IPv6"}[n.bits])
	}
	return prefix, nil
}

// roundUp gives the least multiple of size that isn't below n.
func roundUp(n, size *big.Int) *big.Int {
	up := new(big.Int).Add(n, size)
	up.Sub(up, big.NewInt(1))
	return up.Sub(up, new(big.Int).Mod(up, size))
}

package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/schema"
)

// AddressFlag is a flag that loosens a guard: for all that a word means, or with an address
// for that object; it may be repeated.
type AddressFlag struct {
	All     bool
	Addrs   []string
	word    string // means all
	example string // an address that fits
}

const trustAll = "all"

func newTrustFlag() AddressFlag { return AddressFlag{word: trustAll, example: "web_app.portal"} }

// String returns the flag as it would be given, with commas between addresses.
func (f *AddressFlag) String() string {
	if f.All {
		return f.word
	}
	return strings.Join(f.Addrs, ",")
}

// Type is the word for the value in a usage text.
func (f *AddressFlag) Type() string { return "string" }

// Set takes the word, or an address.
func (f *AddressFlag) Set(text string) error {
	switch text {
	case f.word, "true":
		f.All = true
		return nil
	case "false":
		f.All, f.Addrs = false, nil
		return nil
	}
	addr, err := schema.ParseAddr(text)
	if err != nil {
		return fmt.Errorf("%q is neither %q nor an address such as %s", text, f.word, f.example)
	}
	if !slices.Contains(f.Addrs, addr.String()) {
		f.Addrs = append(f.Addrs, addr.String())
	}
	return nil
}

const undeclaredAdmins = "undeclared"

func newAdminRemovalFlag() AddressFlag {
	return AddressFlag{word: undeclaredAdmins, example: "user.ada"}
}

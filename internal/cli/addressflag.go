package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/schema"
)

// AddressFlag is a flag that loosens a check: for everything with a certain word, or for the object
// with an address; it may be repeated.
type AddressFlag struct {
	All     bool
	Addrs   []string
	word    string // stands for everything
	example string // an example of an address
}

const trustAll = "all"

func newTrustFlag() AddressFlag { return AddressFlag{word: trustAll, example: "web_app.portal"} }

// String returns the flag's value, with commas between addresses.
func (f *AddressFlag) String() string {
	if f.All {
		return f.word
	}
	return strings.Join(f.Addrs, ",")
}

// Type returns the name of the value in usage texts.
func (f *AddressFlag) Type() string { return "string" }

// Set accepts the word or an address.
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

package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/schema"
)

// addressFlag is a flag that loosens a guard: for all that a word means, or with an address for that
// object; it may be repeated.
type addressFlag struct {
	all     bool
	addrs   []string
	word    string // means all
	example string // an address that fits
}

const trustAll = "all"

func newTrustFlag() addressFlag { return addressFlag{word: trustAll, example: "web_app.portal"} }

func (f *addressFlag) String() string {
	if f.all {
		return f.word
	}
	return strings.Join(f.addrs, ",")
}

// Type is the word for the value in a usage text.
func (f *addressFlag) Type() string { return "string" }

// Set takes the word, or an address.
func (f *addressFlag) Set(text string) error {
	switch text {
	case f.word, "true":
		f.all = true
		return nil
	case "false":
		f.all, f.addrs = false, nil
		return nil
	}
	addr, err := schema.ParseAddr(text)
	if err != nil {
		return fmt.Errorf("%q is neither %q nor an address such as %s", text, f.word, f.example)
	}
	if !slices.Contains(f.addrs, addr.String()) {
		f.addrs = append(f.addrs, addr.String())
	}
	return nil
}

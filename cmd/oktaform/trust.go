package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/schema"
)

// trustFlag is --trust-keys: for all apps, or with an address for that one; it may be repeated.
type trustFlag struct {
	all   bool
	addrs []string
}

const trustAll = "all"

func (f *trustFlag) String() string {
	if f.all {
		return trustAll
	}
	return strings.Join(f.addrs, ",")
}

// Type is the word for the value in a usage text.
func (f *trustFlag) Type() string { return "string" }

// Set takes all, or an address.
func (f *trustFlag) Set(text string) error {
	switch text {
	case trustAll, "true":
		f.all = true
		return nil
	case "false":
		*f = trustFlag{}
		return nil
	}
	addr, err := schema.ParseAddr(text)
	if err != nil {
		return fmt.Errorf("%q is neither %q nor the address of an app, such as web_app.portal", text, trustAll)
	}
	if !slices.Contains(f.addrs, addr.String()) {
		f.addrs = append(f.addrs, addr.String())
	}
	return nil
}

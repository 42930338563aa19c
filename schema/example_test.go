package schema_test

import (
	"fmt"

	"github.com/oktaform/oktaform/schema"
)

// An address names a declared object.
func ExampleParseAddr() {
	addr, err := schema.ParseAddr(`module.team.service_app.reporter["emea"]`)
	fmt.Println(addr.Module, addr.Kind, addr.Name, err)
	// Output: module.team service_app reporter <nil>
}

// Each kind of object says what it is made of.
func ExampleKinds() {
	for _, kind := range schema.Kinds() {
		if kind.Name == "group" {
			fmt.Println(kind.Name, "is found by its", kind.Label)
		}
	}
	// Output: group is found by its name
}

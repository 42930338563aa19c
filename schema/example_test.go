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

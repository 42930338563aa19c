package schema_test

import (
	"fmt"

	"github.com/oktaform/oktaform/schema"
)

// Each kind of object says what it is made of.
func ExampleKinds() {
	for _, kind := range schema.Kinds() {
		if kind.Name == "group" {
			fmt.Println(kind.Name, "is found by its", kind.Label)
		}
	}
	// Output: group is found by its name
}

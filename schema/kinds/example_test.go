package kinds_test

import (
	"fmt"

	"github.com/oktaform/oktaform/schema/kinds"
)

// Each kind of object says what it is made of.
func ExampleAll() {
	for _, kind := range kinds.All() {
		if kind.Name == "group" {
			fmt.Println(kind.Name, "is found by its", kind.Label)
		}
	}
	// Output: group is found by its name
}

package view

import (
	"strings"

	"github.com/oktaform/oktaform/plan"
)

// PlanDocument writes a plan as one JSON document, in the form of Terraform's.
func PlanDocument(d *plan.Document) (string, error) {
	var b strings.Builder
	err := JSON(&b, d)
	return b.String(), err
}

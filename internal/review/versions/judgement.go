package versions

import (
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/schema"
)

// Judgement is the part of a configuration that decides how its changes are judged and tested.
type Judgement struct {
	Rules   []Custom
	Waivers []Waiver
	Tests   []schema.SmokeTest
	// TestFiles are the test files beside the configuration.
	TestFiles []TestFile
	Seeds     []Seed
	// Unexpanded are tests whose instances are unknown.
	Unexpanded []schema.SmokeTest
	// Removals are the removed blocks.
	Removals []schema.Removal
	// Revealed are the calls of nonsensitive, Concealed those of sensitive.
	Revealed, Concealed []Revealed
	// Secrecy says which variables and outputs are sensitive.
	Secrecy []config.Secrecy
	// Conditions are validations, preconditions and postconditions.
	Conditions []config.Condition
	// Constraints are the types and validations that limit the values of variables.
	Constraints []config.Constraint
	// AuthoritativeAdmins and URL are attributes of the org block; Org is its position.
	AuthoritativeAdmins bool
	URL                 string
	Org                 hcl.Range
	// Folder is the folder of the configuration in its repository, with links resolved; "" if the
	// versions are separate folders.
	Folder string
}

// Revealed is a call of nonsensitive.
type Revealed struct {
	Text  string
	Range hcl.Range
}

// Custom is a policy rule of the configuration.
type Custom interface {
	// Name is the label of its block.
	Name() string
	// Severity is the severity of its violations.
	Severity() string
	// Logic returns the expressions that decide about violations, by attribute.
	Logic() map[string]string
	// Place is the position of its block.
	Place() hcl.Range
	// Blind reports whether the rule cannot judge anything, because it refers to something unknown.
	Blind() bool
	// Violations evaluates the rule with these values.
	Violations(values map[string]cty.Value) ([]Violation, hcl.Diagnostics)
}

// Violation is one finding of a policy rule.
type Violation struct {
	Addr      string // of the object; "" for the configuration as a whole
	Attribute string
	Message   string
	Severity  string
	Fix       string
}

// Waiver is a block of the configuration that accepts a finding.
type Waiver struct {
	Rule    string // id of the rule
	On      string // address of the object; "*" for all
	Reason  string
	Owner   string // who is responsible for it
	Expires time.Time
	Range   hcl.Range
}

// Expired reports a waiver whose last day is over.
func (w *Waiver) Expired(now time.Time) bool {
	return !now.IsZero() && !w.Expires.IsZero() && !now.Before(w.Expires.AddDate(0, 0, 1))
}

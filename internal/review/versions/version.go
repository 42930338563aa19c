package versions

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/schema"
)

// Version is one version of a configuration, evaluated.
type Version struct {
	Declared []schema.Desired
	Identity schema.Identity
	// Unexpanded are blocks whose instances are unknown.
	Unexpanded []config.Unknown
	// Unknowns are the attributes and blocks of objects with unknown values.
	Unknowns  []config.Unknown
	Judgement Judgement
	Origin    Origin
	// Undecided are blocks without objects, such as tests and imports, whose effect isn't known.
	Undecided []config.Undecided
	// Outside lists the values that depend on variables, which may have other values where the
	// configuration is applied.
	Outside []config.Outside
}

// Of evaluates a configuration.
func Of(c *config.Config) Version {
	eval := c.Evaluate(nil)
	declared, _ := eval.All() // Validate reports the errors
	identity, _ := eval.Identity()
	tests, _ := eval.SmokeTests()
	j := Judgement{Rules: RulesOf(c), Waivers: WaiversOf(c), Tests: tests, Unexpanded: eval.UnexpandedTests(), Removals: identity.Removals, TestFiles: testFilesOf(c), AuthoritativeAdmins: c.AuthoritativeAdmins, URL: c.URL, Org: c.OrgRange}
	j.Seeds = seedsOf(c, j.TestFiles)
	for _, r := range c.Revealed() {
		j.Revealed = append(j.Revealed, Revealed(r))
	}
	for _, r := range c.Concealed() {
		j.Concealed = append(j.Concealed, Revealed(r))
	}
	j.Secrecy, j.Conditions, j.Constraints = c.Secrecy(), c.Conditions(), c.Constraints()
	lookups, _ := eval.DataSources()
	origin := Origin{Owner: c.Owner, PreviousOwner: c.PreviousOwner, Lookups: lookups, Imports: identity.Imports}
	return Version{Declared: declared, Identity: identity, Unexpanded: eval.Unexpanded(), Unknowns: c.Unknowns(), Judgement: j, Origin: origin, Undecided: c.Undecided(), Outside: c.Outside()}
}

// RulesOf returns the policy rules of a configuration.
func RulesOf(c *config.Config) (list []Custom) {
	rules, _, _ := c.Policy() // Validate reports the errors
	for _, r := range rules {
		list = append(list, ownRule{&r})
	}
	return list
}

// WaiversOf returns the waivers of a configuration.
func WaiversOf(c *config.Config) (list []Waiver) {
	_, waivers, _ := c.Policy()
	for _, w := range waivers {
		list = append(list, Waiver(w))
	}
	return list
}

// ownRule adapts a rule of the configuration to Custom.
type ownRule struct{ *config.Rule }

func (r ownRule) Name() string     { return r.Rule.Name }
func (r ownRule) Place() hcl.Range { return r.Range }

func (r ownRule) Violations(values map[string]cty.Value) (list []Violation, diags hcl.Diagnostics) {
	found, diags := r.Rule.Violations(values)
	for _, v := range found {
		list = append(list, Violation{Addr: v.Addr, Attribute: v.Attribute, Message: v.Message, Severity: v.Severity, Fix: v.Fix})
	}
	return list, diags
}

// Origin decides which objects of an org a version is about.
type Origin struct {
	Owner, PreviousOwner string
	Lookups              []schema.Lookup
	Imports              []schema.Import
}

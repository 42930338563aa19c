package review

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/schema"
)

// Accepted is drift that a configuration accepts.
type Accepted struct {
	Addr      schema.Addr
	Kind      *schema.Kind
	Attribute string
	// Who says who caused it, when and how; "" if unknown.
	Who string
	// Keys are the thumbprints of the keys that come with it.
	Keys  string
	Range hcl.Range
}

// acceptedDrift is applied by Accept alone: two versions of the files don't show it.
var acceptedDrift = Rule{ID: "G63", Title: "Credential or address that somebody added in the org", Severity: severity.High,
	Rationale: "Whoever holds the private half of a key, knows a secret, or receives what is sent to an address may act as the object. That it is in the org already proves nothing: an attacker who got in once stays in by having it accepted.",
	Source:    "RFC 7523 section 3; RFC 9700 section 4.1",
	Fix:       "Ask who made it, by another way than a message from the same account. If nobody can tell, take it back with apply."}

// Accept adds to a review what somebody other than the configuration's owner added in the org and
// the configuration will now declare: a credential, or an address, by which that person may act as
// the object.
func (r *Review) Accept(list []Accepted) {
	for _, a := range list {
		block := a.Kind.Block(a.Attribute)
		if !access.DecidesWhoActs(a.Kind, a.Attribute) && (block == nil || !block.KeyMaterial && !block.SecuritySensitive) {
			continue
		}
		who := a.Who
		if who == "" {
			who = "somebody of whom nothing is known"
		}
		message := fmt.Sprintf("%s was changed in the org by %s, and becomes a part of the configuration", a.Attribute, who)
		if a.Keys != "" {
			message += ": " + a.Keys
		}
		r.Findings = append(r.Findings, acceptedDrift.finding(hit{addr: a.Addr, at: &a.Range, attribute: a.Attribute, message: message}))
	}
	sortFindings(r.Findings)
}

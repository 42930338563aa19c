package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// An app's client secrets (/api/v1/apps/{appId}/credentials/secrets) have no names, and their
// values are never read. What the org shows about a secret is when it was created. A client_secret
// block is therefore labelled with a time, and stands for a secret that was created then or later:
// a block with a new date creates a new secret, and removing a block removes its secret. In between
// both exist, so that the app's program can switch from one to the other.

// clientSecret describes one of at most two client secrets of an app.
func clientSecret() Block {
	return Block{
		Type: "client_secret", Label: "since", Key: []string{"since", "id"}, Unmanaged: true, SecuritySensitive: true,
		Doc: "A client secret that Okta made at the time in the label or later: a date such as 2026-11-24, or a moment such as 2026-11-24T08:00:00Z. Okta makes it; it is never shown here. Two blocks are two secrets that both work. Left out: not managed; but before the app gains a scope or role, all but one secret go.",
		Attrs: []Attr{
			{Name: "since", Type: cty.String, Required: true, VersionOf: "created", Doc: "The secret isn't older than this."},
			{Name: "status", Type: cty.String, Default: cty.StringVal("ACTIVE"), OneOf: []string{"ACTIVE", "INACTIVE"}, Doc: "An INACTIVE secret is refused: a step before the block is taken out."},
			{Name: "secret_hash", Type: cty.String, Computed: true, Settable: true, Doc: "Okta's hash of the secret. Set it to pin the block to one secret: another in its place is drift then."},
			{Name: "id", Type: cty.String, Computed: true, Doc: "The secret's id."},
			{Name: "created", Type: cty.String, Computed: true, Doc: "When Okta made the secret."},
		},
	}
}

// SecretBased reports whether an app authenticates with a client secret.
func SecretBased(app Value) bool {
	return !app.IsNull() && strings.HasPrefix(text(app.GetAttr("token_endpoint_auth_method")), "client_secret_")
}

// Pinned returns those of an app's client secrets that a block of want pins by their hash.
func (k *Kind) Pinned(secrets cty.Value, want Value) cty.Value {
	pins := Elements(want.GetAttr("client_secret"))
	return k.Block("client_secret").listOf(slices.DeleteFunc(Elements(secrets), func(secret cty.Value) bool {
		hash := text(secret.GetAttr("secret_hash"))
		return hash == "" || !slices.ContainsFunc(pins, func(b cty.Value) bool { return text(b.GetAttr("secret_hash")) == hash })
	}))
}

// WithSecret returns an app that declares no secret with one client_secret block that any new
// secret fulfils.
func (k *Kind) WithSecret(app Value) Value {
	if !app.GetAttr("client_secret").IsNull() {
		return app
	}
	block, attrs := k.Block("client_secret"), map[string]cty.Value{}
	for name, t := range block.ValueType().AttributeTypes() {
		attrs[name] = cty.UnknownVal(t)
	}
	attrs["status"] = cty.StringVal("ACTIVE")
	return app.With(Values{block.Type: cty.ListVal([]cty.Value{cty.ObjectVal(attrs)})})
}

// SecretSuffices says why somebody who knows an app's client secret could use its rights; "" if
// they could not. Okta grants no Okta API scope to a client that authenticates with a secret and
// acts as itself (client_credentials requires private_key_jwt). With the authorization code flow, a
// secret alone is worth nothing: a person must sign in at a declared redirect URI.
func SecretSuffices(app Value) string {
	if app.kind.OpenRedirects {
		return "the redirect URIs of a " + app.kind.Title + " may lead to other programs, so its secret must be known"
	}
	for _, grant := range Elements(app.GetAttr("grant_types")) {
		switch name := text(grant); name {
		case "authorization_code", "refresh_token", "implicit", "client_credentials":
		default:
			return fmt.Sprintf("the grant type %q takes no person who signs in at a declared redirect URI, so its secret must be known", name)
		}
	}
	return ""
}

// secrets checks the rules for client_secret blocks.
func (c *appChecker) secrets() {
	seen := map[string]bool{}
	active := 0
	list := Elements(c.given("client_secret"))
	for i, block := range list {
		add := func(attr, summary, format string, args ...any) {
			c.problems = append(c.problems, Problem{Block: "client_secret", Index: i, Attr: attr, Summary: summary, Detail: fmt.Sprintf(format, args...)})
		}
		since := text(block.GetAttr("since"))
		if _, err := ParseMoment(since); err != nil && since != "" {
			add("", "Not a date", "The label of a client_secret says from when the secret is: %q is neither a date such as 2026-11-24 nor a moment such as 2026-11-24T08:00:00Z.", since)
		}
		if seen[since] {
			add("", "Duplicate date", "Two client_secret blocks have the label %q, by which they are told apart.", since)
		}
		seen[since] = true
		if text(block.GetAttr("status")) != "INACTIVE" {
			active++
		}
	}
	method := c.text("token_endpoint_auth_method")
	switch {
	case len(list) == 0:
	case method != "" && !strings.HasPrefix(method, "client_secret_"):
		c.add("token_endpoint_auth_method", "Secret that the app doesn't use", "With token_endpoint_auth_method = %q an app has no client secret: take the client_secret blocks out.", method)
	case len(list) > 2:
		c.add("", "Too many client secrets", "The app has %d client_secret blocks; Okta allows two secrets.", len(list))
	case active == 0:
		c.add("", "No active client secret", "An app always has one active client secret: set status = \"ACTIVE\" in one of the client_secret blocks.")
	}
}

// alignSecrets matches an app's secrets in the org to its client_secret blocks. In before, each secret
// gets the label of its block; in after, each block gets what is known of its secret, and unknown
// values if the secret must be created. Secrets of before without a block in after are surplus.
// What was not read stays null.
//
// Blocks choose one after the other, first those that are pinned by their hash, then from the latest
// to the earliest; each takes the oldest secret that is new enough. A secret that somebody adds
// later therefore never takes the place of an existing one.
func alignSecrets(b *Block, before, after cty.Value, used bool) (cty.Value, cty.Value) {
	if before.IsNull() || !after.IsNull() && !after.IsKnown() {
		return before, after
	}
	have := Elements(before)
	slices.SortStableFunc(have, func(a, b cty.Value) int {
		// Two secrets created with the app have the same second: their ids make the order stable.
		return cmp.Or(cmp.Compare(text(a.GetAttr("created")), text(b.GetAttr("created"))), cmp.Compare(text(a.GetAttr("id")), text(b.GetAttr("id"))))
	})
	var blocks []cty.Value
	switch {
	case !used:
	case after.IsNull():
		blocks = oneSecret(have)
	default:
		blocks = fulfil(Elements(after), have)
	}
	return b.listOf(have), b.listOf(blocks)
}

func (b *Block) listOf(blocks []cty.Value) cty.Value {
	if len(blocks) == 0 {
		return cty.ListValEmpty(b.ValueType())
	}
	return cty.ListVal(blocks)
}

// oneSecret keeps the oldest active secret of an app that declares none: the others are removed
// before the app gains a right.
func oneSecret(have []cty.Value) []cty.Value {
	if len(have) < 2 {
		return have
	}
	i := slices.IndexFunc(have, func(s cty.Value) bool { return text(s.GetAttr("status")) == "ACTIVE" })
	return have[max(i, 0):][:1]
}

// fulfil matches blocks to secrets. have is sorted by age, and its elements get the labels of their
// blocks.
func fulfil(blocks, have []cty.Value) []cty.Value {
	order := make([]int, len(blocks))
	for i := range order {
		order[i] = i
	}
	pinned := func(i int) bool { return text(blocks[i].GetAttr("secret_hash")) != "" }
	slices.SortStableFunc(order, func(a, b int) int {
		if pinned(a) != pinned(b) {
			return map[bool]int{true: -1, false: 1}[pinned(a)]
		}
		ta, _ := ParseMoment(text(blocks[a].GetAttr("since")))
		tb, _ := ParseMoment(text(blocks[b].GetAttr("since")))
		return tb.Compare(ta)
	})
	taken := map[int]bool{}
	out := slices.Clone(blocks)
	for _, i := range order {
		attrs := blocks[i].AsValueMap()
		j := -1
		for n, secret := range have {
			if j < 0 && !taken[n] && fulfils(secret, blocks[i]) {
				j = n
			}
		}
		if j < 0 {
			attrs["id"], attrs["created"] = cty.UnknownVal(cty.String), cty.UnknownVal(cty.String)
			if !pinned(i) {
				attrs["secret_hash"] = cty.UnknownVal(cty.String)
			}
		} else {
			taken[j] = true
			secret := have[j].AsValueMap()
			secret["since"] = attrs["since"]
			have[j] = cty.ObjectVal(secret)
			attrs["id"], attrs["created"], attrs["secret_hash"] = secret["id"], secret["created"], secret["secret_hash"]
		}
		out[i] = cty.ObjectVal(attrs)
	}
	return out
}

// fulfils reports whether a secret satisfies a block.
func fulfils(secret, block cty.Value) bool {
	if hash := text(block.GetAttr("secret_hash")); hash != "" && hash != text(secret.GetAttr("secret_hash")) {
		return false
	}
	since, err := ParseMoment(text(block.GetAttr("since")))
	created, err2 := ParseMoment(text(secret.GetAttr("created")))
	return err == nil && err2 == nil && !created.Before(since)
}

package kinds

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// An app's client secrets (/api/v1/apps/{appId}/credentials/secrets) have no names, and their
// values are never read. What the org shows about a secret is when it was created. A client_secret
// block is therefore labelled with a time, and denotes a secret that was created then or later:
// a block with a new date creates a new secret, and removing a block removes its secret. In between
// both exist, so that the app's program can switch from one to the other.

// clientSecret describes one of at most two client secrets of an app.
func clientSecret() schema.Block {
	return schema.Block{
		Type: "client_secret", Label: "since", Key: []string{"since", "id"}, Unmanaged: true, SecuritySensitive: true,
		Align: alignSecrets, Declarable: withDates,
		Doc: "A client secret that was created in Okta at the time in the label or later: a date such as 2026-11-24, or a time such as 2026-11-24T08:00:00Z. Okta generates it, or secret sets it; it is never shown here. Two blocks are two valid secrets. Omitted: not managed; but before the app gains a scope or role, all secrets but one are deleted.",
		Attrs: []schema.Attr{
			{Name: "since", Type: cty.String, Required: true, VersionOf: "created", Doc: "The earliest creation time of the secret."},
			{Name: "status", Type: cty.String, Default: cty.StringVal("ACTIVE"), OneOf: []string{"ACTIVE", "INACTIVE"}, Doc: "An INACTIVE secret is refused. Deactivate a secret before you remove its block."},
			{Name: "secret", Type: cty.String, Sensitive: true, WriteOnly: true, FromVariable: true,
				Doc: "Your own secret, from a sensitive variable, instead of one that Okta generates: 14 to 100 printable ASCII characters, with client_secret_jwt at least 32. Another value replaces the secret in the org. It is sent to the org and compared with the one there, and never appears in an output, plan or snapshot."},
			{Name: "given", Type: cty.Bool, Computed: true, Doc: "true if secret sets the secret."},
			{Name: "secret_hash", Type: cty.String, Computed: true, Settable: true, Doc: "Okta's hash of the secret. Set it to pin the block to one secret: any other secret is then drift."},
			{Name: "id", Type: cty.String, Computed: true, Doc: "The secret's id."},
			{Name: "created", Type: cty.String, Computed: true, Doc: "When the secret was created."},
		},
	}
}

// SecretBased reports whether an app authenticates with a client secret.
func SecretBased(app schema.Value) bool {
	return !app.IsNull() && strings.HasPrefix(schema.Text(app.GetAttr("token_endpoint_auth_method")), "client_secret_")
}

// Pinned returns those of an app's client secrets that a block of want pins by their hash, or
// gives: no other secret can take their place.
func Pinned(secrets cty.Value, want schema.Value) cty.Value {
	pins := schema.Elements(want.GetAttr("client_secret"))
	return want.Kind().Block("client_secret").ListOf(slices.DeleteFunc(schema.Elements(secrets), func(secret cty.Value) bool {
		hash := schema.Text(secret.GetAttr("secret_hash"))
		return !slices.ContainsFunc(pins, func(b cty.Value) bool {
			return hash != "" && schema.Text(b.GetAttr("secret_hash")) == hash || isGiven(b) && fulfils(secret, b)
		})
	}))
}

// GivenSecrets are the client secrets that the blocks of an app give, those first that the org is
// to accept. A value that isn't known yet is left out.
func GivenSecrets(app schema.Value) (given []schema.GivenSecret) {
	if !app.Has("client_secret") {
		return nil
	}
	var inactive []schema.GivenSecret
	for _, block := range schema.Elements(app.GetAttr("client_secret")) {
		value := schema.Text(block.GetAttr("secret"))
		switch g := (schema.GivenSecret{Since: schema.Text(block.GetAttr("since")), Value: schema.NewSecret(value)}); {
		case value == "":
		case schema.Text(block.GetAttr("status")) == "INACTIVE":
			inactive = append(inactive, g)
		default:
			given = append(given, g)
		}
	}
	return append(given, inactive...)
}

// WithoutGiven is a value without the client secrets that its blocks give: that they give one is
// said by their attribute given. No plan holds more.
func WithoutGiven(v schema.Value) schema.Value {
	if !v.IsKnown() || !v.Has("client_secret") {
		return v
	}
	blocks := schema.Elements(v.GetAttr("client_secret"))
	if !slices.ContainsFunc(blocks, isGiven) {
		return v
	}
	for i := range blocks {
		blocks[i] = withoutSecret(blocks[i])
	}
	return v.With(schema.Values{"client_secret": cty.ListVal(blocks)})
}

// Unlabelled returns a value whose client secrets are identified by their dates alone, whichever
// block they belong to.
func Unlabelled(v schema.Value) schema.Value {
	if !v.IsKnown() || !v.Has("client_secret") {
		return v
	}
	blocks := schema.Elements(v.GetAttr("client_secret"))
	if len(blocks) == 0 {
		return v
	}
	for i := range blocks {
		blocks[i] = schema.Rebuilt(blocks[i], schema.Values{"since": blocks[i].GetAttr("created"), "given": cty.NullVal(cty.Bool)})
	}
	return v.Kind().Normal(v.With(schema.Values{"client_secret": cty.ListVal(blocks)}))
}

func withoutSecret(block cty.Value) cty.Value {
	return schema.Rebuilt(block, schema.Values{"secret": cty.NullVal(cty.String)})
}

// isGiven reports whether a block gives its secret, or a secret is one that a block gives.
func isGiven(block cty.Value) bool { return block.GetAttr("given").RawEquals(cty.True) }

// WithSecret returns an app that declares no secret with one client_secret block that any new
// secret fulfils.
func WithSecret(app schema.Value) schema.Value {
	if !app.GetAttr("client_secret").IsNull() {
		return app
	}
	block, attrs := app.Kind().Block("client_secret"), map[string]cty.Value{}
	for name, t := range block.ValueType().AttributeTypes() {
		attrs[name] = cty.UnknownVal(t)
	}
	attrs["status"], attrs["secret"], attrs["given"] = cty.StringVal("ACTIVE"), cty.NullVal(cty.String), cty.NullVal(cty.Bool)
	return app.With(schema.Values{block.Type: cty.ListVal([]cty.Value{cty.ObjectVal(attrs)})})
}

// SecretSuffices says why somebody who knows an app's client secret could use its rights; "" if
// they could not. Okta grants no Okta API scope to a client that authenticates with a secret and
// acts as itself (client_credentials requires private_key_jwt). With the authorization code flow, a
// secret alone is worth nothing: a person must sign in at a declared redirect URI.
func SecretSuffices(app schema.Value) string {
	if app.Kind().OpenRedirects {
		return "the redirect URIs of a " + app.Kind().Title + " may lead to other programs, so its secret must be known"
	}
	for _, grant := range schema.Elements(app.GetAttr("grant_types")) {
		switch name := schema.Text(grant); name {
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
	active, values := 0, map[string]bool{}
	list := schema.Elements(c.given("client_secret"))
	for i, block := range list {
		add := func(attr, summary, format string, args ...any) {
			c.problems = append(c.problems, schema.Problem{Block: "client_secret", Index: i, Attr: attr, Summary: summary, Detail: fmt.Sprintf(format, args...)})
		}
		since := schema.Text(block.GetAttr("since"))
		if _, err := schema.ParseMoment(since); err != nil && since != "" {
			add("", "Not a date", "The label of a client_secret is the earliest creation time of the secret: %q is neither a date such as 2026-11-24 nor a time such as 2026-11-24T08:00:00Z.", since)
		}
		if seen[since] {
			add("", "Duplicate date", "Two client_secret blocks have the label %q. The labels must differ.", since)
		}
		seen[since] = true
		if schema.Text(block.GetAttr("status")) != "INACTIVE" {
			active++
		}
		value := schema.Text(block.GetAttr("secret"))
		if wrong := unfitSecret(value, c.text("token_endpoint_auth_method")); wrong != "" {
			add("secret", "Invalid client secret", "The secret that client_secret %q sets %s. Set the variable to another value, for example the output of openssl rand -hex 32.", since, wrong)
		}
		if value != "" && values[value] {
			add("secret", "Secret given twice", "Two client_secret blocks set the same secret. Set one of them to another value, or remove it.")
		}
		values[value] = true
		if value != "" && !block.GetAttr("secret_hash").IsNull() && block.GetAttr("secret_hash").IsKnown() {
			add("secret_hash", "Secret given and pinned", "client_secret %q sets both secret and secret_hash: remove secret_hash.", since)
		}
	}
	method := c.text("token_endpoint_auth_method")
	switch {
	case len(list) == 0:
	case method != "" && !strings.HasPrefix(method, "client_secret_"):
		c.add("token_endpoint_auth_method", "Secret that the app doesn't use", "With token_endpoint_auth_method = %q an app has no client secret: remove the client_secret blocks.", method)
	case len(list) > 2:
		c.add("", "Too many client secrets", "The app has %d client_secret blocks; Okta allows two secrets.", len(list))
	case active == 0:
		c.add("", "No active client secret", "An app always has one active client secret: set status = \"ACTIVE\" in one of the client_secret blocks.")
	}
}

// unfitSecret says why a client secret can't be given; "" where it can. The rules are Okta's, but
// for the last one.
func unfitSecret(secret, method string) string {
	least := 14
	if method == "client_secret_jwt" {
		least = 32
	}
	different := map[rune]bool{}
	for _, r := range secret {
		different[r] = true
	}
	switch {
	case secret == "":
		return ""
	case strings.ContainsFunc(secret, func(r rune) bool { return r < 0x20 || r > 0x7e }):
		return "contains other characters than printable ASCII"
	case len(secret) < least:
		return fmt.Sprintf("has fewer than the %d characters that Okta requires", least)
	case len(secret) > 100:
		return "has more than the 100 characters that Okta allows"
	case len(different) < 8:
		return "is easy to guess: it has fewer than 8 different characters"
	}
	return ""
}

// alignSecrets matches an app's secrets in the org to its client_secret blocks. In before, each
// secret gets the label of its block; in after, each block gets the known values of its secret, or
// unknown values if the secret must be created. Secrets of before without a block in after are
// surplus. Values that were not read stay null.
//
// Blocks choose one after the other, first those that are pinned by their hash, then from the
// latest to the earliest; each takes the oldest secret that is new enough. A secret that somebody
// adds later therefore never takes the place of an existing one. A block that gives its secret
// takes that one, however old. The secret itself is in neither result.
func alignSecrets(b *schema.Block, before, after schema.Value) (cty.Value, cty.Value) {
	are, declared := before.GetAttr(b.Type), after.GetAttr(b.Type)
	if !declared.IsNull() && !declared.IsKnown() {
		return are, declared
	}
	have := schema.Elements(are)
	slices.SortStableFunc(have, func(a, b cty.Value) int {
		// Two secrets created with the app have the same second: their ids make the order stable.
		return cmp.Or(cmp.Compare(schema.Text(a.GetAttr("created")), schema.Text(b.GetAttr("created"))), cmp.Compare(schema.Text(a.GetAttr("id")), schema.Text(b.GetAttr("id"))))
	})
	var blocks []cty.Value
	switch {
	case !SecretBased(after):
	case declared.IsNull():
		blocks = oneSecret(have)
	default:
		blocks = fulfil(schema.Elements(declared), have)
	}
	for i := range blocks {
		blocks[i] = withoutSecret(blocks[i])
	}
	return b.ListOf(have), b.ListOf(blocks)
}

// oneSecret keeps the oldest active secret of an app that declares none: the others are removed
// before the app gains a right.
func oneSecret(have []cty.Value) []cty.Value {
	if len(have) < 2 {
		return have
	}
	i := slices.IndexFunc(have, func(s cty.Value) bool { return schema.Text(s.GetAttr("status")) == "ACTIVE" })
	return have[max(i, 0):][:1]
}

// fulfil matches blocks to secrets. have is sorted by age, and its elements get the labels of their
// blocks.
func fulfil(blocks, have []cty.Value) []cty.Value {
	order := make([]int, len(blocks))
	for i := range order {
		order[i] = i
	}
	pinned := func(i int) bool { return schema.Text(blocks[i].GetAttr("secret_hash")) != "" || isGiven(blocks[i]) }
	slices.SortStableFunc(order, func(a, b int) int {
		if pinned(a) != pinned(b) {
			return map[bool]int{true: -1, false: 1}[pinned(a)]
		}
		ta, _ := schema.ParseMoment(schema.Text(blocks[a].GetAttr("since")))
		tb, _ := schema.ParseMoment(schema.Text(blocks[b].GetAttr("since")))
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
			if !pinned(i) || isGiven(blocks[i]) {
				attrs["secret_hash"] = cty.UnknownVal(cty.String)
			}
		} else {
			taken[j] = true
			secret := have[j].AsValueMap()
			secret["since"], secret["given"] = attrs["since"], attrs["given"]
			have[j] = cty.ObjectVal(secret)
			attrs["id"], attrs["created"], attrs["secret_hash"] = secret["id"], secret["created"], secret["secret_hash"]
		}
		out[i] = cty.ObjectVal(attrs)
	}
	return out
}

// fulfils reports whether a secret satisfies a block. Whether it is the secret that a block gives
// was found when it was read: its label says so.
func fulfils(secret, block cty.Value) bool {
	if isGiven(block) {
		return isGiven(secret) && schema.Text(secret.GetAttr("since")) == schema.Text(block.GetAttr("since"))
	}
	if hash := schema.Text(block.GetAttr("secret_hash")); hash != "" && hash != schema.Text(secret.GetAttr("secret_hash")) {
		return false
	}
	since, err := schema.ParseMoment(schema.Text(block.GetAttr("since")))
	created, err2 := schema.ParseMoment(schema.Text(secret.GetAttr("created")))
	return err == nil && err2 == nil && !created.Before(since)
}

// withDates gives each secret a label of its own: when it was made, or of several that were made
// at once, a second earlier for each that is chosen later.
func withDates(b *schema.Block, app schema.Value) cty.Value {
	list := schema.Elements(app.GetAttr(b.Type))
	slices.SortStableFunc(list, func(a, b cty.Value) int {
		return cmp.Or(cmp.Compare(schema.Text(a.GetAttr("created")), schema.Text(b.GetAttr("created"))), cmp.Compare(schema.Text(a.GetAttr("id")), schema.Text(b.GetAttr("id"))))
	})
	seen := map[string]bool{}
	for i, secret := range list {
		since := schema.Text(secret.GetAttr("created"))
		for at, err := schema.ParseMoment(since); seen[since] && err == nil; {
			at = at.Add(-time.Second)
			since = at.UTC().Format(time.RFC3339)
		}
		seen[since] = true
		list[i] = schema.Rebuilt(secret, schema.Values{"since": cty.StringVal(since)})
	}
	return b.ListOf(list)
}

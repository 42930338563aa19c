package kinds

import (
	"cmp"
	"context"
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// SecretBlock is the type of the blocks for the client secrets of an app.
const SecretBlock = "client_secret"

// SecretsPath returns the path of the client secrets of an app.
func SecretsPath(appID string) string {
	return appsPath + "/" + url.PathEscape(appID) + "/credentials/secrets"
}

// secret is a client secret of an app, without its value
// (/api/v1/apps/{appId}/credentials/secrets).
type secret struct {
	id, status, created, hash string
	since                     string // the label of the block that gives it; "" without any
}

// UsesSecret reports whether an app has client secrets.
func (r *Remote) UsesSecret() bool {
	return strings.HasPrefix(okta.Text(r.Doc, "credentials", "oauthClient", "token_endpoint_auth_method"), "client_secret_")
}

// listSecrets lists the secrets of an app. The answer holds them in clear text; they are compared
// with those that blocks give, and nothing of them is kept.
func (o *Org) listSecrets(ctx context.Context, appID string, given []schema.GivenSecret) ([]secret, error) {
	var docs []map[string]any
	if err := o.Get(ctx, SecretsPath(appID), &docs); err != nil {
		return nil, err
	}
	secrets := []secret{}
	for _, doc := range docs {
		secrets = append(secrets, secret{okta.Text(doc, "id"), okta.Text(doc, "status"), okta.Text(doc, "created"), okta.Text(doc, "secret_hash"), givenAs(okta.Text(doc, "client_secret"), given)})
	}
	return secrets, nil
}

// givenAs is the label of the block that gives a secret; "" if none does.
func givenAs(value string, given []schema.GivenSecret) (since string) {
	for _, g := range given {
		if subtle.ConstantTimeCompare([]byte(value), []byte(g.Value.Reveal())) == 1 {
			since = g.Since
		}
	}
	return since
}

// readSecretsOnce is readSecrets for concurrent jobs, any of which may need it.
func (o *Org) readSecretsOnce(ctx context.Context, r *Remote, given []schema.GivenSecret) (err error) {
	r.looked.Do(func() { err = o.readSecrets(ctx, r, given) })
	return err
}

// readSecrets reads an app's secrets. It does not fail if the credential may not see them.
func (o *Org) readSecrets(ctx context.Context, r *Remote, given []schema.GivenSecret) (err error) {
	if !r.UsesSecret() {
		r.secrets = []secret{}
		return nil
	}
	if r.secrets, err = o.listSecrets(ctx, r.ID(), given); okta.Denied(err) {
		r.Unread = append(r.Unread, "client secrets of "+r.Title()+", because a right is missing")
		return nil
	}
	return err
}

// secretBlocks converts secrets to client_secret blocks. The label is that of the block that gives
// the secret, or the time of its creation.
func secretBlocks(block *schema.Block, secrets []secret) cty.Value {
	var list []cty.Value
	for _, s := range secrets {
		given := cty.NullVal(cty.Bool)
		if s.since != "" {
			given = cty.True
		}
		list = append(list, cty.ObjectVal(map[string]cty.Value{
			"since": cty.StringVal(cmp.Or(s.since, s.created)), "given": given, "secret": cty.NullVal(cty.String), "created": cty.StringVal(s.created),
			"id": cty.StringVal(s.id), "status": cty.StringVal(s.status), "secret_hash": optional(s.hash),
		}))
	}
	if len(list) == 0 {
		return cty.ListValEmpty(block.ValueType())
	}
	return cty.ListVal(list)
}

// ConvergeSecrets changes an app's secrets to the declared ones. It creates new ones before it
// removes others, so that one always works, unless there is no room. renew replaces all secrets
// that no block pins.
func (o *Org) ConvergeSecrets(ctx context.Context, now *Remote, want schema.Value, renew bool) error {
	if now.Kind.Block(SecretBlock) != nil && !kinds.SecretBased(want) && now.secrets != nil {
		now.secrets = []secret{} // Okta deletes them when an app stops using secrets
	}
	if now.Kind.Block(SecretBlock) == nil || !kinds.SecretBased(want) ||
		want.GetAttr(SecretBlock).IsNull() && now.secrets == nil && !renew {
		return nil
	}
	given := kinds.GivenSecrets(want)
	if now.secrets == nil || !now.UsesSecret() { // Okta may just have generated one
		var err error
		if now.secrets, err = o.listSecrets(ctx, now.ID(), given); err != nil {
			return err
		}
	}
	surplus, missing, kept := sortSecrets(now, want, renew)
	for _, block := range missing {
		if hash := schema.Text(block.GetAttr("secret_hash")); hash != "" {
			return fmt.Errorf("client_secret %q: no secret of the app has the hash %s", schema.Text(block.GetAttr("since")), hash)
		}
		if len(surplus)+len(kept) > 1 && len(surplus) > 0 { // Okta allows two
			if err := o.dropSecret(ctx, now.ID(), surplus[0]); err != nil {
				return err
			}
			surplus = surplus[1:]
		}
		made, err := o.Document(ctx, o.Request(http.MethodPost, SecretsPath(now.ID()), newSecret(block, given)))
		if err != nil {
			return err
		}
		kept = append(kept, wantedSecret{secret{id: okta.Text(made, "id"), status: okta.Text(made, "status")}, schema.Text(block.GetAttr("status"))})
	}
	for _, status := range []string{"ACTIVE", "INACTIVE"} { // one is always active
		for _, s := range kept {
			if s.want == status && s.status != status {
				if err := o.setSecretStatus(ctx, now.ID(), s.secret, status); err != nil {
					return err
				}
			}
		}
	}
	for _, s := range surplus {
		if err := o.dropSecret(ctx, now.ID(), s); err != nil {
			return err
		}
	}
	if len(missing)+len(surplus) == 0 && !slices.ContainsFunc(kept, func(s wantedSecret) bool { return s.status != s.want }) {
		return nil
	}
	var err error
	now.secrets, err = o.listSecrets(ctx, now.ID(), given)
	return err
}

// newSecret is the request for the secret of a block: the one that it gives, or one that Okta
// makes.
func newSecret(block cty.Value, given []schema.GivenSecret) map[string]any {
	for _, g := range given {
		if g.Since == schema.Text(block.GetAttr("since")) {
			return map[string]any{"client_secret": g.Value.Reveal()}
		}
	}
	return map[string]any{}
}

// wantedSecret is a secret that stays, with its declared status.
type wantedSecret struct {
	secret
	want string
}

// sortSecrets returns the secrets to remove, inactive ones first; the blocks without a secret; and
// the secrets that stay.
func sortSecrets(now *Remote, want schema.Value, renew bool) (surplus []secret, missing []cty.Value, kept []wantedSecret) {
	there := secretBlocks(now.Kind.Block(SecretBlock), now.secrets)
	if renew {
		there, want = kinds.Pinned(there, want), kinds.WithSecret(want)
	}
	have := want.With(schema.Values{SecretBlock: there})
	_, after := now.Kind.Align(have, want)
	status := map[string]string{}
	for it := after.GetAttr(SecretBlock).ElementIterator(); it.Next(); {
		_, block := it.Element()
		if id := schema.Text(block.GetAttr("id")); id != "" {
			status[id] = schema.Text(block.GetAttr("status"))
		} else {
			missing = append(missing, block)
		}
	}
	for _, s := range now.secrets {
		if wanted, ok := status[s.id]; ok {
			kept = append(kept, wantedSecret{s, wanted})
		} else if s.status == "ACTIVE" {
			surplus = append(surplus, s)
		} else {
			surplus = append([]secret{s}, surplus...)
		}
	}
	return surplus, missing, kept
}

func (o *Org) setSecretStatus(ctx context.Context, appID string, s secret, status string) error {
	action := map[string]string{"ACTIVE": "activate", "INACTIVE": "deactivate"}[status]
	err := o.Do(ctx, okta.Repeatable(o.Request(http.MethodPost, SecretsPath(appID)+"/"+url.PathEscape(s.id)+"/lifecycle/"+action, nil)))
	return err
}

// dropSecret deletes a secret. Okta requires that it is inactive.
func (o *Org) dropSecret(ctx context.Context, appID string, s secret) error {
	if s.status == "ACTIVE" {
		if err := o.setSecretStatus(ctx, appID, s, "INACTIVE"); err != nil && !okta.NotFound(err) {
			return err
		}
	}
	err := o.Do(ctx, o.Request(http.MethodDelete, SecretsPath(appID)+"/"+url.PathEscape(s.id), nil))
	if okta.NotFound(err) {
		return nil
	}
	return err
}

// KeepsSecret reports whether an app would keep one of its client secrets. known is false if its
// secrets cannot be read.
func (r *Remote) KeepsSecret(want schema.Value) (keeps, known bool) {
	if r.secrets == nil {
		return false, false
	}
	_, _, kept := sortSecrets(r, want, false)
	return len(kept) > 0, true
}

// SecretsAltered reports whether an app has other client secrets than this run left. If they cannot
// be read, it returns false.
func (o *Org) SecretsAltered(ctx context.Context, now *Remote) (bool, error) {
	secrets, err := o.listSecrets(ctx, now.ID(), nil)
	switch {
	case okta.Denied(err):
		return false, nil
	case err != nil:
		return false, err
	case now.secrets == nil:
		return len(secrets) != 1, nil
	}
	return !sameSecrets(secrets, now.secrets), nil
}

func sameSecrets(a, b []secret) bool {
	ids := func(list []secret) []string {
		var out []string
		for _, s := range list {
			out = append(out, s.id+" "+s.hash)
		}
		return slices.Sorted(slices.Values(out))
	}
	return slices.Equal(ids(a), ids(b))
}

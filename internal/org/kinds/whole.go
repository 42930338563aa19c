package kinds

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// Whole is everything that an org has in one collection.
type Whole struct {
	Remotes []*Remote // the objects that can be declared, and admins that cannot
	Others  []schema.Other
	Gaps    []schema.Gap // what is missing of the objects
	Notes   []schema.Note
}

func (w *Whole) other(source string, doc map[string]any, name, typ, is string) {
	if id := okta.Text(doc, "id"); id != "" {
		w.Others = append(w.Others, schema.Other{Source: source, ID: id, Name: name, Type: typ, Is: is})
	}
}

// Print is a hash of the document of an object.
func (r *Remote) Print() string {
	text, err := json.Marshal(r.Doc)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// ListWhole lists everything in the collection of a kind.
func (k *Kind) ListWhole(ctx context.Context, o *Org) (*Whole, error) {
	if k.Whole != nil {
		return k.Whole(ctx, o)
	}
	found, err := k.List(ctx, o)
	return &Whole{Remotes: found}, err
}

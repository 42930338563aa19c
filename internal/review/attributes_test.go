package review_test

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// attribute is one that a configuration can set, of a kind or of a nested block.
type attribute struct {
	kind  *schema.Kind
	block *schema.Block // nil: of the kind itself
	attr  *schema.Attr
}

func (a attribute) name() string {
	if a.block != nil {
		return a.block.Type + "." + a.attr.Name
	}
	return a.attr.Name
}

// settable lists all attributes that a configuration can set. The others follow
// from these, or from what the org does.
func settable() (all []attribute) {
	for _, k := range kinds.All() {
		add := func(b *schema.Block, attrs []schema.Attr) {
			for i := range attrs {
				if a := &attrs[i]; !a.Computed || a.Settable {
					all = append(all, attribute{k, b, a})
				}
			}
		}
		add(nil, k.Attrs)
		for i := range k.Blocks {
			add(&k.Blocks[i], k.Blocks[i].Attrs)
		}
	}
	return all
}

func (a attribute) example() example {
	e, found := examples[a.kind.Name+" "+a.name()]
	if !found {
		e = examples[a.name()]
	}
	if len(e.values) > 0 {
		return e
	}
	switch t := a.attr.Type; {
	case len(a.attr.OneOf) > 0:
		for _, v := range a.attr.OneOf[:min(len(a.attr.OneOf), 4)] {
			v = fmt.Sprintf("%q", v)
			if t.IsListType() {
				v = "[" + v + "]"
			}
			e.values = append(e.values, v)
		}
	case t == cty.Bool:
		e.values = []string{"true", "false"}
	case t == cty.Number:
		e.values = []string{"0", "5"}
	case t == cty.String && (strings.Contains(a.attr.Name, "uri") || strings.Contains(a.attr.Name, "url")):
		e.values = []string{`"https://a.example.com/1"`, `"https://b.example.com/2"`}
	case t == cty.String:
		e.values = []string{`"One"`, `"Two"`}
	case t.Equals(cty.List(cty.String)):
		e.values = []string{`["https://a.example.com/1"]`, `["https://b.example.com/2"]`}
	}
	if !a.attr.Required {
		e.values = append(e.values, "")
	}
	return e
}

// write writes a configuration where the attribute has the value.
func (a attribute) write(e example, value string) string {
	own := maps.Clone(bodies[a.kind.Name])
	types := slices.Clone(nested[a.kind.Name])
	inner := body{}
	if a.block == nil {
		maps.Copy(own, e.beside)
		own[a.attr.Name] = value
	} else {
		maps.Copy(own, e.object)
		maps.Copy(inner, bodies[a.block.Type])
		maps.Copy(inner, e.beside)
		inner[a.attr.Name] = value
		if !slices.Contains(types, a.block.Type) {
			types = append(types, a.block.Type)
		}
	}
	var b strings.Builder
	b.WriteString(around)
	for _, k := range kinds.All() {
		if k == a.kind || k.Name != "group" && k.Name != "user" && k.Name != "custom_role" && k.Name != "resource_set" {
			continue
		}
		writeObject(&b, k, bodies[k.Name], nested[k.Name], nil, body{})
	}
	writeObject(&b, a.kind, own, types, a.block, inner)
	return b.String()
}

func writeObject(b *strings.Builder, k *schema.Kind, own body, types []string, block *schema.Block, inner body) {
	fmt.Fprintf(b, "%s \"x\" {\n", k.Name)
	for _, name := range slices.Sorted(maps.Keys(own)) {
		if k.Attr(name) != nil && own[name] != "" {
			fmt.Fprintf(b, "  %s = %s\n", name, own[name])
		}
	}
	one := func(n *schema.Block, content body) {
		label := ""
		if n.Label != "" {
			label = " " + content[n.Label]
		}
		fmt.Fprintf(b, "  %s%s {\n", n.Type, label)
		for _, name := range slices.Sorted(maps.Keys(content)) {
			if name != n.Label && content[name] != "" {
				fmt.Fprintf(b, "    %s = %s\n", name, content[name])
			}
		}
		b.WriteString("  }\n")
	}
	for _, typ := range types {
		n := k.Block(typ)
		if n == nil || own["no "+typ] != "" {
			continue
		}
		if block != nil && block.Type == typ {
			one(n, inner)
		} else {
			one(n, bodies[typ])
		}
		switch {
		case own[typ+" spare"] == "":
		case typ == "public_key":
			one(n, body{"kid": `"spare"`, "jwk": "JWK2"})
		case typ == "client_secret":
			one(n, body{"since": `"2022-01-01"`})
		}
	}
	b.WriteString("}\n")
}

// keyring is folders with the same key files, one for each version.
type keyring struct {
	folders [2]string
	jwks    [3]string
}

func newKeyring(t *testing.T) (ring keyring) {
	ring.folders = [2]string{t.TempDir(), t.TempDir()}
	for i := range ring.jwks {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		private, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
		if err != nil {
			t.Fatal(err)
		}
		ring.jwks[i] = fmt.Sprintf("file(\"%d.json\")", i+1)
		files := map[string][]byte{
			fmt.Sprintf("%d.pem", i+1):         pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}),
			fmt.Sprintf("%d.key", i+1):         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
			fmt.Sprintf("copy-of-%d.key", i+1): pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
			fmt.Sprintf("%d.json", i+1):        jwkOf(t, key),
		}
		for _, folder := range ring.folders {
			for name, content := range files {
				if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range ring.folders {
		if err := os.WriteFile(filepath.Join(folder, "rsa.pem"), pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return ring
}

func jwkOf(t *testing.T, key *ecdsa.PrivateKey) []byte {
	point, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Appendf(nil, `{"kty": "EC", "crv": "P-256", "x": %q, "y": %q}`, base64.RawURLEncoding.EncodeToString(point[1:33]), base64.RawURLEncoding.EncodeToString(point[33:]))
}

// load evaluates one of the versions; why says what is wrong with one that isn't valid.
func (ring keyring) load(t *testing.T, i int, text string) (c *config.Config, why string) {
	for n, jwk := range ring.jwks {
		text = strings.ReplaceAll(text, fmt.Sprintf("JWK%d", n+1), jwk)
	}
	text += "org {\n  owner = \"team/iam\"\n}\n"
	if err := os.WriteFile(filepath.Join(ring.folders[i], "main.hcl"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, diags := config.Load(ring.folders[i], config.Options{Incomplete: true})
	if !diags.HasErrors() {
		diags = append(diags, c.Validate()...)
	}
	if diags.HasErrors() {
		_ = c.Close()
		return nil, diags.Error()
	}
	return c, ""
}

// seen reports whether a review says anything of the change from one version to the other, and
// whether it shows the change on a card: that of a principal, or what changes in another object.
func seen(t *testing.T, was, is versions.Version) (said, carded bool) {
	r := review.Assess(versions.Compare(was, is), review.Options{Now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)})
	for _, f := range r.Findings {
		if f.Addr != (schema.Addr{}) && f.Range.Filename == "" {
			t.Errorf("finding %s %s without a place: %s", f.Rule, f.Addr, f.Message)
		}
	}
	carded = slices.ContainsFunc(r.Principals, func(p review.Principal) bool { return p.Changed() }) ||
		slices.ContainsFunc(r.Objects, func(o review.ObjectChange) bool {
			return slices.ContainsFunc(o.Values, func(v review.ValueChange) bool { return v.Access })
		})
	return len(r.Findings) > 0 || carded, carded
}

// TestEveryAttributeIsReviewed changes each attribute of each kind alone: the
// review says something of it, or its entry among the kind's attributes says why it can't matter
// for access. What it says is on a card as well, whatever the values are.
func TestEveryAttributeIsReviewed(t *testing.T) {
	ring := newKeyring(t)
	named := map[string]bool{}
	for _, a := range settable() {
		named[a.name()], named[a.kind.Name+" "+a.name()] = true, true
		immaterial := review.Immaterial(a.kind, a.name())
		t.Run(a.kind.Name+" "+a.name(), func(t *testing.T) {
			e := a.example()
			valid, said, why := false, false, ""
			var sides [2]map[string]versions.Version
			for side := range sides {
				sides[side] = map[string]versions.Version{}
				for _, value := range e.values {
					c, w := ring.load(t, side, a.write(e, value))
					if why = cmp.Or(why, w); c != nil {
						sides[side][value] = versions.Of(c)
						defer c.Close()
					}
				}
			}
			for before, was := range sides[0] {
				for after, is := range sides[1] {
					if before == after {
						continue
					}
					valid = true
					s, c := seen(t, was, is)
					if s && !c {
						t.Errorf("from %q to %q: a finding without a card", before, after)
					}
					said = said || s
				}
			}
			switch {
			case !valid:
				t.Errorf("no two valid configurations differ in it: say in examples how it is set\n%s", why)
			case said && immaterial != "":
				t.Errorf("the review sees the change, and yet its entry says: %s", immaterial)
			case !said && immaterial == "":
				t.Error("the review doesn't see the change, and its entry doesn't say why it can't matter for access")
			}
		})
	}
	for name := range examples {
		if !named[name] {
			t.Errorf("examples has %q, and no kind has such an attribute", name)
		}
	}
}

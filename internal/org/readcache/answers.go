package readcache

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
)

// answers gives objects the parts that the cache has and that have not changed since. It implements
// org.Cache.
type answers struct {
	c       *org.Client
	objects map[string]*cachedObject
	changes *changes
	read    int              // number of objects that it could not answer for
	dates   map[string]dates // of all objects that were asked for
}

func newAnswers(c *org.Client, cache *Cache, changes *changes) *answers {
	a := &answers{c: c, objects: map[string]*cachedObject{}, changes: changes, dates: map[string]dates{}}
	for i := range cache.Objects {
		a.objects[cache.Objects[i].key()] = &cache.Objects[i]
	}
	return a
}

// Answers sets the cached parts of an object, if the cache has all selected ones unchanged.
func (a *answers) Answers(r *orgkinds.Remote, s orgkinds.Selection, asAdmin bool) bool {
	a.dates[cacheKey(r.Kind.Name, r.ID(), asAdmin)] = datesOf(r)
	if r.Cached = a.values(r, s, asAdmin); r.Cached == nil {
		if !asAdmin {
			a.read++
		}
		return false
	}
	r.Complete = true
	return true
}

// values are the cached parts of an object; nil where it has to be read, as an app whose client
// secrets are to be compared with given ones.
func (a *answers) values(r *orgkinds.Remote, s orgkinds.Selection, asAdmin bool) schema.Values {
	cached := a.objects[cacheKey(r.Kind.Name, r.ID(), asAdmin)]
	ids := []string{r.ID(), r.ClientID(), okta.Text(r.Doc, "client_id")}
	if cached == nil || len(s.Given) > 0 || a.changes.has(slices.DeleteFunc(ids, func(id string) bool { return id == "" }), s) {
		return nil
	}
	if is := datesOf(r); is.Updated != cached.Dates.Updated || is.Members != cached.Dates.Members && slices.Contains(s.SideData, orgkinds.MembersAttr) {
		return nil
	}
	values := schema.Values{}
	for _, part := range r.Kind.PartList() {
		raw, known := cached.Beside[part.Name]
		selected := slices.Contains(s.SideData, part.Name)
		wanted := !part.Unmanaged || selected || part.Name == orgkinds.SecretBlock && cached.lacks(s.Rights)
		switch {
		case !wanted:
			continue
		case !known && part.Name == orgkinds.SecretBlock && !r.UsesSecret() && !selected:
			values[part.Name] = cty.ListValEmpty(part.Type.ElementType())
			continue
		case !known && part.Unmanaged || known && a.outdated(raw):
			return nil
		case !known:
			continue
		}
		v, err := ctyjson.Unmarshal(raw, part.Type)
		if err != nil || !sound(v) {
			return nil
		}
		values[part.Name] = a.renamed(v)
	}
	return values
}

// lacks reports whether an object lacks one of the rights.
func (o *cachedObject) lacks(rights schema.Rights) bool {
	var scopes, types []string
	var roles []struct {
		Type string `json:"type"`
	}
	if json.Unmarshal(orEmpty(o.Beside[orgkinds.ScopesAttr]), &scopes) != nil || json.Unmarshal(orEmpty(o.Beside[orgkinds.RoleBlock]), &roles) != nil {
		return true
	}
	for _, role := range roles {
		types = append(types, role.Type)
	}
	return len(orgkinds.Without(rights.Scopes, scopes))+len(orgkinds.Without(rights.Roles, types)) > 0
}

func orEmpty(list json.RawMessage) json.RawMessage {
	if list == nil {
		return json.RawMessage("[]")
	}
	return list
}

// outdated reports whether a value refers to a deleted object, or to a renamed one that no list of
// this run has shown.
func (a *answers) outdated(raw json.RawMessage) bool {
	text := string(raw)
	for id := range a.changes.gone {
		if strings.Contains(text, id) {
			return true
		}
	}
	for id := range a.changes.renamed {
		if _, known := a.c.NameKnown(id); !known && strings.Contains(text, id) {
			return true
		}
	}
	return false
}

// renamed returns a value with the names that the lists of this run have shown.
func (a *answers) renamed(v cty.Value) cty.Value {
	v, _ = cty.Transform(v, func(_ cty.Path, v cty.Value) (cty.Value, error) {
		if !v.Type().Equals(schema.Ref) || v.IsNull() {
			return v, nil
		}
		name, known := a.c.NameKnown(schema.Text(v.GetAttr("id")))
		if !known {
			return v, nil
		}
		attrs := v.AsValueMap()
		attrs["name"] = cty.StringVal(name)
		return cty.ObjectVal(attrs), nil
	})
	return v
}

// sound reports whether lists have no null elements.
func sound(v cty.Value) bool {
	ok := !v.IsNull()
	_ = cty.Walk(v, func(path cty.Path, v cty.Value) (bool, error) {
		if len(path) > 0 {
			if _, element := path[len(path)-1].(cty.IndexStep); element && v.IsNull() {
				ok = false
			}
		}
		return ok, nil
	})
	return ok
}

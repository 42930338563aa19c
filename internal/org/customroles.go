package org

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// customRoles are the org's own admin roles (/api/v1/iam/roles). Permissions are
// changed one by one: those that go, go first.
const iamPath = "/api/v1/iam"

type customRoles struct {
	c    *Client
	kind *schema.Kind
}

// permission is one permission of a custom role, with its conditions as JSON;
// "" without any.
type permission struct{ name, conditions string }

func (c *Client) listCustomRoles(ctx context.Context) ([]*remote, error) {
	return c.listIAM(ctx, "custom_role", "/roles", "roles")
}

// listIAM lists the objects of one kind under /api/v1/iam.
func (c *Client) listIAM(ctx context.Context, kind, path, key string) ([]*remote, error) {
	docs, err := c.WrappedList(ctx, iamPath+path, key)
	var found []*remote
	for _, doc := range docs {
		c.remember(okta.Text(doc, "id"), okta.Text(doc, "label"))
		found = append(found, &remote{kind: schema.KindNamed(kind), doc: doc})
	}
	return found, err
}

func (r customRoles) path(id string) string { return iamPath + "/roles/" + url.PathEscape(id) }

func (r customRoles) get(ctx context.Context, id string) (map[string]any, error) {
	return r.c.Document(ctx, r.c.Request(http.MethodGet, r.path(id), nil))
}

// create sends the permissions with the role; conditions can only be set after.
func (r customRoles) create(ctx context.Context, doc map[string]any, want schema.Value) (map[string]any, error) {
	var names []string
	for _, p := range wantedPermissions(want) {
		names = append(names, p.name)
	}
	body := map[string]any{"label": doc["label"], "description": doc["description"], "permissions": names}
	made, err := r.c.Document(ctx, r.c.Request(http.MethodPost, iamPath+"/roles", body))
	if err != nil {
		return nil, err
	}
	for _, p := range wantedPermissions(want) {
		if p.conditions == "" {
			continue
		}
		if err := r.put(ctx, okta.Text(made, "id"), p); err != nil {
			return made, err
		}
	}
	return made, nil
}

func (r customRoles) update(ctx context.Context, now *remote, doc map[string]any, want schema.Value) error {
	have, wanted := map[string]string{}, map[string]string{}
	for _, p := range now.permissions {
		have[schema.Permission(p.name)] = p.conditions
	}
	for _, p := range wantedPermissions(want) {
		wanted[p.name] = p.conditions
	}
	// Okta refuses a role without permissions: where none stays, one of the new
	// ones comes first.
	kept := false
	for name := range have {
		_, stays := wanted[name]
		kept = kept || stays
	}
	if kept {
		if err := r.drop(ctx, now, wanted); err != nil {
			return err
		}
	}
	if doc != nil {
		body := map[string]any{"label": doc["label"], "description": doc["description"]}
		if _, err := r.c.Call(ctx, r.c.Request(http.MethodPut, r.path(now.id()), body)); err != nil {
			return err
		}
	}
	for _, p := range wantedPermissions(want) {
		conditions, has := have[p.name]
		switch {
		case !has:
			if _, err := r.c.Call(ctx, okta.Repeatable(r.c.Request(http.MethodPost, r.permission(now.id(), p.name), p.body()))); err != nil {
				return err
			}
		case conditions != p.conditions:
			if err := r.put(ctx, now.id(), p); err != nil {
				return err
			}
		}
	}
	if !kept {
		return r.drop(ctx, now, wanted)
	}
	return nil
}

func (r customRoles) drop(ctx context.Context, now *remote, wanted map[string]string) error {
	for _, p := range now.permissions {
		if _, stays := wanted[schema.Permission(p.name)]; stays {
			continue
		}
		if _, err := r.c.Call(ctx, r.c.Request(http.MethodDelete, r.permission(now.id(), p.name), nil)); err != nil && !okta.NotFound(err) {
			return err
		}
	}
	return nil
}

func (r customRoles) permission(id, name string) string {
	return r.path(id) + "/permissions/" + url.PathEscape(name)
}

func (r customRoles) put(ctx context.Context, id string, p permission) error {
	_, err := r.c.Call(ctx, r.c.Request(http.MethodPut, r.permission(id, p.name), p.body()))
	return err
}

func (p permission) body() map[string]any {
	var conditions any
	if p.conditions != "" {
		conditions = json.RawMessage(p.conditions)
	}
	return map[string]any{"conditions": conditions}
}

func (r customRoles) remove(ctx context.Context, now *remote, _ string) error {
	_, err := r.c.Call(ctx, r.c.Request(http.MethodDelete, r.path(now.id()), nil))
	return err
}

func (customRoles) principal(*remote) (string, string) { return "", "" }
func (customRoles) memberships() []membership          { return nil }

// details reads the permissions.
func (r customRoles) details(ctx context.Context, now *remote) error {
	docs, err := r.c.WrappedList(ctx, r.path(now.id())+"/permissions", "permissions")
	if err != nil {
		return err
	}
	now.permissions = nil
	for _, doc := range docs {
		p := permission{name: okta.Text(doc, "label")}
		if conditions, ok := doc["conditions"].(map[string]any); ok && len(conditions) > 0 {
			raw, err := json.Marshal(conditions)
			if err != nil {
				return err
			}
			p.conditions = string(raw)
		}
		now.permissions = append(now.permissions, p)
	}
	return nil
}

func (r customRoles) values(now *remote) map[string]cty.Value {
	block := r.kind.Block("condition")
	names, conditions := []cty.Value{}, []cty.Value{}
	for _, p := range now.permissions {
		names = append(names, cty.StringVal(p.name))
		if p.conditions == "" {
			continue
		}
		attrs := map[string]cty.Value{"permission": cty.StringVal(p.name)}
		var parts map[string]json.RawMessage
		_ = json.Unmarshal([]byte(p.conditions), &parts) // made by Marshal
		for _, name := range []string{"include", "exclude"} {
			attrs[name] = cty.NullVal(block.Attr(name).Type)
			if v, err := ctyjson.Unmarshal(parts[name], block.Attr(name).Type); err == nil && parts[name] != nil {
				attrs[name] = v
			}
		}
		conditions = append(conditions, cty.ObjectVal(attrs))
	}
	out := map[string]cty.Value{"permissions": cty.ListValEmpty(cty.String), "condition": cty.ListValEmpty(block.ValueType())}
	if len(names) > 0 {
		out["permissions"] = cty.ListVal(names)
	}
	if len(conditions) > 0 {
		out["condition"] = cty.ListVal(conditions)
	}
	return out
}

// wantedPermissions joins the permissions and the condition blocks.
func wantedPermissions(want schema.Value) []permission {
	conditions := map[string]string{}
	for it := want.GetAttr("condition").ElementIterator(); it.Next(); {
		_, block := it.Element()
		parts := map[string]json.RawMessage{}
		for _, name := range []string{"include", "exclude"} {
			if v := block.GetAttr(name); !v.IsNull() {
				raw, _ := ctyjson.Marshal(v, v.Type()) // known, and of a plain type
				parts[name] = raw
			}
		}
		raw, _ := json.Marshal(parts)
		conditions[text(block.GetAttr("permission"))] = string(raw)
	}
	var out []permission
	for it := want.GetAttr("permissions").ElementIterator(); it.Next(); {
		_, v := it.Element()
		out = append(out, permission{text(v), conditions[text(v)]})
	}
	return out
}

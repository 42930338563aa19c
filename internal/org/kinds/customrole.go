package kinds

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// Custom admin roles (/api/v1/iam/roles). Permissions are changed one by one; surplus ones are
// removed first.

const (
	iamPath         = "/api/v1/iam"
	customRolesPath = iamPath + "/roles"

	permissionsAttr = "permissions"
	conditionBlock  = "condition"
)

// optionalIAM names the kinds that an org may not have: see Kind.Optional.
const optionalIAM = "custom roles and resource sets"

func customRole() *Kind {
	return &Kind{
		Kind:       kinds.Named("custom_role"),
		Collection: customRolesPath,
		List:       listCustomRoles,
		Optional:   optionalIAM,
		Get: func(ctx context.Context, o *Org, id string) (map[string]any, error) {
			return o.Document(ctx, o.Request(http.MethodGet, customRolePath(id), nil))
		},
		Create: createCustomRole,
		Update: updateCustomRole,
		Delete: func(ctx context.Context, o *Org, now *Remote, _ string) error {
			return o.Do(ctx, o.Request(http.MethodDelete, customRolePath(now.ID()), nil))
		},
		ReadParts:  readPermissions,
		PartValues: permissionValues,
		Lookup: &Lookup{Source: "custom_role", Collection: customRolesPath,
			All: func(ctx context.Context, o *Org) ([]map[string]any, error) {
				return o.WrappedList(ctx, customRolesPath, "roles")
			}},
		Dependents: customRoleDependents,
		Operations: Operations{Create: "POST /api/v1/iam/roles", Update: "PUT /api/v1/iam/roles/{roleIdOrLabel}", Delete: "DELETE /api/v1/iam/roles/{roleIdOrLabel}"},
		Events: []EventEffect{
			{Targets: targetCustomRole, Types: `iam.role.create`},
			{Targets: targetCustomRole, PrincipalRights: true, Types: `iam.role.permission.conditions.add iam.role.permission.conditions.delete
				iam.role.permissions.add iam.role.permissions.delete`},
			{Targets: targetCustomRole, Renamed: true, Types: `iam.role.update`},
			{Targets: targetCustomRole, Gone: true, PrincipalRights: true, Types: `iam.role.delete`},
		},
	}
}

// targetCustomRole is the System Log's type of a custom role.
var targetCustomRole = []string{"CUSTOM_ROLE"}

// permission is a permission of a custom role, with its conditions as JSON; "" for none.
type permission struct{ name, conditions string }

func listCustomRoles(ctx context.Context, o *Org) ([]*Remote, error) {
	docs, err := o.WrappedList(ctx, customRolesPath, "roles")
	return labelled(o, Named("custom_role"), docs), err
}

// labelled converts documents with a label to objects.
func labelled(o *Org, kind *Kind, docs []map[string]any) (found []*Remote) {
	for _, doc := range docs {
		o.Remember(okta.Text(doc, "id"), okta.Text(doc, "label"))
		found = append(found, &Remote{Kind: kind, Doc: doc})
	}
	return found
}

// descriptionOrLabel returns the description in a document, or the label if nothing is left of the
// description without the mark: Okta refuses an empty one.
func descriptionOrLabel(doc map[string]any) string {
	return cmp.Or(okta.Text(doc, "description"), okta.Text(doc, "label"))
}

func customRolePath(id string) string { return customRolesPath + "/" + url.PathEscape(id) }

// createCustomRole sends the permissions with the role; conditions can only be set afterwards.
func createCustomRole(ctx context.Context, o *Org, doc map[string]any, want schema.Value) (map[string]any, error) {
	var names []string
	for _, p := range wantedPermissions(want) {
		names = append(names, p.name)
	}
	body := map[string]any{"label": doc["label"], "description": doc["description"], "permissions": names}
	made, err := o.Document(ctx, o.Request(http.MethodPost, customRolesPath, body))
	if err != nil {
		return nil, err
	}
	for _, p := range wantedPermissions(want) {
		if p.conditions == "" {
			continue
		}
		if err := putPermission(ctx, o, okta.Text(made, "id"), p); err != nil {
			return made, err
		}
	}
	return made, nil
}

func updateCustomRole(ctx context.Context, o *Org, now *Remote, doc map[string]any, want schema.Value) error {
	have, wanted := map[string]string{}, map[string]string{}
	for _, p := range now.allowed {
		have[kinds.Permission(p.name)] = p.conditions
	}
	for _, p := range wantedPermissions(want) {
		wanted[p.name] = p.conditions
	}
	// Okta refuses a role without permissions: if none remains, add a new one first.
	kept := false
	for name := range have {
		_, stays := wanted[name]
		kept = kept || stays
	}
	if kept {
		if err := dropPermissions(ctx, o, now, wanted); err != nil {
			return err
		}
	}
	if doc != nil {
		body := map[string]any{"label": doc["label"], "description": descriptionOrLabel(doc)}
		if err := o.Do(ctx, o.Request(http.MethodPut, customRolePath(now.ID()), body)); err != nil {
			return err
		}
	}
	for _, p := range wantedPermissions(want) {
		conditions, has := have[p.name]
		switch {
		case !has:
			if err := o.Do(ctx, okta.Repeatable(o.Request(http.MethodPost, permissionPath(now.ID(), p.name), p.body()))); err != nil {
				return err
			}
		case conditions != p.conditions:
			if err := putPermission(ctx, o, now.ID(), p); err != nil {
				return err
			}
		}
	}
	if !kept {
		return dropPermissions(ctx, o, now, wanted)
	}
	return nil
}

func dropPermissions(ctx context.Context, o *Org, now *Remote, wanted map[string]string) error {
	for _, p := range now.allowed {
		if _, stays := wanted[kinds.Permission(p.name)]; stays {
			continue
		}
		if err := o.Do(ctx, o.Request(http.MethodDelete, permissionPath(now.ID(), p.name), nil)); err != nil && !okta.NotFound(err) {
			return err
		}
	}
	return nil
}

func permissionPath(id, name string) string {
	return customRolePath(id) + "/permissions/" + url.PathEscape(name)
}

func putPermission(ctx context.Context, o *Org, id string, p permission) error {
	err := o.Do(ctx, o.Request(http.MethodPut, permissionPath(id, p.name), p.body()))
	return err
}

func (p permission) body() map[string]any {
	var conditions any
	if p.conditions != "" {
		conditions = json.RawMessage(p.conditions)
	}
	return map[string]any{"conditions": conditions}
}

// readPermissions reads the permissions.
func readPermissions(ctx context.Context, o *Org, now *Remote) error {
	docs, err := o.WrappedList(ctx, customRolePath(now.ID())+"/permissions", "permissions")
	if err != nil {
		return err
	}
	now.allowed = nil
	for _, doc := range docs {
		p := permission{name: okta.Text(doc, "label")}
		if conditions, ok := doc["conditions"].(map[string]any); ok && len(conditions) > 0 {
			raw, err := json.Marshal(conditions)
			if err != nil {
				return err
			}
			p.conditions = string(raw)
		}
		now.allowed = append(now.allowed, p)
	}
	return nil
}

func permissionValues(_ *Org, now *Remote) schema.Values {
	block := now.Kind.Block(conditionBlock)
	names, conditions := []cty.Value{}, []cty.Value{}
	for _, p := range now.allowed {
		names = append(names, cty.StringVal(p.name))
		if p.conditions == "" {
			continue
		}
		attrs := map[string]cty.Value{"permission": cty.StringVal(p.name)}
		var parts map[string]json.RawMessage
		_ = json.Unmarshal([]byte(p.conditions), &parts) // the result of Marshal
		for _, name := range []string{"include", "exclude"} {
			attrs[name] = cty.NullVal(block.Attr(name).Type)
			if v, err := ctyjson.Unmarshal(parts[name], block.Attr(name).Type); err == nil && parts[name] != nil {
				attrs[name] = v
			}
		}
		conditions = append(conditions, cty.ObjectVal(attrs))
	}
	out := schema.Values{permissionsAttr: cty.ListValEmpty(cty.String), conditionBlock: cty.ListValEmpty(block.ValueType())}
	if len(names) > 0 {
		out[permissionsAttr] = cty.ListVal(names)
	}
	if len(conditions) > 0 {
		out[conditionBlock] = cty.ListVal(conditions)
	}
	return out
}

// wantedPermissions combines the permissions and the condition blocks.
func wantedPermissions(want schema.Value) []permission {
	conditions := map[string]string{}
	for it := want.GetAttr(conditionBlock).ElementIterator(); it.Next(); {
		_, block := it.Element()
		parts := map[string]json.RawMessage{}
		for _, name := range []string{"include", "exclude"} {
			if v := block.GetAttr(name); !v.IsNull() {
				raw, _ := ctyjson.Marshal(v, v.Type()) // known and of a plain type
				parts[name] = raw
			}
		}
		raw, _ := json.Marshal(parts)
		conditions[schema.Text(block.GetAttr("permission"))] = string(raw)
	}
	var out []permission
	for it := want.GetAttr(permissionsAttr).ElementIterator(); it.Next(); {
		_, v := it.Element()
		out = append(out, permission{schema.Text(v), conditions[schema.Text(v)]})
	}
	return out
}

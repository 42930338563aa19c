package org

import (
	"encoding/binary"
	"slices"

	"github.com/oktaform/oktaform/schema"
	"github.com/zclconf/go-cty/cty"
)

// alike holds lists that the objects of one read have in common: the same scopes, the
// same groups, the same role. Of thousands of objects most have, and one list for all
// of them takes neither the time nor the room. The nil map makes each list anew.
type alike map[string]cty.Value

// list is the list of that sort that the texts stand for, made where it isn't there yet.
func (a alike) list(sort string, texts []string, made func() cty.Value) cty.Value {
	if a == nil {
		return made()
	}
	key := make([]byte, 0, 256)
	for _, text := range append(texts, sort) {
		key = append(binary.AppendUvarint(key, uint64(len(text))), text...)
	}
	list, ok := a[string(key)]
	if !ok {
		list = made()
		a[string(key)] = list
	}
	return list
}

// scopes is the list of the scopes of grants.
func (a alike) scopes(grants []grant) cty.Value {
	texts := make([]string, 0, 8)
	for _, g := range grants {
		texts = append(texts, g.scope)
	}
	return a.list("scopes", texts, func() cty.Value { return scopeList(grants) })
}

// refs is the list of references to members.
func (a alike) refs(members []named) cty.Value {
	texts := make([]string, 0, 8)
	for _, m := range members {
		texts = append(texts, m.id, m.name)
	}
	return a.list("refs", texts, func() cty.Value { return refs(members) })
}

// roles are the admin_role blocks of an object of that kind.
func (a alike) roles(kind *schema.Kind, roles []assignment) cty.Value {
	made := func() cty.Value { return roleBlocks(kind.Block("admin_role"), roles) }
	if slices.ContainsFunc(roles, func(r assignment) bool { return len(r.targets) > 0 }) {
		return made() // hardly any two are limited to the same
	}
	texts := make([]string, 0, 8)
	for _, r := range roles {
		texts = append(texts, r.roleType, r.role, r.roleName, r.resourceSet, r.setName)
	}
	return a.list("admin_role of "+kind.Name, texts, made)
}

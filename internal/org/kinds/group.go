package kinds

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// Groups created in Okta (/api/v1/groups).

const (
	groupsPath  = "/api/v1/groups"
	MembersAttr = "members"
	// groupType is the type of groups that can be changed; others are imported from apps or built
	// in.
	groupType = "OKTA_GROUP"
	// groupIDPrefix is the prefix of group ids.
	groupIDPrefix = "00g"
)

func group() *Kind {
	return &Kind{
		Kind:       kinds.Named("group"),
		Collection: groupsPath,
		List:       listGroups,
		Whole:      wholeGroups,
		Taken:      takenGroups,
		Get:        getGroup,
		Create: func(ctx context.Context, o *Org, doc map[string]any, _ schema.Value) (map[string]any, error) {
			return o.Document(ctx, o.CreateGroup(doc["profile"]))
		},
		// The profile is replaced, so unmanaged properties in the org are sent back.
		Update: func(ctx context.Context, o *Org, now *Remote, doc map[string]any, _ schema.Value) error {
			if doc == nil {
				return nil
			}
			return o.Do(ctx, o.ReplaceGroup(now.ID(), doc["profile"]))
		},
		Delete: func(ctx context.Context, o *Org, now *Remote, _ string) error {
			return o.Do(ctx, o.DeleteGroup(now.ID()))
		},
		RolesPath: groupsPath + "/ID/roles",
		HasRoles:  hasRoles,
		Principal: func(r *Remote) Principal {
			return Principal{groupsPath + "/" + url.PathEscape(r.ID()) + "/roles", "GROUP"}
		},
		Memberships: []Membership{{Attr: MembersAttr, Path: groupsPath + "/ID/users", Pages: (*Org).ListGroupUsers, Member: groupMember,
			Add:    func(o *Org, id, user string) okta.Call { return o.AssignUserToGroup(id, user) },
			Remove: func(o *Org, id, user string) okta.Call { return o.UnassignUserFromGroup(id, user) }}},
		Lookup:        &Lookup{Source: "group", Collection: groupsPath, ByID: getGroup, ByName: groupsNamed},
		Dependents:    groupDependents,
		ProfileSchema: "/api/v1/meta/schemas/group/default",
		Operations: Operations{
			Create: "POST /api/v1/groups", Update: "PUT /api/v1/groups/{groupId}", Delete: "DELETE /api/v1/groups/{groupId}",
			SideData: map[string]string{
				MembersAttr: "PUT /api/v1/groups/{groupId}/users/{userId}",
				RoleBlock:   "POST /api/v1/groups/{groupId}/roles",
			},
		},
		Events: []EventEffect{
			{Targets: targetGroup, SideData: []string{MembersAttr}, Types: `group.user_membership.add group.user_membership.remove`},
			{EveryGroup: true, Types: `group.user_membership.rule.add_exclusion group.user_membership.rule.deactivated
				group.user_membership.rule.invalidate group.user_membership.rule.trigger`},
			{Targets: targetGroup, Types: `group.lifecycle.create`},
			{Targets: targetGroup, Rights: true, Only: []string{RoleBlock}, Types: `group.privilege.grant group.privilege.revoke`},
			{Targets: targetGroup, Renamed: true, Types: `group.profile.update`},
			{Targets: targetGroup, Gone: true, Types: `group.lifecycle.delete`},
		},
	}
}

// targetGroup is the System Log's type of a group.
var targetGroup = []string{"UserGroup"}

// IsGroup reports whether a target in the System Log is a group of users.
func IsGroup(t okta.EventTarget) bool { return slices.Contains(targetGroup, t.Type) }

func listGroups(ctx context.Context, o *Org) ([]*Remote, error) {
	docs, err := o.Pages(ctx, o.ListGroups(`type eq "`+groupType+`"`))
	if err != nil {
		return nil, err
	}
	kind := Named("group")
	var found []*Remote
	for _, doc := range docs {
		o.Remember(okta.Text(doc, "id"), okta.Text(doc, "profile", "name"))
		if okta.Text(doc, "type") == groupType && okta.Text(doc, "id") != "" {
			found = append(found, &Remote{Kind: kind, Doc: doc})
		}
	}
	return found, nil
}

// wholeGroups returns the groups of every type. A group's statistics show whether its roles and
// members are worth a request.
func wholeGroups(ctx context.Context, o *Org) (*Whole, error) {
	docs, err := o.List(ctx, groupsPath, "expand=stats&limit=200")
	if err != nil {
		return nil, err
	}
	all := &Whole{}
	rules, former, unread := o.groupRules(ctx)
	var refused *okta.Error
	if unread != nil && (!errors.As(unread, &refused) || refused.Status >= http.StatusInternalServerError) {
		return nil, unread
	}
	for _, doc := range docs {
		name := okta.Text(doc, "profile", "name")
		o.Remember(okta.Text(doc, "id"), name)
		typ := okta.Text(doc, "type")
		if typ == groupType && okta.Text(doc, "id") != "" {
			all.Remotes = append(all.Remotes, &Remote{Kind: Named("group"), Doc: doc})
			gap := schema.Gap{Kind: "group", ID: okta.Text(doc, "id"), Name: name, Part: MembersAttr, Denied: okta.Denied(unread)}
			switch rule := rules[gap.ID]; {
			case unread != nil:
				gap.Cause = "whether a group rule decides who they are could not be read: " + unread.Error()
				all.Gaps = append(all.Gaps, gap)
			case rule != "":
				gap.Cause = fmt.Sprintf("the group rule %q decides who they are", rule)
				all.Gaps = append(all.Gaps, gap)
			case former[gap.ID] != nil:
				all.Notes = append(all.Notes, schema.Note{Kind: gap.Kind, ID: gap.ID, Part: MembersAttr,
					Text: fmt.Sprintf("may have been added by the group rule %s, which isn't active now", quotedNames(former[gap.ID]))})
			}
			continue
		}
		is := "a group of the type " + typ
		switch typ {
		case "BUILT_IN":
			is = "a built-in group"
		case "APP_GROUP":
			is = "a group imported from an app"
		}
		all.other("group", doc, name, typ, is)
		if hasRoles(doc) {
			all.Remotes = append(all.Remotes, &Remote{Kind: Named(AdminKind), Doc: groupAdmin(doc)})
		}
	}
	return all, nil
}

// groupRules returns, by group id, the names of the active rule that assigns its members, and those
// of the other rules, which may have assigned members before (/api/v1/groups/rules).
func (o *Org) groupRules(ctx context.Context) (rules map[string]string, former map[string][]string, err error) {
	docs, err := o.List(ctx, groupsPath+"/rules", "limit=200")
	if okta.NotFound(err) || okta.LacksFeature(err) {
		return nil, nil, nil // the org has no rules
	}
	rules, former = map[string]string{}, map[string][]string{}
	for _, doc := range docs {
		ids, _ := okta.Object(doc, "actions", "assignUserToGroups")["groupIds"].([]any)
		for _, id := range ids {
			switch id, ok := id.(string); {
			case ok && okta.Text(doc, "status") == active:
				rules[id] = okta.Text(doc, "name")
			case ok:
				former[id] = append(former[id], okta.Text(doc, "name"))
			}
		}
	}
	return rules, former, err
}

// quotedNames lists names in quotes.
func quotedNames(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = strconv.Quote(name)
	}
	return strings.Join(quoted, " or ")
}

// hasRoles reports whether a group may have admin roles.
func hasRoles(group map[string]any) bool {
	admin, told := okta.Object(group, "_embedded", "stats")["hasAdminPrivilege"].(bool)
	return admin || !told && okta.Text(group, "type") != "BUILT_IN"
}

// memberCount returns the number of a group's members; -1 if its statistics do not show it.
func memberCount(group map[string]any) int {
	if count, told := okta.Object(group, "_embedded", "stats")["usersCount"].(json.Number); told {
		if n, err := count.Int64(); err == nil {
			return int(n)
		}
	}
	return -1
}

// namesAtOnce is the number of names in one search for groups.
const namesAtOnce = 20

// takenGroups returns the groups that cannot be declared and have one of the names. If they cannot
// be read, it returns none: creating the group will fail.
func takenGroups(ctx context.Context, o *Org, names []string) ([]schema.Taken, error) {
	var filters []string
	for _, name := range names {
		filters = append(filters, "profile.name eq "+okta.FilterText(name))
	}
	var taken []schema.Taken
	for some := range slices.Chunk(filters, namesAtOnce) {
		docs, err := o.List(ctx, groupsPath, "search="+url.QueryEscape(strings.Join(some, " or ")))
		var refused *okta.Error
		if errors.As(err, &refused) {
			return taken, nil
		}
		if err != nil {
			return nil, err
		}
		for _, doc := range docs {
			if typ := okta.Text(doc, "type"); typ != groupType {
				is := "built in"
				if typ == "APP_GROUP" {
					is = "imported from an app (APP_GROUP)"
				}
				taken = append(taken, schema.Taken{Kind: "group", ID: okta.Text(doc, "id"), Name: okta.Text(doc, "profile", "name"), Is: is})
			}
		}
	}
	return taken, nil
}

func getGroup(ctx context.Context, o *Org, id string) (map[string]any, error) {
	return o.Document(ctx, o.GetGroup(id))
}

// groupsNamed returns the groups of any type with that name. The search index lags behind the org;
// the parameter q, which matches prefixes of names, does not.
func groupsNamed(ctx context.Context, o *Org, name string) ([]map[string]any, error) {
	for _, query := range []string{"search=" + url.QueryEscape("profile.name eq "+okta.FilterText(name)), "q=" + url.QueryEscape(name)} {
		docs, err := o.List(ctx, groupsPath, query)
		if err != nil {
			return nil, err
		}
		docs = slices.DeleteFunc(docs, func(doc map[string]any) bool {
			return !strings.EqualFold(okta.Text(doc, "profile", "name"), name)
		})
		if len(docs) > 0 {
			return docs, nil
		}
	}
	return nil, nil
}

func groupMember(doc map[string]any) (id, name string, counts bool) {
	return okta.Text(doc, "id"), okta.Text(doc, "profile", "login"), true
}

// Members returns the logins of a group's members.
func (o *Org) Members(ctx context.Context, group string) ([]string, error) {
	members, err := Membership{Pages: (*Org).ListGroupUsers, Member: groupMember}.List(ctx, o, group)
	var logins []string
	for _, m := range members {
		logins = append(logins, m.name)
	}
	return logins, err
}

// groupDependents returns the apps that a group is assigned to, and the resource sets that contain
// the group or its members.
func groupDependents(ctx context.Context, o *Org, id string) ([]Dependent, error) {
	docs, err := o.List(ctx, groupsPath+"/"+url.PathEscape(id)+"/apps", "")
	if okta.NotFound(err) {
		return nil, nil // another run has deleted it
	}
	var out []Dependent
	for _, doc := range docs {
		out = append(out, Dependent{okta.Text(doc, "id"), fmt.Sprintf("the app %q (%s), which it is assigned to", okta.Text(doc, "label"), okta.Text(doc, "id"))})
	}
	if err != nil {
		return nil, err
	}
	more, err := setsContaining(ctx, o, id)
	return append(out, more...), err
}

package kinds

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// OAuth client apps (/api/v1/apps), whose kinds differ in their application_type.
//
// Documents of apps are sent without the SDK's model: unknown fields and the free-form profile must
// be sent back unchanged, and the model drops nulls and empty lists and rounds large numbers.

const (
	appsPath = "/api/v1/apps"
	appName  = "oidc_client" // the entry of Okta's catalog that these apps are made from

	applicationType = "settings.oauthClient.application_type" // by which the kinds of app differ

	usersAttr = "assigned_users"
)

// app returns the kind of app with that name.
func app(name string) *Kind {
	k := &Kind{
		Kind:             kinds.Named(name),
		Collection:       appsPath,
		List:             listApps,
		Whole:            wholeApps,
		Get:              getApp,
		Create:           createApp,
		Update:           updateApp,
		Delete:           deleteApp,
		DeactivatesFirst: true,
		Lookup: &Lookup{Source: "app", Collection: appsPath, ByID: getApp,
			ByName: func(ctx context.Context, o *Org, name string) ([]map[string]any, error) {
				return o.List(ctx, appsPath, "limit=200&q="+url.QueryEscape(name))
			}},
		Operations: Operations{
			Create: "POST /api/v1/apps", Update: "PUT /api/v1/apps/{appId}", Delete: "DELETE /api/v1/apps/{appId}",
			SideData: map[string]string{
				ScopesAttr: "POST /api/v1/apps/{appId}/grants",
				RoleBlock:  "POST /oauth2/v1/clients/{clientId}/roles",
				groupsAttr: "PUT /api/v1/apps/{appId}/groups/{groupId}",
				usersAttr:  "POST /api/v1/apps/{appId}/users",
			},
			// Replacing an app with other credentials requires the right to change its keys.
			Credentials:     "POST /api/v1/apps/{appId}/credentials/jwks",
			CredentialAttrs: []string{keyBlock, SecretBlock, "jwks_uri"},
			APITokenOnly:    []string{claimBlock},
		},
		Events: appEvents,
	}
	if k.Block(RoleBlock) != nil {
		k.RolesPath, k.BornWithRoles = "/oauth2/v1/clients/ID/roles", true
		k.Principal = func(r *Remote) Principal {
			return Principal{"/oauth2/v1/clients/" + url.PathEscape(r.ClientID()) + "/roles", "CLIENT"}
		}
	}
	if k.Attr(groupsAttr) != nil {
		k.Memberships = []Membership{
			{Attr: groupsAttr, Path: appsPath + "/ID/groups", Pages: (*Org).ListApplicationGroups, Member: appGroup, Add: (*Org).assignGroup, Remove: (*Org).unassignGroup, Details: groupDetails, SetDetails: setGroupDetails},
			{Attr: usersAttr, Path: appsPath + "/ID/users", Pages: (*Org).ListApplicationUsers, Member: appUser, Add: (*Org).assignUser, Remove: (*Org).unassignUser, Details: userDetails, SetDetails: setUserDetails},
		}
	}
	return k
}

// listApps returns the OIDC apps of the org that have a known kind.
func listApps(ctx context.Context, o *Org) ([]*Remote, error) {
	query := url.Values{"filter": {`name eq "` + appName + `"`}, "limit": {strconv.Itoa(okta.PageSize)}}
	var found []*Remote
	err := o.EachPage(ctx, o.ListPage(appsPath, query.Encode()), func(page []map[string]any) bool {
		for _, doc := range page {
			o.Remember(okta.Text(doc, "id"), okta.Text(doc, "label"))
			if kind := appKind(doc); kind != nil {
				found = append(found, &Remote{Kind: kind, Doc: withoutLinks(doc)})
			}
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// wholeApps returns the apps of every type.
func wholeApps(ctx context.Context, o *Org) (*Whole, error) {
	all := &Whole{}
	err := o.EachPage(ctx, o.ListPage(appsPath, "limit=200"), func(page []map[string]any) bool {
		for _, doc := range page {
			o.Remember(okta.Text(doc, "id"), okta.Text(doc, "label"))
			if kind := appKind(doc); kind != nil {
				all.Remotes = append(all.Remotes, &Remote{Kind: kind, Doc: withoutLinks(doc)})
				continue
			}
			name, mode := okta.Text(doc, "name"), okta.Text(doc, "signOnMode")
			is := "an app made from the entry " + name + " of Okta's catalog"
			switch {
			case ownApp(name):
				is = "an app of Okta's own"
			case name == appName:
				is = "an OIDC app of the type " + okta.Text(doc, "settings", "oauthClient", "application_type")
			case mode != "" && mode != "OPENID_CONNECT":
				is = "an app with the sign-on mode " + mode
			}
			all.other("app", doc, okta.Text(doc, "label"), name, is)
		}
		return true
	})
	return all, err
}

// ownApp reports whether a catalog entry is one of the apps that Okta adds to every org.
func ownApp(name string) bool {
	switch name {
	case "saasure", "okta_enduser", "okta_browser_plugin", "okta_iga_reviewer", "okta_access_requests_resource_catalog", "flow", "okta_flow_sso", "okta_oin_submission_tester_app", "okta_authenticator":
		return true
	}
	return false
}

// withoutLinks removes the links of an app except the one to its policy. They are half of its
// document, and the documents of thousands of apps are most of what a plan keeps in memory.
func withoutLinks(doc map[string]any) map[string]any {
	doc["_links"] = map[string]any{policyLink: okta.Object(doc, "_links", policyLink)}
	return doc
}

// appKind returns the kind of an app; nil if it cannot be declared, like Okta's own apps.
func appKind(doc map[string]any) *Kind {
	if okta.Text(doc, "name") != appName || okta.Text(doc, "id") == "" || okta.Text(doc, "status") == "DELETED" {
		return nil
	}
	for _, kind := range All() {
		if kind.Collection == appsPath && kind.Constants[applicationType] == okta.Text(doc, "settings", "oauthClient", "application_type") {
			return kind
		}
	}
	return nil
}

func getApp(ctx context.Context, o *Org, id string) (map[string]any, error) {
	return o.Document(ctx, o.GetApplication(id))
}

func createApp(ctx context.Context, o *Org, doc map[string]any, want schema.Value) (map[string]any, error) {
	path := appsPath
	if schema.Text(want.GetAttr("status")) == "INACTIVE" {
		path += "?activate=false"
	}
	request := Writable(doc)
	if given := kinds.GivenSecrets(want); len(given) > 0 && kinds.SecretBased(want) {
		var err error
		if request, err = withSecret(request, given[0]); err != nil {
			return nil, err
		}
	}
	return o.Document(ctx, o.Request(http.MethodPost, path, request))
}

// withSecret is the document of a new app with the client secret that a block gives, so that Okta
// makes none.
func withSecret(doc map[string]any, given schema.GivenSecret) (map[string]any, error) {
	doc, err := okta.Clone(doc)
	if err == nil {
		okta.Object(doc, "credentials", "oauthClient")["client_secret"] = given.Value.Reveal()
	}
	return doc, err
}

// updateApp deactivates the app first, or activates it last.
func updateApp(ctx context.Context, o *Org, now *Remote, doc map[string]any, want schema.Value) error {
	is, should := okta.Text(now.Doc, "status"), schema.Text(want.GetAttr("status"))
	if should == "INACTIVE" && is != should {
		if err := o.Do(ctx, o.DeactivateApplication(now.ID())); err != nil {
			return err
		}
	}
	if doc != nil {
		if err := o.Do(ctx, o.ReplaceApp(now.ID(), doc)); err != nil {
			return err
		}
	}
	if should == "ACTIVE" && is != should {
		return o.Do(ctx, o.ActivateApplication(now.ID()))
	}
	return nil
}

// ReplaceApp replaces the document of an app.
func (o *Org) ReplaceApp(id string, doc map[string]any) okta.Call {
	return o.Request(http.MethodPut, appsPath+"/"+url.PathEscape(id), Writable(doc))
}

// Writable returns the document of an app without the fields that Okta's OpenAPI document marks as
// read-only.
func Writable(doc map[string]any) map[string]any {
	doc = maps.Clone(doc)
	for _, name := range []string{"_embedded", "_links", "created", "features", "id", "lastUpdated", "orn", "status", "universalLogout"} {
		delete(doc, name)
	}
	return doc
}

// deleteApp deactivates and deletes an app. Okta may answer 500 to the deletion while it still
// works on the deactivation; the transport retries.
func deleteApp(ctx context.Context, o *Org, now *Remote, onDestroy string) error {
	if okta.Text(now.Doc, "status") != "INACTIVE" {
		if err := o.Do(ctx, o.DeactivateApplication(now.ID())); err != nil {
			return err
		}
	}
	if onDestroy == "deactivate" {
		return nil
	}
	return o.Do(ctx, o.DeleteApplication(now.ID()))
}

func appGroup(doc map[string]any) (id, name string, counts bool) {
	return okta.Text(doc, "id"), okta.Text(doc, "_embedded", "group", "profile", "name"), true
}

func listAppGroups(ctx context.Context, o *Org, id string) ([]named, error) {
	return Membership{Pages: (*Org).ListApplicationGroups, Member: appGroup}.List(ctx, o, id)
}

// AppGroups returns the ids of the groups that an app is assigned to.
func (o *Org) AppGroups(ctx context.Context, app string) (ids []string, err error) {
	groups, err := listAppGroups(ctx, o, app)
	for _, g := range groups {
		ids = append(ids, g.id)
	}
	return ids, err
}

func (o *Org) assignGroup(app, group string) okta.Call {
	return o.AssignGroupToApplication(app, group)
}

func (o *Org) unassignGroup(app, group string) okta.Call {
	return o.UnassignGroupFromApplication(app, group)
}

// appUser selects the users who are assigned directly, not through a group.
func appUser(doc map[string]any) (id, name string, counts bool) {
	return okta.Text(doc, "id"), okta.Text(doc, "_embedded", "user", "profile", "login"), okta.Text(doc, "scope") == "USER"
}

func (o *Org) assignUser(app, user string) okta.Call { return o.AssignUserToApplication(app, user) }

func (o *Org) unassignUser(app, user string) okta.Call {
	return o.UnassignUserFromApplication(app, user)
}

// groupDetails returns the groups of an app, each with its priority and profile.
func groupDetails(ctx context.Context, o *Org, id string) ([]member, error) {
	return assignmentDetails(ctx, o, appsPath+"/"+url.PathEscape(id)+"/groups", func(map[string]any) bool { return true })
}

// userDetails returns the users who are assigned to an app directly, each with their user name and
// profile there.
func userDetails(ctx context.Context, o *Org, id string) ([]member, error) {
	return assignmentDetails(ctx, o, appsPath+"/"+url.PathEscape(id)+"/users", func(doc map[string]any) bool { return okta.Text(doc, "scope") == "USER" })
}

func assignmentDetails(ctx context.Context, o *Org, path string, counts func(map[string]any) bool) ([]member, error) {
	docs, err := o.List(ctx, path, url.Values{"limit": {strconv.Itoa(okta.PageSize)}}.Encode())
	var out []member
	for _, doc := range docs {
		if id := okta.Text(doc, "id"); counts(doc) {
			out = append(out, member{named{id, o.NameOf(id)}, doc})
		}
	}
	return out, err
}

func setGroupDetails(o *Org, id string, m member, want cty.Value) (okta.Call, error) {
	body := map[string]any{"profile": profileOf(m, want)}
	if !want.GetAttr("priority").IsNull() {
		n, _ := want.GetAttr("priority").AsBigFloat().Int64()
		body["priority"] = n
	}
	return o.Request(http.MethodPut, appsPath+"/"+url.PathEscape(id)+"/groups/"+url.PathEscape(m.id), body), nil
}

func setUserDetails(o *Org, id string, m member, want cty.Value) (okta.Call, error) {
	body := map[string]any{}
	if profile := want.GetAttr("profile"); !profile.IsNull() {
		var declared map[string]any
		if err := json.Unmarshal([]byte(schema.Text(profile)), &declared); err != nil {
			return nil, err
		}
		body["profile"] = declared
	}
	if name := schema.Text(want.GetAttr("user_name")); name != "" {
		body["credentials"] = map[string]any{"userName": name}
	}
	return okta.Repeatable(o.Request(http.MethodPost, appsPath+"/"+url.PathEscape(id)+"/users/"+url.PathEscape(m.id), body)), nil
}

// targetApp are the System Log's types of an app and of its client.
var targetApp = []string{"AppInstance", "PublicClientApp"}

var appEvents = []EventEffect{
	{Targets: targetApp, Rights: true, Only: []string{ScopesAttr}, Types: `app.oauth2.admin.consent.grant app.oauth2.admin.consent.revoke`},
	{Targets: targetApp, Rights: true, Only: []string{RoleBlock}, Types: `app.oauth2.client.privilege.grant app.oauth2.client.privilege.revoke`},
	{Targets: targetApp, Only: []string{keyBlock, SecretBlock}, Types: `app.oauth2.credentials.lifecycle.create app.oauth2.credentials.lifecycle.activate
		app.oauth2.credentials.lifecycle.deactivate app.oauth2.credentials.lifecycle.delete`},
	{Targets: targetApp, Types: `app.oauth2.client.lifecycle.create app.oauth2.client.lifecycle.activate app.oauth2.client.lifecycle.deactivate
		application.lifecycle.create application.lifecycle.activate application.lifecycle.deactivate
		application.configuration.update application.configuration.import_schema`},
	{Targets: targetApp, Renamed: true, Types: `application.lifecycle.update app.oauth2.client.lifecycle.update`},
	{Targets: targetApp, Gone: true, Types: `application.lifecycle.delete app.oauth2.client.lifecycle.delete`},
	{Targets: targetApp, SideData: []string{groupsAttr, "assigned_group"}, Types: `group.application_assignment.add group.application_assignment.remove
		group.application_assignment.update group.application_assignment.skip_assignment_reconcile`},
	{Targets: targetApp, SideData: []string{usersAttr, "assigned_user"}, Types: `application.user_membership.add application.user_membership.remove
		application.user_membership.update application.user_membership.approve application.user_membership.change_username
		application.user_membership.deprovision application.user_membership.provision application.user_membership.restore
		application.user_membership.revoke`},
}

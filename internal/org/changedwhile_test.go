package org_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/org/readcache"
	"github.com/oktaform/oktaform/schema"
)

// What somebody changes while the org is read, before whichever of its requests,
// shows the next time at the latest.
func TestChangesWhileReading(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	w := watch(t, random.IntN)
	ops := []string{
		"POST /api/v1/apps/{appId}/grants", "DELETE /api/v1/apps/{appId}/grants/{grantId}",
		"POST /oauth2/v1/clients/{clientId}/roles", "DELETE /oauth2/v1/clients/{clientId}/roles/{roleAssignmentId}",
		"POST /api/v1/groups/{groupId}/roles", "DELETE /api/v1/groups/{groupId}/roles/{roleAssignmentId}",
		"PUT /api/v1/groups/{groupId}/users/{userId}", "DELETE /api/v1/groups/{groupId}/users/{userId}",
		"PUT /api/v1/apps/{appId}/groups/{groupId}", "POST /api/v1/apps/{appId}/users",
		"POST /api/v1/iam/roles/{roleIdOrLabel}/permissions/{permissionType}", "PUT /api/v1/groups/{groupId}",
	}
	for _, whole := range []bool{false, true} {
		for at := int64(1); !t.Failed(); at++ {
			if whole {
				w.past, at = nil, at+2 // it takes many requests
			}
			var calls atomic.Int64
			w.tape.before = func(string) {
				if calls.Add(1) == at {
					for range 4 {
						w.meddle(ops[random.IntN(len(ops))])
					}
				}
			}
			w.remember()
			w.tape.before = nil
			if calls.Load() < at {
				break
			}
			w.agree(fmt.Sprintf("changes before request %d", at), false)
			w.later(time.Duration(random.IntN(12)) * time.Minute)
		}
	}
}

// What shows minutes after its event isn't forgotten.
func TestChangesThatShowLate(t *testing.T) {
	w := watch(t, func(int) int { return 0 })
	w.slow(9 * time.Minute)
	app := w.idOf("service_app")
	w.meddler.try(t, "POST", "/oauth2/v1/clients/"+app+"/roles", `{"type":"MOBILE_ADMIN"}`)
	w.meddler.try(t, "PUT", "/api/v1/groups/"+w.idOf("group")+"/users/"+w.idOf("user"), "")
	before := len(w.seen)
	for _, minutes := range []time.Duration{0, 5, 3} {
		w.later(minutes * time.Minute)
		w.agree(fmt.Sprintf("%d minutes more", minutes), false)
		if slices.ContainsFunc(w.seen, func(o schema.Object) bool { return strings.Contains(fmt.Sprintf("%#v", o.Value), "MOBILE_ADMIN") }) || len(w.seen) != before {
			t.Fatal("it shows at once")
		}
	}
	w.later(2 * time.Minute)
	w.agree("ten minutes", false)
	if !slices.ContainsFunc(w.seen, func(o schema.Object) bool { return strings.Contains(fmt.Sprintf("%#v", o.Value), "MOBILE_ADMIN") }) {
		t.Error("it never shows")
	}
}

// remember reads by events, and keeps what is to be remembered.
func (w *watched) remember() {
	w.t.Helper()
	c := w.client()
	who, err := c.Identity(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	_, next, how, err := readcache.Read(w.t.Context(), c, who, w.q, w.past, "test")
	if err != nil || next == nil {
		w.t.Fatal(how, err)
	}
	file, err := next.Encode()
	if err != nil {
		w.t.Fatal(err)
	}
	w.past = readcache.Decode(file)
}

// A rule may add members to any group without an event for each. They show by the
// date that the list of groups has, or by an event of the rule.
func TestRuleOfGroupShows(t *testing.T) {
	k := rememberedOrg(t)
	k.query.Objects = []schema.ObjectQuery{{Addr: schema.Addr{Kind: "group", Name: "hand"}, Name: "By hand", SideData: []string{"members"}}}
	k.server.SetClockOffset(11 * time.Minute) // what was made counts no more
	found, past, _, err := k.read(nil)
	if err != nil {
		t.Fatal(err)
	}
	membershipDate := regexp.MustCompile(`"lastMembershipUpdated":"[^"]*"`)
	dateBefore := membershipDate.FindString(k.send("GET", "/api/v1/groups?q=By+hand", ""))
	i := slices.IndexFunc(found.Objects, func(o schema.Object) bool { return o.Kind == "group" })
	var me struct{ ID string }
	decode(t, k.send("GET", "/api/v1/users/me", ""), &me)
	k.send("PUT", "/api/v1/groups/"+found.Objects[i].ID+"/users/"+me.ID, "")
	for _, row := range []struct {
		event   string
		dated   bool
		members int
	}{
		{"", false, 0},
		{"", true, 1},
		{`{"eventType":"group.user_membership.rule.trigger","target":[{"id":"0pr1","type":"GroupRule"}]}`, false, 1},
	} {
		told := false
		k.carry.edit = func(req *http.Request, resp *http.Response) {
			if req.URL.Path == "/api/v1/groups" && !row.dated {
				body, _ := io.ReadAll(resp.Body)
				body = membershipDate.ReplaceAll(body, []byte(dateBefore))
				resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), -1
			}
			if req.URL.Path != "/api/v1/logs" || !req.URL.Query().Has("after") {
				return
			}
			text := "[" + row.event + "]"
			if told {
				text = "[]"
			}
			told = true
			resp.Body, resp.ContentLength = io.NopCloser(strings.NewReader(text)), -1
		}
		found, _, how, err := k.read(past)
		if err != nil || !strings.Contains(how, "read again") {
			t.Fatal(how, err)
		}
		if n := found.Objects[i].Value.GetAttr("members").LengthInt(); n != row.members {
			t.Errorf("after %q, %t: %d members, want %d", row.event, row.dated, n, row.members)
		}
	}
}

// What can act in the name of an app is read before the app gets a right, as by a
// plan that reads everything; whatever things in the org are called.
func TestSecretsAreReadBeforeRightsCome(t *testing.T) {
	k := rememberedOrg(t)
	var app, group, role struct{ ID string }
	decode(t, k.send("POST", "/api/v1/groups", `{"profile":{"name":"SUPER_ADMIN"}}`), &group)
	decode(t, k.send("POST", "/api/v1/apps", `{"name":"oidc_client","label":"Bot","signOnMode":"OPENID_CONNECT","credentials":{"oauthClient":{"token_endpoint_auth_method":"client_secret_basic"}},"settings":{"oauthClient":{"application_type":"service","grant_types":["client_credentials"],"response_types":["token"]}},"profile":{"oktaform_owner":"`+owner+`","oktaform_address":"service_app.bot"}}`), &app)
	decode(t, k.send("POST", "/oauth2/v1/clients/"+app.ID+"/roles", `{"type":"USER_ADMIN"}`), &role)
	k.send("PUT", "/oauth2/v1/clients/"+app.ID+"/roles/"+role.ID+"/targets/groups/"+group.ID, "")
	k.server.SetClockOffset(11 * time.Minute)
	_, past, _, err := k.read(nil)
	if err != nil {
		t.Fatal(err)
	}
	k.query.Objects = []schema.ObjectQuery{{Addr: schema.Addr{Kind: "service_app", Name: "bot"}, Name: "Bot", Rights: schema.Rights{Roles: []string{"SUPER_ADMIN"}}}}
	for _, from := range []*readcache.Cache{nil, past} {
		found, _, how, err := k.read(from)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range found.Objects {
			if o.ID == app.ID && o.Value.GetAttr("client_secret").IsNull() {
				t.Errorf("the secrets weren't read (%s)", how)
			}
		}
	}
}

package smoke

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
)

// noSuchID is an id that no object has: Okta's ids begin with characters that name the type. A
// request for it cannot take effect.
const noSuchID = "00000000000000000000"

// notRefused are the statuses which show that a probe would be allowed: 404, because the object
// does not exist, or 400, because the body was empty.
var notRefused = []int{200, 204, 400, 404}

// refusedStatus is the expected status of a probe outside the declared access.
var refusedStatus = []int{403}

// expand replaces each test that generates others by the generated ones.
func expand(tests []schema.SmokeTest) []schema.SmokeTest {
	var out []schema.SmokeTest
	for i := range tests {
		if tests[i].Generate == "" {
			out = append(out, tests[i])
			continue
		}
		out = append(out, Derive(&tests[i])...)
	}
	return out
}

// Derive generates the least-privilege tests of an app from its declared scopes and roles, or from
// those of the user who signs in:
//
//   - every granted scope allows an operation that requires it,
//   - other scopes are refused,
//   - operations that the scopes do not allow are refused, and those that the scopes allow but
//     the roles do not,
//   - every further key on this machine signs.
//
// The probes read, or name an object that cannot exist.
func Derive(from *schema.SmokeTest) []schema.SmokeTest {
	d := &derivation{from: from, roles: from.App.Roles, granted: slices.Sorted(slices.Values(from.App.Granted))}
	if from.SignIn != nil {
		d.roles = from.SignIn.Roles
	}
	if from.SignIn == nil { // the token endpoint refuses scopes about a signed-in user
		d.granted = slices.DeleteFunc(d.granted, catalog.OwnAccount)
	}
	for _, scope := range d.granted {
		d.works(scope)
	}
	d.noOtherScope()
	d.noOtherOperation()
	d.keys()
	return d.tests
}

type derivation struct {
	from    *schema.SmokeTest
	granted []string
	roles   []schema.TestRole
	tests   []schema.SmokeTest
}

// add appends a derived test.
func (d *derivation) add(format string, args ...any) *schema.SmokeTest {
	test := *d.from
	test.Name += ": " + fmt.Sprintf(format, args...)
	test.Generate, test.Refused = "", nil
	d.tests = append(d.tests, test)
	return &d.tests[len(d.tests)-1]
}

// works adds the test that a scope can be used.
func (d *derivation) works(scope string) {
	test := d.add("%s works", scope)
	test.Scopes = []string{scope}
	candidates := probes(func(o catalog.Operation) bool { return slices.Contains(o.Scopes, scope) && catalog.Granted(o, scope) })
	if len(candidates) == 0 {
		return // only get the token
	}
	// Prefer one that the roles allow; if there is none, the refusal says so.
	chosen := candidates[0]
	if i := slices.IndexFunc(candidates, func(o catalog.Operation) bool { return d.permitted(o) == yes }); i >= 0 {
		chosen = candidates[i]
	}
	test.Requests = []schema.TestRequest{probe(chosen, notRefused, test)}
}

// worthAsking are scopes that an app must not have by accident.
var worthAsking = []string{"okta.apps.read", "okta.groups.read", "okta.logs.read", "okta.users.read"}

// noOtherScope adds the test that scopes that are not granted are refused.
func (d *derivation) noOtherScope() {
	var refused []string
	for _, scope := range slices.Concat(d.granted, worthAsking) {
		if manage, reads := manageOf(scope); reads && !slices.Contains(d.granted, manage) && catalog.KnownScope(manage) && slices.Contains(d.granted, scope) {
			refused = append(refused, manage)
		}
	}
	for _, scope := range worthAsking {
		manage, _ := manageOf(scope)
		if !slices.Contains(d.granted, scope) && !slices.Contains(d.granted, manage) {
			refused = append(refused, scope)
		}
	}
	if slices.Sort(refused); len(refused) > 0 {
		d.add("no other scope is granted").Refused = slices.Compact(refused)
	}
}

func manageOf(scope string) (manage string, reads bool) {
	resource, reads := strings.CutSuffix(scope, ".read")
	return resource + ".manage", reads
}

// noOtherOperation adds the test that operations just outside the scopes and roles are refused.
func (d *derivation) noOtherOperation() {
	if len(d.granted) == 0 {
		return
	}
	var outside []catalog.Operation
	for _, scope := range d.granted {
		manage, reads := manageOf(scope)
		if reads && !slices.Contains(d.granted, manage) {
			outside = append(outside, first(probes(func(o catalog.Operation) bool {
				return slices.Contains(o.Scopes, manage) && !catalog.Granted(o, d.granted...)
			}))...)
		}
		outside = append(outside, first(probes(func(o catalog.Operation) bool {
			own := strings.HasPrefix(o.Path, "/api/v1/"+catalog.Family(scope)) // not an operation that has the scope among others
			return own && slices.Contains(o.Scopes, scope) && catalog.Granted(o, d.granted...) && d.permitted(o) == no
		}))...)
	}
	for _, scope := range worthAsking {
		outside = append(outside, first(probes(func(o catalog.Operation) bool {
			return slices.Equal(o.Scopes, []string{scope}) && !catalog.Granted(o, d.granted...)
		}))...)
	}
	if len(outside) == 0 {
		return
	}
	test := d.add("no other operation is allowed")
	test.Scopes = d.granted
	seen := map[string]bool{}
	for _, o := range outside {
		if !seen[o.String()] {
			seen[o.String()] = true
			test.Requests = append(test.Requests, probe(o, refusedStatus, test))
		}
	}
}

func first(list []catalog.Operation) []catalog.Operation { return list[:min(1, len(list))] }

// keys adds the tests that the app's other keys sign.
func (d *derivation) keys() {
	if len(d.granted) == 0 || d.from.App.AuthMethod != "private_key_jwt" {
		return
	}
	for i, key := range d.from.App.Keys {
		if i > 0 && !key.Absent && !key.Inactive {
			test := d.add("key %s signs", key.KID)
			test.Scopes, test.App.Keys = d.granted[:1], []schema.PrivateKey{key}
		}
	}
}

// verdict says whether the roles allow an operation, according to the catalog.
type verdict int

const (
	unknown verdict = iota
	yes
	no
)

// permitted compares the roles with an operation. It is certain that they do not allow it only if
// all of them are known, and if roles are known to allow the operation.
func (d *derivation) permitted(o catalog.Operation) verdict {
	known := len(catalog.PermittedBy(o)) > 0
	for _, role := range d.roles {
		holders := []string{role.Type}
		if role.Type == "CUSTOM" {
			holders = role.Permissions
			known = known && len(holders) > 0
		}
		for _, holder := range holders {
			if _, permits := catalog.RolePermits(holder, o); permits {
				return yes
			}
			known = known && catalog.KnownHolder(holder)
		}
	}
	if _, oneself := catalog.OneselfPermits(o); known && !oneself {
		return no
	}
	return unknown
}

// probes returns the operations that can be tried without effect, the simplest first.
func probes(fits func(catalog.Operation) bool) []catalog.Operation {
	var list []catalog.Operation
	for _, o := range catalog.All() {
		if harmless(o) && fits(o) {
			list = append(list, o)
		}
	}
	rank := func(o catalog.Operation) int {
		return slices.Index([]string{"GET", "PUT", "POST", "PATCH", "DELETE"}, o.Method)
	}
	slices.SortStableFunc(list, func(a, b catalog.Operation) int {
		return cmp.Or(cmp.Compare(strings.Count(a.Path, "/"), strings.Count(b.Path, "/")), rank(a)-rank(b), strings.Compare(a.Path, b.Path))
	})
	return list
}

// harmless reports whether trying the operation changes nothing: it lists objects, or its first
// parameter is the id of an object, which then does not exist.
func harmless(o catalog.Operation) bool {
	_, parameter, found := strings.Cut(o.Path, "{")
	parameter, _, _ = strings.Cut(parameter, "}")
	if !found {
		return o.Method == "GET"
	}
	name := strings.ToLower(strings.TrimSuffix(parameter, "OrLogin"))
	return strings.HasSuffix(name, "id")
}

// probe returns the request for an operation.
func probe(o catalog.Operation, status []int, test *schema.SmokeTest) schema.TestRequest {
	var segments []string
	for segment := range strings.SplitSeq(o.Path, "/") {
		if strings.HasPrefix(segment, "{") {
			segment = noSuchID
		}
		segments = append(segments, segment)
	}
	r := schema.TestRequest{Method: o.Method, Path: strings.Join(segments, "/"), Status: status, Probe: true, Range: test.Range}
	if o.Method == "GET" && slices.Contains([]string{"/api/v1/users", "/api/v1/groups", "/api/v1/apps", "/api/v1/logs"}, r.Path) {
		r.Path += "?limit=1" // reads as little of people's data as possible
	}
	if o.Method != "GET" && o.Method != "DELETE" {
		r.Body = "{}"
	}
	return r
}

package oauth

import (
	"regexp"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// groupsClaim is the name and value of an app's claim with the groups of a user. Of Okta's
// expression language only user.ATTRIBUTE is known; other expressions give no claim.
func groupsClaim(c *web.Call, client *client, u *state.User) (name string, value any) {
	a := c.Org.AppByClientID(client.id)
	if a == nil {
		return "", nil
	}
	name, want := jsondoc.Text(a.IDToken, "name"), jsondoc.Text(a.IDToken, "value")
	switch jsondoc.Text(a.IDToken, "valueType") {
	case "GROUPS":
		fits := groupFilter(jsondoc.Text(a.IDToken, "groupFilterType"), want)
		groups := []string{}
		for _, group := range groupNames(c, u) {
			if fits(group) {
				groups = append(groups, group)
			}
		}
		return name, groups
	case "EXPRESSION":
		attribute, ok := strings.CutPrefix(want, "user.")
		if v := jsondoc.Text(u.Profile, attribute); ok && v != "" {
			return name, v
		}
	}
	return "", nil
}

// groupFilter reports of a group's name whether it fits.
func groupFilter(filter, want string) func(name string) bool {
	switch filter {
	case "EQUALS":
		return func(name string) bool { return name == want }
	case "STARTS_WITH":
		return func(name string) bool { return strings.HasPrefix(name, want) }
	case "CONTAINS":
		return func(name string) bool { return strings.Contains(name, want) }
	case "REGEX":
		if pattern, err := regexp.Compile("^(?:" + want + ")$"); err == nil {
			return pattern.MatchString
		}
	}
	return func(string) bool { return false }
}

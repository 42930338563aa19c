package orgcopy

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"sync"

	"github.com/oktaform/oktaform/internal/okta"
)

// address matches what may be a login or an e-mail address.
var address = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`[^\s<>()\[\]{}"',;:/]+@[^\s<>()\[\]{}"',;:/]*[^\s<>()\[\]{}"',;:/.!?]`)
})

// anonymize replaces what the copy tells of people. Ids stay, so that whatever refers to a
// person by id still does, and the same person gets the same name in each copy. Labels,
// descriptions and names of what is no person stay, but for the logins and addresses in them.
func (c *Copy) anonymize() {
	names := map[string]string{}
	for _, user := range c.Users {
		sum := sha256.Sum256([]byte("oktaform person " + okta.Text(user, "id")))
		name := hex.EncodeToString(sum[:6])
		login := name + "@person.example"
		profile, _ := user["profile"].(map[string]any)
		for _, member := range []string{"login", "email", "secondEmail"} {
			if text := okta.Text(profile, member); text != "" {
				names[strings.ToLower(text)] = login
			}
		}
		user["profile"] = map[string]any{"login": login, "email": login, "firstName": "Person", "lastName": name}
		delete(user, "lastLogin")
		delete(user, "passwordChanged")
	}
	for _, app := range c.Apps {
		users, _ := app["users"].([]map[string]any)
		for _, u := range users {
			delete(u, "profile")
			delete(u, "userName")
		}
	}
	replace := func(text string) string {
		return address().ReplaceAllStringFunc(text, func(found string) string {
			if name := names[strings.ToLower(found)]; name != "" {
				return name
			}
			return found
		})
	}
	c.SuperAdmin = replace(c.SuperAdmin)
	for _, list := range c.lists() {
		for _, element := range *list {
			eachText(element, replace)
		}
	}
}

// eachText replaces the texts in a value.
func eachText(value any, replace func(string) string) any {
	switch v := value.(type) {
	case string:
		return replace(v)
	case map[string]any:
		for name, inner := range v {
			v[name] = eachText(inner, replace)
		}
	case []any:
		for i := range v {
			v[i] = eachText(v[i], replace)
		}
	case []map[string]any:
		for i := range v {
			eachText(v[i], replace)
		}
	}
	return value
}

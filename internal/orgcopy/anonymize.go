package orgcopy

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/oktaform/oktaform/internal/okta"
)

// address matches strings that may contain a login or an e-mail address. In a URL, the @ is
// percent-encoded, once or more often.
var address = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`[^\s<>()\[\]{}"',;:/@]+(@|%(25)*40)[^\s<>()\[\]{}"',;:/?&=#@]*[^\s<>()\[\]{}"',;:/?&=#@.!]`)
})

// replaceAddress replaces the login in a match of address. Other text may precede or follow it:
// ?login=ada%40example.com%26x.
func replaceAddress(found string, names map[string]string) string {
	at := address().FindStringSubmatchIndex(found)
	sign := found[at[2]:at[3]]
	for begin := 0; begin < at[2]; begin++ {
		for _, end := range slices.Backward(ends(found, at[3])) {
			name := names[strings.ToLower(decoded(found[begin:end]))]
			if name != "" && (begin == 0 || !isWord(found[begin-1]) || isEncoded(found[:begin])) {
				return found[:begin] + strings.Replace(name, "@", sign, 1) + found[end:]
			}
		}
	}
	return found
}

// ends returns the positions where a login may end: the end of the text, and before each %.
func ends(text string, from int) []int {
	var list []int
	for i := from; i < len(text); i++ {
		if text[i] == '%' {
			list = append(list, i)
		}
	}
	return append(list, len(text))
}

// decoded removes percent-encoding, which may have been applied several times.
func decoded(text string) string {
	for range 3 {
		plain, err := url.PathUnescape(text)
		if err != nil || plain == text {
			break
		}
		text = plain
	}
	return text
}

// isEncoded reports whether a text ends with a percent-encoded character.
func isEncoded(text string) bool {
	return len(text) > 2 && decoded(text[len(text)-3:]) != text[len(text)-3:] || strings.HasSuffix(text, "%253D") || strings.HasSuffix(text, "%2526")
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '.' || c == '_' || c >= 0x80
}

// anonymize replaces personal data in the copy. It keeps ids, so that references to a person stay
// valid, and the same person gets the same name in each copy. It keeps labels, descriptions and
// names of objects that are not people, except logins and addresses in them.
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
			return replaceAddress(found, names)
		})
	}
	c.SuperAdmin = replace(c.SuperAdmin)
	for _, list := range c.lists() {
		for _, element := range *list {
			eachText(element, replace)
		}
	}
}

// eachText replaces the strings in a value, and the names of members.
func eachText(value any, replace func(string) string) any {
	switch v := value.(type) {
	case string:
		return replace(v)
	case map[string]any:
		for name, inner := range maps.Clone(v) {
			delete(v, name)
			v[replace(name)] = eachText(inner, replace)
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

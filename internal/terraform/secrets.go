package terraform

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/internal/secretname"
)

// Secret is the place of a secret in clear text in a state. It does not contain the value.
type Secret struct {
	Address, Attr string
}

// secretIn are attributes whose elements are secret, by attribute and element.
var secretIn = map[string][]string{
	"password_hash":   {"value", "salt"},
	"auth":            {"value", "key"},
	"random_password": {"result"},
}

func (s *State) secret(address, attr string) {
	s.Secrets = append(s.Secrets, Secret{address, attr})
}

// findSecrets records the secrets in the attributes of a resource, and the hosts of orgs. sensitive
// are the attributes that the state marks.
func (s *State) findSecrets(address string, attributes map[string]any, sensitive map[string]bool) {
	typ := address
	if a, err := parseAddress(address); err == nil {
		typ = a.Type
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		within := secretIn[typ]
		walk(attributes[name], name, name, func(path, leaf, text string) {
			if strings.HasPrefix(typ, oktaPrefix) {
				s.addURL(leaf, text)
			}
			if sensitive[name] || secretname.Is(leaf) || slices.Contains(secretIn[name], leaf) || slices.Contains(within, leaf) || secretname.PrivateKey(text) {
				s.secret(address, path)
			}
		})
	}
}

// findOutput reports an output that contains a secret.
func (s *State) findOutput(name string, value any, sensitive bool) {
	s.findValue("output."+name, value, sensitive)
}

func (s *State) findValue(address string, value any, sensitive bool) {
	found := false
	_, name, _ := strings.Cut(address, ".")
	walk(value, name, name, func(_, leaf, text string) {
		found = found || sensitive || secretname.Is(leaf) || secretname.PrivateKey(text)
	})
	if found {
		s.secret(address, "value")
	}
}

// walk calls text with each non-empty string, its path, and the last name in the path. It also
// walks strings that are JSON.
func walk(value any, path, leaf string, text func(path, leaf, value string)) {
	switch value := value.(type) {
	case string:
		if value == "" {
			return
		}
		text(path, leaf, value)
		var inner any
		if (value[0] == '{' || value[0] == '[') && budget.JSON([]byte(value)) == nil && json.Unmarshal([]byte(value), &inner) == nil {
			walk(inner, path, leaf, text)
		}
	case []any:
		for i, element := range value {
			walk(element, fmt.Sprintf("%s[%d]", path, i), leaf, text)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			walk(value[name], path+"."+name, name, text)
		}
	}
}

// keyInText matches the name in a line that gives a value to a name.
var keyInText = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^[ \t{,-]*["']?([A-Za-z][A-Za-z0-9_-]*)["']?[ \t]*[:=][ \t]*["']?[^\s"',}]`)
})

// mayHoldSecret reports whether a file may hold a secret: a private key, or a value under a name
// such as password, in JSON, YAML, a table or lines of NAME=VALUE.
func mayHoldSecret(data []byte) bool {
	text := string(data)
	if secretname.PrivateKey(text) {
		return true
	}
	found := false
	var document any
	if budget.JSON(data) == nil && json.Unmarshal(data, &document) == nil {
		walk(document, "", "", func(_, leaf, value string) { found = found || secretname.Is(leaf) })
		return found
	}
	for _, m := range keyInText().FindAllStringSubmatch(text, -1) {
		found = found || secretname.Is(m[1])
	}
	head, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	for _, column := range strings.FieldsFunc(head, func(r rune) bool { return strings.ContainsRune(",;|\t\"\r", r) }) {
		found = found || secretname.Is(strings.TrimSpace(column))
	}
	return found
}

// addURL records the host of an org from an object's URL or an issuer.
func (s *State) addURL(name, text string) {
	if !strings.HasPrefix(text, "http") || !strings.Contains(text, "/api/v1/") && name != "issuer" {
		return
	}
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		s.Hosts = append(s.Hosts, u.Host)
	}
}

// addOrg records the host in the provider's settings.
func (s *State) addOrg(name, domain string) {
	if name != "" {
		s.Hosts = append(s.Hosts, name+"."+cmp.Or(domain, "okta.com"))
	}
}

// finish sorts the results and removes duplicates.
func (s *State) finish() {
	slices.Sort(s.Hosts)
	s.Hosts = slices.Compact(s.Hosts)
	slices.SortFunc(s.Secrets, func(a, b Secret) int {
		return cmp.Or(cmp.Compare(a.Address, b.Address), cmp.Compare(a.Attr, b.Attr))
	})
	s.Secrets = slices.Compact(s.Secrets)
	slices.SortStableFunc(s.Resources, func(a, b Resource) int { return cmp.Compare(a.Address.String(), b.Address.String()) })
}

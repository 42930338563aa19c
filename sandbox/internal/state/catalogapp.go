package state

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
)

// CatalogApp is an app of Okta's integration catalog, which role targets and apps can name.
type CatalogApp struct {
	Name, DisplayName, Description, Category, Website, Mode string
}

// catalogRows are common apps: name, label, category, sign-on mode, website.
//
//go:embed catalog.tsv
var catalogRows string

// catalogApps returns the common apps by name.
var catalogApps = sync.OnceValue(func() map[string]CatalogApp {
	apps := map[string]CatalogApp{}
	for line := range strings.Lines(catalogRows) {
		row := strings.Split(strings.TrimSpace(line), "\t")
		apps[row[0]] = CatalogApp{Name: row[0], DisplayName: row[1], Description: row[1], Category: row[2], Mode: row[3], Website: row[4]}
	}
	return apps
})

// catalogName matches the names of the catalog, and those that an org gives to apps of its own.
var catalogName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,99}$`) })

// CatalogEntry returns the entry with this name. The catalog has thousands of entries: each name of
// their form has one, with a label made of it unless the app is a common one. For any other name it
// is the zero CatalogApp.
func CatalogEntry(name string) CatalogApp {
	if entry, common := catalogApps()[name]; common {
		return entry
	}
	if !catalogName().MatchString(name) {
		return CatalogApp{}
	}
	label := labelOf(name)
	return CatalogApp{Name: name, DisplayName: label, Description: label, Category: "OTHER", Website: "https://www.okta.com/", Mode: "SAML_2_0"}
}

// labelOf returns the words of a name, each with a capital letter.
func labelOf(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == '-' })
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, " ")
}

// OIDCClientName is the catalog name of the OIDC apps that an org makes of its own.
const OIDCClientName = "oidc_client"

package export

import (
	"strings"

	"github.com/oktaform/oktaform/internal/terminal"
	"github.com/oktaform/oktaform/schema"
)

// variable is a line of a .env file. That of a secret has a remark, and its value may have several
// lines (PEM). A variable without a value is written as a comment, for a person to complete.
type variable struct{ name, value, remark string }

// Dotenv returns a .env file for the app: for a service app with the names that Okta's SDKs for the
// Management API read, for others with those of Okta's sample apps. The secret is the private key
// in PEM form, or the client secret; without one its line is a comment that says where it is.
func Dotenv(org string, app schema.TestApp, secret schema.Secret) string {
	if app.AuthMethod == "private_key_jwt" {
		return dotenv(sdkVariables(org, app, secret))
	}
	return dotenv(signInVariables(org, app, secret))
}

// signInVariables are the variables of Okta's sample apps for sign-in.
func signInVariables(org string, app schema.TestApp, secret schema.Secret) []variable {
	list := []variable{
		{name: "OKTA_OAUTH2_ISSUER", value: org},
		shown(app, "OKTA_OAUTH2_CLIENT_ID", app.ClientID, "client_id"),
	}
	if strings.HasPrefix(app.AuthMethod, "client_secret_") {
		list = append(list, variable{"OKTA_OAUTH2_CLIENT_SECRET", secret.Reveal(), "a secret: oktaform credentials " + app.Addr.ShellWord() + " fetches it"})
	}
	if app.RedirectURI != "" {
		list = append(list, shown(app, "OKTA_OAUTH2_REDIRECT_URI", app.RedirectURI, "redirect_uris"))
	}
	return list
}

// sdkVariables are the variables of Okta's SDKs for the Management API. Scopes are separated by
// spaces, which all SDKs accept; the key's id has two names.
func sdkVariables(org string, app schema.TestApp, pem schema.Secret) []variable {
	list := []variable{
		{name: "OKTA_CLIENT_ORGURL", value: org},
		{name: "OKTA_CLIENT_AUTHORIZATIONMODE", value: "PrivateKey"},
		shown(app, "OKTA_CLIENT_CLIENTID", app.ClientID, "client_id"),
		{name: "OKTA_CLIENT_SCOPES", value: strings.Join(app.Granted, " ")},
	}
	remark := "a secret: no private key of " + app.Addr.String() + " is declared"
	if len(app.Keys) > 0 {
		key := app.Keys[0]
		list = append(list, variable{name: "OKTA_CLIENT_PRIVATEKEYID", value: key.KID}, variable{name: "OKTA_CLIENT_KEYID", value: key.KID})
		remark = "a secret: the content of " + key.File
	}
	return append(list, variable{"OKTA_CLIENT_PRIVATEKEY", pem.Reveal(), remark})
}

// shown returns a variable with a declared value of the app, or with a remark instead of a
// sensitive one.
func shown(app schema.TestApp, name, value, attribute string) variable {
	if app.Shown(value) == "" {
		return variable{name: name, remark: attribute + " of " + app.Addr.String() + " is sensitive"}
	}
	return variable{name: name, value: value}
}

// dotenv writes the variables so that shells and dotenv libraries read the same: in single quotes
// nothing is expanded.
func dotenv(list []variable) string {
	var b strings.Builder
	for _, v := range list {
		if v.value == "" {
			b.WriteString("# " + v.name + "= (" + terminal.Plain(v.remark) + ")\n")
			continue
		}
		if v.remark == "" && terminal.Plain(v.value) != v.value {
			b.WriteString("# " + v.name + "= (its value needs more than one line: " + terminal.Plain(v.value) + ")\n")
			continue
		}
		b.WriteString(v.name + "=" + dotenvQuote(v.value) + "\n")
	}
	return b.String()
}

func dotenvQuote(value string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@%+,", r)
	}
	if strings.IndexFunc(value, func(r rune) bool { return !plain(r) }) < 0 {
		return value
	}
	return shellQuote(value)
}

// shellQuote quotes a text as one word of a POSIX shell.
func shellQuote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

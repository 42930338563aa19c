package okta

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"unicode"

	"gopkg.in/yaml.v3"

	"github.com/oktaform/oktaform/schema"
)

// fromEnvironment reads the variables of the Okta SDKs or, if they contain no credential, those of
// the Terraform provider. It never mixes the two sets, so that a token is never combined with the
// URL of another org.
func fromEnvironment(env func(string) string) (Credentials, error) {
	sdkURL, err := variableURL("OKTA_CLIENT_ORGURL", env("OKTA_CLIENT_ORGURL"))
	if err != nil {
		return Credentials{}, err
	}
	var terraformURL string
	if name := env("OKTA_ORG_NAME"); name != "" {
		base := env("OKTA_BASE_URL")
		if base == "" {
			base = "okta.com"
		}
		if terraformURL, err = variableURL("OKTA_ORG_NAME and OKTA_BASE_URL", "https://"+name+"."+base); err != nil {
			return Credentials{}, err
		}
	}
	if sdkURL != "" && terraformURL != "" && sdkURL != terraformURL {
		return Credentials{}, fmt.Errorf("OKTA_CLIENT_ORGURL is %s, but OKTA_ORG_NAME and OKTA_BASE_URL make %s; nothing was sent. Unset one of them", sdkURL, terraformURL)
	}
	found, err := sdkVariables(env)
	if err == nil && !found.Present() {
		found, err = terraformVariables(env)
	}
	if found.URL = sdkURL; sdkURL == "" {
		found.URL = terraformURL
	}
	return found, err
}

func variableURL(name, value string) (string, error) {
	if value == "" {
		return "", nil
	}
	base, err := orgURL(value)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return base, nil
}

func sdkVariables(env func(string) string) (Credentials, error) {
	c := Credentials{
		Mode:         Mode(env("OKTA_CLIENT_AUTHORIZATIONMODE")),
		Token:        schema.NewSecret(strings.TrimSpace(env("OKTA_CLIENT_TOKEN"))),
		ClientID:     env("OKTA_CLIENT_CLIENTID"),
		Scopes:       splitScopes(env("OKTA_CLIENT_SCOPES")),
		PrivateKeyID: env("OKTA_CLIENT_PRIVATEKEYID"),
		Source:       "the environment (OKTA_CLIENT_TOKEN)",
	}
	if c.Token.IsZero() || c.Mode == PrivateKey {
		c.Source = "the environment (OKTA_CLIENT_PRIVATEKEY)"
	}
	return c, c.setPrivateKey("OKTA_CLIENT_PRIVATEKEY", env("OKTA_CLIENT_PRIVATEKEY"))
}

func terraformVariables(env func(string) string) (Credentials, error) {
	if token := env("OKTA_ACCESS_TOKEN"); token != "" {
		return Credentials{Mode: Bearer, Token: schema.NewSecret(token), Source: "the environment (OKTA_ACCESS_TOKEN)"}, nil
	}
	if token := env("OKTA_API_TOKEN"); token != "" {
		return Credentials{Mode: SSWS, Token: schema.NewSecret(token), Source: "the environment (OKTA_API_TOKEN)"}, nil
	}
	c := Credentials{
		ClientID:     env("OKTA_API_CLIENT_ID"),
		Scopes:       splitScopes(env("OKTA_API_SCOPES")),
		PrivateKeyID: env("OKTA_API_PRIVATE_KEY_ID"),
		Source:       "the environment (OKTA_API_PRIVATE_KEY)",
	}
	return c, c.setPrivateKey("OKTA_API_PRIVATE_KEY", env("OKTA_API_PRIVATE_KEY"))
}

// splitScopes splits a list of scopes at commas and spaces.
func splitScopes(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
}

// setPrivateKey accepts the text of a key or the path of a file with it. Messages never quote a
// value that is neither: it may be a key without its first line.
func (c *Credentials) setPrivateKey(name, value string) error {
	text := strings.TrimSpace(value)
	if text == "" {
		return nil
	}
	if !strings.Contains(text, "-----BEGIN") && !strings.HasPrefix(text, "{") {
		content, err := os.ReadFile(text)
		if err != nil {
			return fmt.Errorf("%s is neither a private key (PEM or JWK) nor a file that can be read", name)
		}
		c.Files = append(c.Files, text)
		text = string(content)
	} else if !strings.HasPrefix(text, "{") {
		text = strings.ReplaceAll(text, `\n`, "\n")
	}
	c.PrivateKey = schema.NewSecret(text)
	if c.PrivateKeyID == "" {
		var key struct {
			KeyID string `json:"kid"`
		}
		if json.Unmarshal([]byte(text), &key) == nil {
			c.PrivateKeyID = key.KeyID
		}
	}
	return nil
}

// fromFile reads .okta/okta.yaml, the file of the Okta SDKs. A missing file is not an error.
func fromFile(home string) (Credentials, error) {
	if home == "" {
		return Credentials{}, nil
	}
	path := filepath.Join(home, ".okta", "okta.yaml")
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Credentials{}, nil
	}
	if err != nil {
		return Credentials{}, err
	}
	var file struct {
		Okta struct {
			Client struct {
				OrgURL            string   `yaml:"orgUrl"`
				AuthorizationMode string   `yaml:"authorizationMode"`
				Token             string   `yaml:"token"`
				ClientID          string   `yaml:"clientId"`
				Scopes            []string `yaml:"scopes"`
				PrivateKey        string   `yaml:"privateKey"`
				PrivateKeyID      string   `yaml:"privateKeyId"`
			} `yaml:"client"`
		} `yaml:"okta"`
	}
	if err := yaml.Unmarshal(content, &file); err != nil {
		return Credentials{}, fmt.Errorf("%s is not valid%s: compare it with https://github.com/okta/okta-sdk-golang#configuration-reference", path, yamlLine(err))
	}
	client := file.Okta.Client
	c := Credentials{
		Mode:         Mode(client.AuthorizationMode),
		Token:        schema.NewSecret(client.Token),
		ClientID:     client.ClientID,
		Scopes:       client.Scopes,
		PrivateKeyID: client.PrivateKeyID,
		Source:       path,
		Files:        []string{path},
	}
	if c.URL, err = variableURL("orgUrl in "+path, client.OrgURL); err != nil {
		return Credentials{}, err
	}
	return c, c.setPrivateKey("privateKey in "+path, client.PrivateKey)
}

var lineNumber = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`line \d+`) })

// yamlLine returns the line that the parser's error names. The rest of the message may quote the
// token.
func yamlLine(err error) string {
	if line := lineNumber().FindString(err.Error()); line != "" {
		return " (" + line + ")"
	}
	return ""
}

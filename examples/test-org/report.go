// Package report is a program under test: it lists people in an Okta org, as a service app.
package report

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// Config says which org to report on, and what to sign in with.
type Config struct {
	URL, ClientID, KeyID string
	PrivateKey           string // PEM
}

// Logins lists the logins of the org's users.
func Logins(ctx context.Context, c Config) ([]string, error) {
	token, err := token(ctx, c)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL+"/api/v1/users", nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	var users []struct {
		Profile struct{ Login string }
	}
	if err := do(request, &users); err != nil {
		return nil, err
	}
	var logins []string
	for _, user := range users {
		logins = append(logins, user.Profile.Login)
	}
	return logins, nil
}

// token gets an access token with a signed assertion (RFC 7523).
func token(ctx context.Context, c Config) (string, error) {
	block, _ := pem.Decode([]byte(c.PrivateKey))
	if block == nil {
		return "", errors.New("the private key is not PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return "", err
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: c.KeyID}}, nil)
	if err != nil {
		return "", err
	}
	endpoint := c.URL + "/oauth2/v1/token"
	assertion, err := jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: c.ClientID, Subject: c.ClientID, Audience: jwt.Audience{endpoint}, ID: rand.Text(),
		Expiry: jwt.NewNumericDate(time.Now().Add(5 * time.Minute)),
	}).Serialize()
	if err != nil {
		return "", err
	}
	form := url.Values{
		"grant_type": {"client_credentials"}, "scope": {"okta.users.read"},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {assertion},
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	err = do(request, &answer)
	return answer.AccessToken, err
}

// do sends a request, and decodes the answer.
func do(request *http.Request, into any) error {
	request.Header.Set("Accept", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s", request.Method, request.URL.Path, answer.Status)
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

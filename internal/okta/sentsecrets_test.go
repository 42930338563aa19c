package okta_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// TestErrorsQuoteNoSensitiveValue: what a client was told to hide stands in no error.
func TestErrorsQuoteNoSensitiveValue(t *testing.T) {
	org := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(400)
		_, _ = io.WriteString(w, `{"errorCode":"E0000001","errorSummary":"no \"1234-5\"","errorCauses":[{"errorSummary":"ssn: 1234-56 is wrong"}]}`)
	}))
	defer org.Close()
	client, err := okta.Connect(okta.Credentials{URL: org.URL, Mode: okta.SSWS, Token: schema.NewSecret("00uAToken_of-thisTest")}, okta.Options{})
	if err != nil {
		t.Fatal(err)
	}
	client.Hide("1234-5")
	client.Hide("1234-56")
	err = client.Do(t.Context(), client.Request(http.MethodPost, "/api/v1/users", nil))
	if err == nil || strings.Contains(err.Error(), "1234") || strings.Contains(err.Error(), "value)6") {
		t.Errorf("%v", err)
	}
}

// TestErrorsQuoteNoCredential: an org, or a proxy, that repeats the request has no message
// quote the credential in use, however it writes it and wherever.
func TestErrorsQuoteNoCredential(t *testing.T) {
	const token = "00uAToken_of-thisTest"
	escaped := ""
	for _, r := range token {
		escaped += `\u00` + string("0123456789abcdef"[r>>4]) + string("0123456789abcdef"[r&15])
	}
	long := strings.Repeat("x", 490)
	for name, answer := range map[string]func(http.ResponseWriter){
		"summary": func(w http.ResponseWriter) {
			w.WriteHeader(400)
			_, _ = io.WriteString(w, `{"errorCode":"E0000001","errorSummary":"got SSWS `+token+`"}`)
		},
		"escaped": func(w http.ResponseWriter) {
			w.WriteHeader(400)
			_, _ = io.WriteString(w, `{"errorCode":"E0000001","errorSummary":"`+escaped+`"}`)
		},
		"where it is clipped": func(w http.ResponseWriter) {
			w.WriteHeader(400)
			_, _ = io.WriteString(w, `{"errorCode":"E0000001","errorSummary":"`+long+token+`"}`)
		},
		"code, causes": func(w http.ResponseWriter) {
			w.WriteHeader(400)
			_, _ = io.WriteString(w, `{"errorCode":"`+token+`","errorSummary":"x","errorCauses":[{"errorSummary":"`+token+`"}]}`)
		},
		"headers": func(w http.ResponseWriter) {
			w.Header().Set("X-Okta-Request-Id", token)
			w.Header().Set("WWW-Authenticate", `Bearer error="insufficient_scope", scope="`+token+`", error_description="`+token+`"`)
			w.WriteHeader(403)
			_, _ = io.WriteString(w, `{}`)
		},
		"type": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", token)
			_, _ = io.WriteString(w, `no JSON`)
		},
		"redirect": func(w http.ResponseWriter) {
			w.Header().Set("Location", "https://"+token+".example.com/")
			w.WriteHeader(302)
		},
		"malformed": func(w http.ResponseWriter) {
			connection, _, _ := w.(http.Hijacker).Hijack()
			_, _ = io.WriteString(connection, "HTTP/1.1 200 OK\r\nSSWS "+token+"\r\n\r\n")
			_ = connection.Close()
		},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w) }))
		client, err := okta.Connect(okta.Credentials{URL: server.URL, Mode: okta.SSWS, Token: schema.NewSecret(token)}, okta.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Document(t.Context(), client.Request(http.MethodGet, "/api/v1/apps/0oa1/credentials/secrets", nil))
		server.Close()
		if err == nil {
			t.Errorf("%s: no error", name)
		} else if text := err.Error(); strings.Contains(text, token[:10]) {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// TestErrorsQuoteNoToken: the same for the client assertion, and for the access token that
// an org gave for it.
func TestErrorsQuoteNoToken(t *testing.T) {
	const access = "an-access-token-of-this-test"
	refuse, assertion := false, ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		echo := map[string]string{"errorCode": "E0000001", "errorSummary": r.Header.Get("Authorization") + assertion}
		if r.URL.Path == "/oauth2/v1/token" {
			assertion = r.FormValue("client_assertion")
			if !refuse {
				_, _ = io.WriteString(w, `{"access_token":"`+access+`","token_type":"Bearer","expires_in":3600}`)
				return
			}
			echo = map[string]string{"error": "invalid_client", "error_description": assertion}
		}
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(echo)
	}))
	defer server.Close()
	key, err := jwk.NewPEM()
	if err != nil {
		t.Fatal(err)
	}
	for _, refuse = range []bool{true, false} {
		client, err := okta.Connect(okta.Credentials{URL: server.URL, Mode: okta.PrivateKey, ClientID: "0oa1", PrivateKey: schema.NewSecret(string(key)), PrivateKeyID: "k1", Scopes: []string{"okta.apps.read"}}, okta.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Document(t.Context(), client.Request(http.MethodGet, "/api/v1/apps/0oa1/credentials/secrets", nil))
		if err == nil || assertion == "" || strings.Contains(err.Error(), access) || strings.Contains(err.Error(), assertion[:40]) || !strings.Contains(err.Error(), "(sensitive value)") {
			t.Errorf("refused %v: %v", refuse, err)
		}
	}
}

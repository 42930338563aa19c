package secretname

import "testing"

func TestNames(t *testing.T) {
	for _, name := range []string{"api_key", "apiKey", "APIKey", "apikey", "x-api-key", "passphrase", "pwd", "access_key", "AccessKey", "signing_key", "signingKey", "encryption_key",
		"encryptionKey", "ssh_key", "sshKey", "bearer", "credentials", "authorization", "Authorization", "jwt", "otp_seed", "otpSeed", "cookie", "session_cookie", "client_secret",
		"clientSecret", "client_secret_wo", "password", "db_passwd", "token", "accessToken", "private_key_pem", "privateKey", "db.password", "oauth2Token"} {
		if !Is(name) || !Mentions(name) {
			t.Errorf("%s isn't taken for the name of a secret", name)
		}
	}
	for _, name := range []string{"token_endpoint_auth_method", "label", "jwks_uri", "request_object_signing_alg", "kid", "keys", "monkey", "jwks", "author", "passport", "tokenLifetime"} {
		if Is(name) || Mentions(name) {
			t.Errorf("%s is taken for the name of a secret", name)
		}
	}
	if Is("omit_secret_value") || !Mentions("omit_secret_value") || !Mentions("passwordHash1") {
		t.Error("what only mentions a secret")
	}
}

func TestAddresses(t *testing.T) {
	for in, want := range map[string]string{
		"https://user:hunter2@a.example.com/cb":                     "https://a.example.com/cb",
		"https://hunter2@a.example.com":                             "https://a.example.com",
		"https://a.example.com/cb?api_key=hunter2&x=1":              "https://a.example.com/cb?api_key=&x=1",
		"https://a.example.com/cb?x=1&%61pi%5Fkey=hunter2#token=h2": "https://a.example.com/cb?x=1&%61pi%5Fkey=#token=",
		"see https://u:p@a.example.com/?pwd=h2, or else":            "see https://a.example.com/?pwd= or else",
		"https://a.example.com/@ada?mail=ada@example.com":           "https://a.example.com/@ada?mail=ada@example.com",
		"ada@example.com":           "ada@example.com",
		"com.example.app://cb?x=1":  "com.example.app://cb?x=1",
		"postgres://u:p@db:5432/db": "postgres://db:5432/db",
	} {
		if got := Addresses(in); got != want {
			t.Errorf("%s becomes %s, want %s", in, got, want)
		}
	}
}

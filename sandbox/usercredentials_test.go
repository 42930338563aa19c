package sandbox

import (
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// signs is the answer to a sign-in by password.
func (o *testOrg) signs(login, password string) *answer {
	o.t.Helper()
	body, _ := json.Marshal(doc{"username": login, "password": password})
	return o.send("POST", "/api/v1/authn", string(body), "Content-Type", "application/json")
}

// newPassword is a random password that the default policy allows.
func newPassword() string { return "Aa1!" + state.RandomBase64(12) }

// TestCredentialsAlone: a password and a recovery question are set without the profile, which
// stays, by PUT and by POST; and a profile is replaced without the credentials, which stay.
func TestCredentialsAlone(t *testing.T) {
	for _, method := range []string{"PUT", "POST"} {
		t.Run(method, func(t *testing.T) {
			o := newTestOrg(t)
			id, first := o.newUser(testLogin)
			path, second := "/api/v1/users/"+id, newPassword()
			o.advance(time.Minute)
			got := o.admin(method, path, doc{"credentials": doc{"password": doc{"value": second}}})
			if got.at("profile.firstName") != "Ada" || got.text("status") != "ACTIVE" || got.text("passwordChanged") != "2026-11-23T12:01:00.000Z" {
				t.Errorf("%s", got.body)
			}
			if o.signs(testLogin, first).status != 401 || o.signs(testLogin, second).status != 200 {
				t.Error("the password did not change")
			}
			question := doc{"recovery_question": doc{"question": "Which symbol?", "answer": "Asterisk"}}
			got = o.admin(method, path, doc{"credentials": question})
			if got.at("credentials.recovery_question.question") != "Which symbol?" || got.at("credentials.recovery_question.answer") != nil || strings.Contains(string(got.body), "sterisk") {
				t.Errorf("%s", got.body)
			}
			for _, name := range []string{"changePassword", "changeRecoveryQuestion", "forgotPassword", "expirePassword", "resetPassword", "resetFactors", "suspend", "deactivate"} {
				if got.at("_links."+name+".method") != "POST" {
					t.Errorf("no link %s: %s", name, got.body)
				}
			}
			got = o.admin("PUT", path, person(testLogin))
			if got.at("credentials.recovery_question.question") != "Which symbol?" || got.at("credentials.password") == nil {
				t.Errorf("a new profile changed the credentials: %s", got.body)
			}
			got.doc["profile"].(doc)["nickName"] = "A" // read, changed, and sent back whole
			o.admin("PUT", path, got.doc)
			if o.signs(testLogin, second).status != 200 {
				t.Error("a user who was read and sent back lost the password")
			}
			if got := o.admin("POST", "/api/v1/users", doc{"profile": person("b@example.com")["profile"], "credentials": doc{"password": doc{}}}); got.text("status") != "PROVISIONED" {
				t.Errorf("an empty password is none: %s", got.body)
			}
		})
	}
	o := newTestOrg(t)
	o.refuses(o.call("PUT", "/api/v1/users/"+o.admin("POST", "/api/v1/users", person(testLogin)).text("id"), doc{}), 400, "E0000001", "login: The field cannot be left blank")
	o.refuses(o.call("POST", "/api/v1/users?nextLogin=changePassword", person("x@example.com")), 400, "E0000124", "")
	o.refuses(o.call("POST", "/api/v1/users?nextLogin=changePassword&activate=false", person("x@example.com")), 400, "E0000125", "")
}

// TestImportedPasswords: what another system hashed signs in, and is the org's own from then on.
func TestImportedPasswords(t *testing.T) {
	text := base64.StdEncoding.EncodeToString
	password := newPassword()
	salt := []byte(state.RandomText(16))
	sum1, sum256, sum512, sumMD5 := sha1.Sum([]byte(string(salt)+password)), sha256.Sum256([]byte(password+string(salt))), sha512.Sum512([]byte(password+string(salt))), md5.Sum([]byte(password))
	bcrypted, err := bcrypt.GenerateFromPassword([]byte(password), 10)
	if err != nil {
		t.Fatal(err)
	}
	derived256, _ := pbkdf2.Key(sha256.New, password, salt, 4096, 32)
	derived512, _ := pbkdf2.Key(sha512.New, password, salt, 5000, 64)
	for name, hash := range map[string]doc{
		"BCRYPT":           {"algorithm": "BCRYPT", "workFactor": 10, "salt": string(bcrypted[7:29]), "value": string(bcrypted[29:])},
		"SHA-1, PREFIX":    {"algorithm": "SHA-1", "salt": text(salt), "saltOrder": "PREFIX", "value": text(sum1[:])},
		"SHA-256, POSTFIX": {"algorithm": "SHA-256", "salt": text(salt), "saltOrder": "POSTFIX", "value": text(sum256[:])},
		"SHA-512, POSTFIX": {"algorithm": "SHA-512", "salt": text(salt), "saltOrder": "POSTFIX", "value": text(sum512[:])},
		"MD5, no salt":     {"algorithm": "MD5", "value": text(sumMD5[:])},
		"PBKDF2, SHA-256":  {"algorithm": "PBKDF2", "digestAlgorithm": "SHA256_HMAC", "iterationCount": 4096, "keySize": 32, "salt": text(salt), "value": text(derived256)},
		"PBKDF2, SHA-512":  {"algorithm": "PBKDF2", "digestAlgorithm": "SHA512_HMAC", "iterationCount": 5000, "keySize": 64, "salt": text(salt), "value": text(derived512)},
	} {
		t.Run(name, func(t *testing.T) {
			o := newTestOrg(t)
			sent := person(testLogin)
			sent["credentials"] = doc{"password": doc{"hash": hash}}
			got := o.admin("POST", "/api/v1/users?activate=true", sent)
			stored, _ := got.at("credentials.password").(doc)
			if got.text("status") != "ACTIVE" || got.at("credentials.provider.type") != "IMPORT" || got.at("credentials.provider.name") != "IMPORT" || stored == nil || len(stored) > 0 {
				t.Errorf("%s", got.body)
			}
			for _, date := range []string{"created", "activated", "statusChanged", "lastUpdated", "passwordChanged"} {
				if got.text(date) != "2026-11-23T12:00:00.000Z" {
					t.Errorf("%s is %v", date, got.doc[date])
				}
			}
			path := "/api/v1/users/" + got.text("id")
			if o.signs(testLogin, newPassword()).status != 401 {
				t.Error("another password signs in")
			}
			o.advance(time.Minute)
			o = o.reopened() // what is stored is enough to verify the password
			for range 2 {
				if got := o.signs(testLogin, password); got.text("status") != "SUCCESS" {
					t.Fatalf("%d %s", got.status, got.body)
				}
			}
			got = o.admin("GET", path, nil)
			if got.at("credentials.provider.type") != "OKTA" || got.text("lastLogin") != "2026-11-23T12:01:00.000Z" || got.text("passwordChanged") != "2026-11-23T12:00:00.000Z" {
				t.Errorf("after the first sign-in: %s", got.body)
			}
			again := doc{"credentials": doc{"password": doc{"hash": hash}}}
			o.refuses(o.call("PUT", path, again), 400, "E0000001", "password: An imported password may only be specified for a user with status: STAGED")
			staged := o.admin("POST", "/api/v1/users?activate=false", person("staged@example.com"))
			o.admin("POST", "/api/v1/users/"+staged.text("id"), again)
			o.admin("POST", "/api/v1/users/"+staged.text("id")+"/lifecycle/activate?sendEmail=false", nil)
			if got := o.signs("staged@example.com", password); got.text("status") != "SUCCESS" {
				t.Errorf("imported by an update: %d %s", got.status, got.body)
			}
		})
	}
}

// TestImportedPasswordOfSupportArticle: the values of Okta's article on imported passwords.
func TestImportedPasswordOfSupportArticle(t *testing.T) {
	o := newTestOrg(t)
	sent := person(testLogin)
	sent["credentials"] = doc{"password": doc{"hash": doc{"algorithm": "SHA-512", "saltOrder": "POSTFIX", "salt": "JipHQUgqQU8qQUwpQUYjUChBSEcjQQ==",
		"value": "Zz6KwLGDm7ospSipwpDmxAjBWHKPLgGh1roGzI267h6txr/ihTI/R4K2eYrpyc0R24qCSF6DRqNl110vZZtj4A=="}}}
	o.admin("POST", "/api/v1/users", sent)
	if got := o.signs(testLogin, "s3cr3tp@ssw0rd"); got.text("status") != "SUCCESS" {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestImportedPasswordsRefused(t *testing.T) {
	o := newTestOrg(t)
	good := base64.StdEncoding.EncodeToString(make([]byte, 32))
	for cause, hash := range map[string]doc{
		"password.hash.algorithm: The algorithm must be":               {"algorithm": "SHA256_HMAC", "value": good},
		"password.hash.value: The hash does not have the size":         {"algorithm": "SHA-512", "value": good},
		"password.hash.value: The hash must be Base64-encoded":         {"algorithm": "SHA-256", "value": "*"},
		"password.hash.saltOrder: The salt order must be":              {"algorithm": "SHA-256", "value": good, "salt": good},
		"password.hash.salt: The salt must be 22 characters":           {"algorithm": "BCRYPT", "workFactor": 10, "value": strings.Repeat("a", 31)},
		"password.hash.workFactor: The work factor must be between":    {"algorithm": "BCRYPT", "salt": strings.Repeat("a", 22), "value": strings.Repeat("a", 31)},
		"password.hash.iterationCount: The iteration count must be at": {"algorithm": "PBKDF2", "digestAlgorithm": "SHA256_HMAC", "iterationCount": 4095, "keySize": 32, "value": good},
		"password.hash.keySize: The key size must be":                  {"algorithm": "PBKDF2", "digestAlgorithm": "SHA256_HMAC", "iterationCount": 4096, "value": good},
		"password.hash.digestAlgorithm: The digest algorithm must":     {"algorithm": "PBKDF2", "digestAlgorithm": "SHA-256", "iterationCount": 4096, "keySize": 32, "value": good},
	} {
		sent := person(testLogin)
		sent["credentials"] = doc{"password": doc{"hash": hash}}
		o.refuses(o.call("POST", "/api/v1/users", sent), 400, "E0000001", cause)
	}
}

// TestRecoveryQuestion: the operations on the recovery question, and who may use them when.
func TestRecoveryQuestion(t *testing.T) {
	o := newTestOrg(t)
	id, password := o.newUser(testLogin)
	path := "/api/v1/users/" + id
	credentials := path + "/credentials"
	question := func(answer string) doc { return doc{"question": "Which symbol?", "answer": answer} }
	forgot := func(answer, password string) doc {
		return doc{"password": doc{"value": password}, "recovery_question": doc{"answer": answer}}
	}
	o.refuses(o.call("POST", credentials+"/forgot_password", nil), 403, "E0000034", "")
	o.refuses(o.call("POST", credentials+"/forgot_password_recovery_question", forgot("x", newPassword())), 403, "E0000034", "")
	change := doc{"password": doc{"value": newPassword()}, "recovery_question": question("Asterisk")}
	o.refuses(o.call("POST", credentials+"/change_recovery_question", change), 403, "E0000014", "")
	change["password"] = doc{"value": password}
	change["recovery_question"] = question("abc")
	o.refuses(o.call("POST", credentials+"/change_recovery_question", change), 400, "E0000001", "at least 4 characters")
	change["recovery_question"] = question("Asterisk")
	if got := o.admin("POST", credentials+"/change_recovery_question", change); got.at("recovery_question.question") != "Which symbol?" || got.at("provider.type") != "OKTA" || got.at("password") == nil {
		t.Errorf("%s", got.body)
	}
	if got := o.admin("POST", credentials+"/forgot_password?sendEmail=false", nil); !strings.HasPrefix(got.text("resetPasswordUrl"), o.url+"/signin/reset-password/") {
		t.Errorf("%s", got.body)
	}
	if got := o.admin("POST", credentials+"/forgot_password", nil); string(got.body) != "{}" {
		t.Errorf("%s", got.body)
	}
	o.refuses(o.call("POST", credentials+"/forgot_password_recovery_question", forgot("Sharp", newPassword())), 403, "E0000087", "")
	o.refuses(o.call("POST", credentials+"/forgot_password_recovery_question", forgot("Asterisk", "short")), 400, "E0000001", "Password requirements")
	for _, operation := range []string{"/forgot_password_recovery_question", "/forgot_password"} {
		next := newPassword()
		if got := o.admin("POST", credentials+operation, forgot("aSTERISK", next)); got.at("recovery_question.question") != "Which symbol?" {
			t.Errorf("%s", got.body)
		}
		if o.signs(testLogin, password).status != 401 || o.signs(testLogin, next).status != 200 {
			t.Errorf("%s did not set the password", operation)
		}
		password = next
	}
	o = o.reopened()
	o.admin("POST", credentials+"/forgot_password_recovery_question", forgot("asterisk", newPassword()))
	o.admin("POST", path+"/lifecycle/suspend", nil)
	o.refuses(o.call("POST", credentials+"/change_recovery_question", change), 403, "E0000036", "")
	o.refuses(o.call("POST", credentials+"/change_password", doc{"oldPassword": doc{"value": password}, "newPassword": doc{"value": newPassword()}}), 403, "E0000035", "")
	o.refuses(o.call("POST", path+"/lifecycle/suspend", nil), 400, "E0000001", "Cannot suspend a user that is not active")
	o.admin("POST", path+"/lifecycle/unsuspend", nil)
	o.refuses(o.call("POST", path+"/lifecycle/unsuspend", nil), 400, "E0000001", "Cannot unsuspend a user that is not suspended")
}

// TestTemporaryPassword: it must be changed at the next sign-in.
func TestTemporaryPassword(t *testing.T) {
	for _, operation := range []string{"/lifecycle/expire_password_with_temp_password", "/lifecycle/expire_password?tempPassword=true"} {
		o := newTestOrg(t)
		id, password := o.newUser(testLogin)
		temporary := o.admin("POST", "/api/v1/users/"+id+operation, nil).text("tempPassword")
		if o.signs(testLogin, password).status != 401 || o.signs(testLogin, temporary).text("status") != "PASSWORD_EXPIRED" {
			t.Errorf("%s: the temporary password is not the user's", operation)
		}
		o.admin("POST", "/api/v1/users/"+id+"/credentials/change_password", doc{"oldPassword": doc{"value": temporary}, "newPassword": doc{"value": password}})
		if got := o.signs(testLogin, password); got.text("status") != "SUCCESS" {
			t.Errorf("%s: %d %s", operation, got.status, got.body)
		}
		o.refuses(o.call("POST", "/api/v1/users/"+o.admin("POST", "/api/v1/users", person("b@example.com")).text("id")+operation, nil), 403, "E0000038", "")
	}
}

// TestResetPassword: until the user has a new password, none is good.
func TestResetPassword(t *testing.T) {
	o := newTestOrg(t)
	id, password := o.newUser(testLogin)
	path := "/api/v1/users/" + id
	if got := o.admin("POST", path+"/lifecycle/reset_password?sendEmail=false", nil); !strings.HasPrefix(got.text("resetPasswordUrl"), o.url+"/reset_password/") {
		t.Errorf("%s", got.body)
	}
	if got := o.admin("GET", path, nil); got.text("status") != "RECOVERY" || o.signs(testLogin, password).status != 401 {
		t.Errorf("%s", got.body)
	}
	if got := o.admin("PUT", path, doc{"credentials": doc{"password": doc{"value": password}}}); got.text("status") != "ACTIVE" || o.signs(testLogin, password).status != 200 {
		t.Errorf("%s", got.body)
	}
	o.refuses(o.call("POST", "/api/v1/users/"+o.admin("POST", "/api/v1/users?activate=false", person("b@example.com")).text("id")+"/lifecycle/reset_password", nil), 403, "E0000038", "")
}

// TestProfilesAreNotCredentials: a role that changes profiles sets neither password nor question.
func TestProfilesAreNotCredentials(t *testing.T) {
	o := newTestOrg(t)
	id, password := o.newUser(testLogin)
	o.admin("POST", "/api/v1/iam/roles", doc{"label": "r", "description": "d", "permissions": []string{"okta.users.userprofile.manage"}})
	o.admin("POST", "/api/v1/iam/resource-sets", doc{"label": "s", "description": "d", "resources": []string{o.url + "/api/v1/users"}})
	app := o.newServiceApp("okta.users.manage")
	o.admin("POST", "/oauth2/v1/clients/"+app.id+"/roles", doc{"type": "CUSTOM", "role": "r", "resource-set": "s"})
	change := func(body string) *answer {
		return o.send("POST", "/api/v1/users/"+id, body, "Authorization", "Bearer "+app.token("okta.users.manage"), "Content-Type", "application/json")
	}
	if got := change(`{"profile":{"nickName":"A"},"credentials":{"password":{}}}`); got.status != 200 {
		t.Errorf("%d %s", got.status, got.body)
	}
	o.refuses(change(`{"credentials":{"password":{"value":"`+newPassword()+`"}}}`), 403, "E0000006", "")
	o.refuses(change(`{"credentials":{"recovery_question":{"question":"q","answer":"abcd"}}}`), 403, "E0000006", "")
	if o.signs(testLogin, password).status != 200 {
		t.Error("the password changed")
	}
}

// signInPage sends a password to the sign-in page of an app.
func (o *testOrg) signInPage(w *webApp, login, password string) *answer {
	o.t.Helper()
	from := "/oauth2/v1/authorize?" + w.authorizeParams("openid").Encode()
	page := o.send("GET", from, "")
	cookie, _, _ := strings.Cut(page.header.Get("Set-Cookie"), ";")
	_, csrf, _ := strings.Cut(cookie, "=")
	return o.post("/signin", url.Values{"fromURI": {from}, "csrf": {csrf}, "username": {login}, "password": {password}}, "Cookie", cookie)
}

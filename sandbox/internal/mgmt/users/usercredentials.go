package users

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// userCredentials are the credentials in the body of a request. A nil pointer stands for none.
type userCredentials struct {
	Password         *passwordCredential `json:"password"`
	RecoveryQuestion *recoveryQuestion   `json:"recovery_question"`
}

// passwordCredential is a password in clear text, hashed by another system, or to be verified by an
// inline hook.
type passwordCredential struct {
	Value string          `json:"value"`
	Hash  *hashedPassword `json:"hash"`
	Hook  *struct {
		Type string `json:"type"`
	} `json:"hook"`
}

type recoveryQuestion struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

// hashedPassword is a password to import.
type hashedPassword struct {
	Algorithm       string `json:"algorithm"`
	DigestAlgorithm string `json:"digestAlgorithm"`
	Salt            string `json:"salt"`
	SaltOrder       string `json:"saltOrder"`
	Value           string `json:"value"`
	WorkFactor      int    `json:"workFactor"`
	IterationCount  int    `json:"iterationCount"`
	KeySize         int    `json:"keySize"`
}

func (s *userCredentials) password() *passwordCredential {
	if s == nil {
		return nil
	}
	return s.Password
}

// changes reports whether there is something to set.
func (s *userCredentials) changes() bool {
	return s != nil && (s.Password.set() || s.RecoveryQuestion != nil && s.RecoveryQuestion.Answer != "")
}

// set reports whether there is a password: an empty object, as answers show it, is none.
func (p *passwordCredential) set() bool {
	return p != nil && (p.Value != "" || p.Hash != nil || p.Hook != nil)
}

// check checks the credentials of a user who has or gets this login.
func (s *userCredentials) check(u *state.User, login string, bad *web.Violations) {
	if s == nil {
		return
	}
	if p := s.Password; p.set() {
		switch {
		case p.Value != "" && (p.Hash != nil || p.Hook != nil):
			bad.Add("password", "Only one of value, hash and hook can be given") // wording by inference
		case p.Value != "":
			checkPassword(p.Value, login, bad)
		case u.Status != "STAGED":
			bad.Add("password", "An imported password may only be specified for a user with status: STAGED")
		case p.Hash != nil:
			_ = p.Hash.imported(bad)
		}
	}
	if s.RecoveryQuestion != nil {
		s.RecoveryQuestion.check(u, bad)
	}
}

// check checks a question with its answer. The user's own question may come without the answer, as
// in a user that was read and is sent back.
func (q *recoveryQuestion) check(u *state.User, bad *web.Violations) {
	if q.Answer == "" && q.Question == u.Recovery {
		return
	}
	if n := utf8.RuneCountInString(q.Question); n < 1 || n > 100 {
		bad.Add("recovery_question", "The question must have 1 to 100 characters") // wording by inference
	}
	switch n := utf8.RuneCountInString(q.Answer); {
	case n < 4: // by the password policy
		bad.Add("recovery_question", "The security question answer must be at least 4 characters in length")
	case n > 100:
		bad.Add("recovery_question", "The answer must have at most 100 characters") // wording by inference
	}
}

// store sets the credentials, which were checked.
func (s *userCredentials) store(c *web.Call, u *state.User) error {
	if s == nil {
		return nil
	}
	switch p := s.Password; {
	case !p.set():
	case p.Value != "":
		if err := setPassword(c, u, p.Value); err != nil {
			return err
		}
	default:
		imported := &state.ImportedHash{} // of a hook: the sandbox has none that could verify a password
		if p.Hash != nil {
			imported = p.Hash.imported(&web.Violations{})
		}
		u.Password, u.PasswordChanged = &state.PasswordHash{Imported: imported}, c.Second()
	}
	if q := s.RecoveryQuestion; q != nil && q.Answer != "" {
		return u.SetRecovery(q.Question, q.Answer)
	}
	return nil
}

// minIterations and maxIterations limit the iterations of PBKDF2: Okta documents the minimum; the
// maximum keeps a sign-in from taking minutes.
const (
	minIterations = 4096
	maxIterations = 10_000_000
)

// imported checks the hash and returns it in the form in which users have it.
func (h *hashedPassword) imported(bad *web.Violations) *state.ImportedHash {
	const place = "password.hash"
	if h.Algorithm == "BCRYPT" {
		if h.WorkFactor < 1 || h.WorkFactor > 20 {
			bad.Add(place+".workFactor", "The work factor must be between 1 and 20")
		}
		if len(h.Salt) != 22 || !isRadix64(h.Salt) {
			bad.Add(place+".salt", "The salt must be 22 characters in Radix-64 encoding")
		}
		if len(h.Value) != 31 || !isRadix64(h.Value) {
			bad.Add(place+".value", "The hash must be 31 characters in Radix-64 encoding")
		}
		cost := string([]byte{'0' + byte(h.WorkFactor/10%10), '0' + byte(h.WorkFactor%10)})
		return &state.ImportedHash{Algorithm: h.Algorithm, Hash: []byte("$2a$" + cost + "$" + h.Salt + h.Value)}
	}
	imported := &state.ImportedHash{Algorithm: h.Algorithm, Postfix: h.SaltOrder == "POSTFIX"}
	var err error
	if imported.Salt, err = base64.StdEncoding.DecodeString(h.Salt); err != nil {
		bad.Add(place+".salt", "The salt must be Base64-encoded")
	}
	if imported.Hash, err = base64.StdEncoding.DecodeString(h.Value); err != nil || len(imported.Hash) == 0 {
		bad.Add(place+".value", "The hash must be Base64-encoded")
		return imported
	}
	if h.Algorithm == "PBKDF2" {
		imported.Digest, imported.Rounds = h.DigestAlgorithm, h.IterationCount
		if h.DigestAlgorithm != "SHA256_HMAC" && h.DigestAlgorithm != "SHA512_HMAC" {
			bad.Add(place+".digestAlgorithm", "The digest algorithm must be SHA256_HMAC or SHA512_HMAC")
		}
		if h.IterationCount < minIterations || h.IterationCount > maxIterations {
			bad.Add(place+".iterationCount", "The iteration count must be at least 4096")
		}
		if h.KeySize != len(imported.Hash) {
			bad.Add(place+".keySize", "The key size must be that of the hash in bytes")
		}
		return imported
	}
	switch size := state.DigestSize(h.Algorithm); {
	case size == 0 || strings.HasSuffix(h.Algorithm, "_HMAC"):
		bad.Add(place+".algorithm", "The algorithm must be BCRYPT, MD5, PBKDF2, SHA-1, SHA-256 or SHA-512")
	case size != len(imported.Hash):
		bad.Add(place+".value", "The hash does not have the size of the algorithm's results")
	}
	if h.Salt != "" && h.SaltOrder != "PREFIX" && h.SaltOrder != "POSTFIX" {
		bad.Add(place+".saltOrder", "The salt order must be PREFIX or POSTFIX")
	}
	return imported
}

// isRadix64 reports whether a text has only characters of bcrypt's encoding.
func isRadix64(text string) bool { return strings.Trim(text, state.IDAlphabet+"./") == "" }

// checkPassword checks Okta's default password policy.
func checkPassword(password, login string, bad *web.Violations) {
	has := func(kind func(rune) bool) bool { return strings.ContainsFunc(password, kind) }
	contained := false
	for _, part := range strings.FieldsFunc(login, func(r rune) bool { return strings.ContainsRune(",.-_#@", r) }) {
		contained = contained || len(part) > 3 && strings.Contains(strings.ToLower(password), strings.ToLower(part))
	}
	if len(password) < 8 || !has(unicode.IsLower) || !has(unicode.IsUpper) || !has(unicode.IsDigit) || contained {
		bad.Add("password", "Password requirements were not met. Password requirements: at least 8 characters, a lowercase letter, an uppercase letter, a number, no parts of your username.")
	}
}

// setPassword stores the password and activates a user who was only missing one.
func setPassword(c *web.Call, u *state.User, password string) error {
	hash, err := state.NewPasswordHash(password)
	if err != nil {
		return err
	}
	u.Password, u.PasswordChanged, u.FailedSignIns = hash, c.Second(), 0
	switch u.Status {
	case "PROVISIONED", "RECOVERY", "PASSWORD_EXPIRED":
		u.Status, u.StatusChanged = "ACTIVE", c.Second()
	}
	return nil
}

// credentialsView returns the credentials as a user shows them.
func credentialsView(u *state.User) map[string]any {
	credentials := map[string]any{"provider": map[string]any{"type": u.Provider(), "name": u.Provider()}}
	if u.Password != nil {
		credentials["password"] = map[string]any{}
	}
	if u.Recovery != "" {
		credentials["recovery_question"] = map[string]any{"question": u.Recovery}
	}
	return credentials
}

// credentialLinks returns the operations on the user's credentials that a user links to, with their
// paths below /credentials.
func credentialLinks(u *state.User) map[string]string {
	links := map[string]string{}
	if u.Password == nil {
		return links
	}
	links["changePassword"] = "change_password"
	if u.Recovery != "" && u.Status == "ACTIVE" {
		links["forgotPassword"] = "forgot_password"
	}
	if mayChangeRecovery(u) {
		links["changeRecoveryQuestion"] = "change_recovery_question"
	}
	return links
}

func mayChangeRecovery(u *state.User) bool {
	return u.Password != nil && (u.Status == "STAGED" || u.Status == "ACTIVE" || u.Status == "RECOVERY")
}

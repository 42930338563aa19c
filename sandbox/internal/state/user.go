package state

import (
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
)

// User is a person. A zero time means that the event has not happened.
type User struct {
	ID              string
	Status          string // STAGED, PROVISIONED, ACTIVE, RECOVERY, PASSWORD_EXPIRED, LOCKED_OUT, SUSPENDED, DEPROVISIONED
	Created         time.Time
	Activated       time.Time
	StatusChanged   time.Time
	LastLogin       time.Time
	LastUpdated     time.Time
	PasswordChanged time.Time
	Profile         map[string]any
	Password        *PasswordHash // nil: no password
	Recovery        string        // recovery question
	RecoveryAnswer  *PasswordHash `json:",omitempty"` // of the answer in lower case
	FailedSignIns   int           `json:",omitempty"` // wrong passwords since the last right one
	Roles           []*RoleAssignment
}

// APIToken is an SSWS token with all rights of its owner.
type APIToken struct {
	ID      string
	Name    string
	UserID  string
	Created time.Time
}

// DisplayName returns the first and last name.
func (u *User) DisplayName() string {
	return strings.TrimSpace(jsondoc.Text(u.Profile, "firstName") + " " + jsondoc.Text(u.Profile, "lastName"))
}

// Login returns the login of the user.
func (u *User) Login() string { return jsondoc.Text(u.Profile, "login") }

// Provider returns the credential provider: IMPORT as long as the password is an imported one.
func (u *User) Provider() string {
	if u.Password != nil && u.Password.Imported != nil {
		return "IMPORT"
	}
	return "OKTA"
}

// SetRecovery stores a recovery question and its answer, whose case does not matter.
func (u *User) SetRecovery(question, answer string) error {
	hash, err := NewPasswordHash(strings.ToLower(answer))
	if err == nil {
		u.Recovery, u.RecoveryAnswer = question, hash
	}
	return err
}

// AnswersRecovery reports whether the answer is that of the recovery question.
func (u *User) AnswersRecovery(answer string) bool {
	return u.RecoveryAnswer.Matches(strings.ToLower(answer))
}

// StartsWith reports whether ?q= matches the first name, last name or email.
func (u *User) StartsWith(q string) bool {
	for _, attribute := range []string{"firstName", "lastName", "email"} {
		if strings.HasPrefix(strings.ToLower(jsondoc.Text(u.Profile, attribute)), q) {
			return true
		}
	}
	return false
}

// UserByLogin returns the user with this login, ignoring case. The part of a login before the @ is
// enough if it is unique.
func (o *Org) UserByLogin(login string) *User {
	if login == "" {
		return nil
	}
	for _, u := range o.Users.Named(login) {
		if strings.EqualFold(u.Login(), login) {
			return u
		}
	}
	if strings.Contains(login, "@") {
		return nil
	}
	var short []*User
	for _, u := range o.Users.All() {
		if before, _, _ := strings.Cut(u.Login(), "@"); strings.EqualFold(before, login) {
			short = append(short, u)
		}
	}
	if len(short) == 1 {
		return short[0]
	}
	return nil
}

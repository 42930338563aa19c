package view

import (
	"fmt"
	"strings"
)

// LoggedIn is the result of a login.
type LoggedIn struct {
	Profile  string `json:"profile"`
	Org      string `json:"org"`
	App      string `json:"app"`
	ClientID string `json:"client_id"`
	KeyFile  string `json:"private_key_file"`
	ReadOnly bool   `json:"read_only"`
	APIToken bool   `json:"-"` // whether an API token made the app
	Variable bool   `json:"-"` // whether the credential that made it is still in the environment
}

// LoginNote says, before anything is changed, what a login makes.
func LoginNote(profile, app, role string, readOnly bool, style Style) string {
	text := fmt.Sprintf("The profile %s gets a service app in the org: %q.\nIts private key stays on this machine.\n", style.Bold(Plain(profile)), Plain(app))
	if readOnly {
		return text + fmt.Sprintf("It reads only: its scopes end in .read, and its admin role is %s.\n\n", role)
	}
	return text + fmt.Sprintf(`%s Its admin role is %s: Okta lets
only a super admin grant scopes and assign admin roles. Whoever has the key is a
super admin of the org. For plans, --read-only is enough.

`, style.Bold(style.Yellow("It is a super admin.")), role)
}

// LoginDone says what a login has made, and what to do with the credential that made it.
func LoginDone(l LoggedIn, style Style) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s Commands now use the profile %s for %s.\nIts private key is only in %s\n", style.Success("Logged in."), style.Bold(Plain(l.Profile)), Plain(l.Org), Plain(l.KeyFile))
	if l.APIToken {
		b.WriteString("\nThe API token is not stored, and not needed any more. Revoke it in the Admin\nConsole: Security > API > Tokens.\n")
	}
	if l.Variable {
		b.WriteString("The credential in the environment takes precedence over the profile: unset it\n(OKTA_CLIENT_TOKEN and the like), or use --profile " + Plain(l.Profile) + ".\n")
	}
	return b.String() + "To undo it: oktaform logout --profile " + Plain(l.Profile) + "\n"
}

// LoggedIn writes the result of a login.
func (s *Stream) LoggedIn(l LoggedIn) {
	s.line("info", "login", "The profile "+l.Profile+" is for "+l.Org, map[string]any{"login": l})
}

// LoggedOut is the result of a logout.
type LoggedOut struct {
	Profile  string `json:"profile"`
	Org      string `json:"org,omitempty"`
	App      string `json:"app,omitempty"`
	ClientID string `json:"client_id,omitempty"`
	// Stays says why the app is still in the org; "" if it was deleted. Nothing says why nothing
	// was to be done.
	Stays   string `json:"app_stays,omitempty"`
	Nothing string `json:"nothing,omitempty"`
}

// LogoutDone says what a logout has removed, and what is left to do.
func LogoutDone(l LoggedOut, style Style) string {
	switch {
	case l.Nothing != "":
		return Plain(l.Nothing) + "\n"
	case l.Stays == "":
		return fmt.Sprintf("%s The profile %s, its key and its app %q are removed.\n", style.Success("Logged out."), Plain(l.Profile), Plain(l.App))
	case l.ClientID == "":
		return fmt.Sprintf("%s The profile %s and its key are removed: %s.\n", style.Success("Logged out."), Plain(l.Profile), Plain(l.Stays))
	}
	return fmt.Sprintf(`%s The profile %s and its key are removed from this machine.

The app %q (%s) stays in
%s: %s.
Nobody has its key. To delete it, use the Admin Console: Applications, this app,
Deactivate, then Delete.
`, style.Success("Logged out."), Plain(l.Profile), Plain(l.App), Plain(l.ClientID), Plain(l.Org), Plain(l.Stays))
}

package help

import (
	"strings"

	"github.com/spf13/cobra"
)

// Topics returns the help topics, which are no commands: oktaform help TOPIC shows one.
func Topics() []*cobra.Command {
	return []*cobra.Command{
		{Use: "exit-codes", Short: "The exit statuses and what they mean", Long: exitStatusHelp},
		{Use: "environment", Short: "The environment variables that oktaform reads", Long: environmentHelp()},
	}
}

// exitStatusHelp is the help topic exit-codes.
const exitStatusHelp = `Every command ends with one of these statuses:

  0  done
  1  error
  2  plan --detailed-exitcode: there are changes; drift: there is drift
  3  a smoke test failed (apply, smoke), or a step of a test (test);
     fmt --check: a file isn't formatted
  4  the org refused the credential, or it lacks a right
  5  the org can't be reached
  6  a safety check refused the change
  7  --require-smoke: no smoke test ran, or all were skipped`

// variables are environment variables of one purpose.
type variables struct {
	title string
	names []string
	text  string
}

// environment lists the variables that oktaform reads. A credential is taken from one set only.
var environment = []variables{
	{"The org and the credential, as Okta's SDKs read them", []string{"OKTA_CLIENT_ORGURL", "OKTA_CLIENT_TOKEN", "OKTA_CLIENT_AUTHORIZATIONMODE",
		"OKTA_CLIENT_CLIENTID", "OKTA_CLIENT_SCOPES", "OKTA_CLIENT_PRIVATEKEY", "OKTA_CLIENT_PRIVATEKEYID"},
		"AUTHORIZATIONMODE is SSWS (default), Bearer or PrivateKey. PRIVATEKEY is a PEM text or the path of a file."},
	{"The same, as Okta's Terraform provider reads it", []string{"OKTA_ORG_NAME", "OKTA_BASE_URL", "OKTA_API_TOKEN", "OKTA_ACCESS_TOKEN",
		"OKTA_API_CLIENT_ID", "OKTA_API_SCOPES", "OKTA_API_PRIVATE_KEY", "OKTA_API_PRIVATE_KEY_ID"},
		"Used if the SDKs' variables hold no credential. The two sets are never mixed."},
	{"A profile of oktaform login", []string{"OKTAFORM_PROFILE"},
		"The name of the profile to sign in with. It is refused beside a credential in the environment."},
	{"Values of the configuration's variables", []string{"OKTAFORM_VAR_NAME", "TF_VAR_NAME"},
		"The value of the variable NAME. OKTAFORM_VAR_NAME takes precedence."},
	{"The embedded org", []string{"OKTAFORM_SANDBOX_FLAG", "OKTAFORM_SANDBOX_TOKEN"},
		"The value of the flag FLAG of the sandbox commands, in upper case and with _ for -, and the API token of a new org's super admin."},
	{"The output", []string{"NO_COLOR", "CLICOLOR_FORCE", "TERM"},
		"NO_COLOR with any value and TERM=dumb switch colors off; CLICOLOR_FORCE=1 switches them on where there is no terminal."},
	{"The network", []string{"HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"},
		"The proxy, the hosts to reach without it, and the trusted certificates, as for other Go programs. SSL_CERT_FILE and SSL_CERT_DIR have no effect on macOS and Windows."},
	{"Files", []string{"HOME", "XDG_CACHE_HOME", "LocalAppData", "XDG_CONFIG_HOME", "AppData"},
		"Where ~/.okta/okta.yaml is, the folder of caches, and the folder of settings with the profiles."},
	{"The person", []string{"USER", "USERNAME"}, "The name in the label of the app that login makes."},
	{"CI systems", []string{"CI", "GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH", "GITHUB_WORKSPACE", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY",
		"GITLAB_CI", "CI_PIPELINE_SOURCE", "CI_PROJECT_DIR", "CI_PROJECT_URL", "CI_DEFAULT_BRANCH", "CI_COMMIT_SHA", "CI_COMMIT_BEFORE_SHA",
		"CI_MERGE_REQUEST_DIFF_BASE_SHA", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "CI_MERGE_REQUEST_TARGET_BRANCH_SHA"},
		"The systems set these. With CI, nobody is asked for values of variables; the others tell review which change the job is for, and which folder is the checkout."},
	{"Faults of the program", []string{"OKTAFORM_DEBUG"}, "With 1, an error that is the program's own fault shows its trace."},
}

// environmentHelp is the help topic environment.
func environmentHelp() string {
	var b strings.Builder
	b.WriteString("oktaform reads these environment variables. Flags take precedence over them, and they take precedence over ~/.okta/okta.yaml.\n")
	for _, v := range environment {
		b.WriteString("\n" + v.title + ":\n\n")
		for _, name := range v.names {
			b.WriteString("  " + name + "\n")
		}
		b.WriteString("\n" + v.text + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

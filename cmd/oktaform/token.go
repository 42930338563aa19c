package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/smoke"
)

type tokenOptions struct {
	cli.ActingAs
	format, method, path string
}

var tokenFormats = []string{"raw", "json", "header", "curl"}

func newToken(a *cli.App) *cobra.Command {
	o := &tokenOptions{}
	cmd := &cobra.Command{
		Use:   "token APP [DIR]",
		Short: "Get a token as an app, and print it",
		Long: `Gets an access token as a declared app, with the app's own grant type and client
authentication, and prints it. APP is the app's address or client id. The output is
a secret.

A DPoP token is bound to a key of this run, which isn't printed: --format header and
--format curl add a proof for one call of --method and --path.`,
		Example: `  oktaform token service_app.reporter
  oktaform token service_app.reporter --scope okta.users.read --format header`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error { return runToken(cmd.Context(), a, args, o) },
	}
	o.ActingAs.Add(cmd)
	cmd.Flags().StringVar(&o.format, "format", "raw", "what to print: raw, json (the token endpoint's answer), header or curl")
	cmd.Flags().StringVar(&o.method, "method", http.MethodGet, "the `METHOD` of the call, for --format header and curl")
	cmd.Flags().StringVar(&o.path, "path", "/api/v1/users?limit=1", "the `PATH` of the call, for --format header and curl")
	cli.CompleteFormat(cmd, tokenFormats...)
	return cmd
}

func runToken(ctx context.Context, a *cli.App, args []string, o *tokenOptions) error {
	if a.JSON {
		o.format = "json"
	}
	if !slices.Contains(tokenFormats, o.format) {
		return fmt.Errorf("--format must be %s, not %q", strings.Join(tokenFormats, ", "), o.format)
	}
	s, err := a.Open(ctx, cli.Folder(args[1:]), o.Inputs, o.Target)
	if err != nil {
		return err
	}
	defer s.Close()
	token, err := s.Token(ctx, args[0], &o.ActingAs)
	if err != nil {
		return err
	}
	text, err := o.text(token, s.Client.URL())
	if err != nil {
		return err
	}
	a.Print(text + "\n")
	return nil
}

// text returns the token in the requested format.
func (o *tokenOptions) text(token *smoke.Token, org string) (string, error) {
	switch o.format {
	case "raw":
		return token.Access.Reveal(), nil
	case "json":
		return tokenJSON(token)
	}
	header, err := token.Header(o.method, o.path)
	if err != nil {
		return "", fmt.Errorf("--path: %w", err)
	}
	var lines []string
	for _, name := range []string{"Authorization", "DPoP"} {
		if value := header.Get(name); value != "" {
			lines = append(lines, name+": "+value)
		}
	}
	if o.format == "header" {
		return strings.Join(lines, "\n"), nil
	}
	command := "curl --request " + cli.ShellQuote(o.method)
	for _, line := range lines {
		command += " --header " + cli.ShellQuote(line)
	}
	return command + " " + cli.ShellQuote(org+o.path), nil
}

// tokenJSON is the token response (RFC 6749 section 5.1).
func tokenJSON(token *smoke.Token) (string, error) {
	data, err := json.MarshalIndent(struct {
		Type    string `json:"token_type"`
		Expires int    `json:"expires_in"` // seconds
		Access  string `json:"access_token"`
		Scope   string `json:"scope"`
		ID      string `json:"id_token,omitempty"`
		Refresh string `json:"refresh_token,omitempty"`
	}{token.Type, int(token.Lifetime.Seconds()), token.Access.Reveal(), strings.Join(token.Scopes, " "), token.ID.Reveal(), token.Refresh.Reveal()}, "", "  ")
	return string(data), err
}

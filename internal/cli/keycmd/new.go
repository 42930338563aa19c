package keycmd

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/internal/view"
)

type keyNewOptions struct {
	algorithm string
	kid       string
	format    string
}

func newKeyNew(a *cli.App) *cobra.Command {
	o := &keyNewOptions{}
	cmd := &cobra.Command{
		Use:   "new [FILE]",
		Short: "Create a key pair",
		Long: `Creates a key pair, writes the private key to FILE with mode 0600, and shows the
public key and the public_key block that declares it. An existing file is never
overwritten. The key id is the key's thumbprint (RFC 7638) unless --kid sets
another; FILE is keys/KID.pem by default.`,
		Example: `  oktaform key new keys/reporter-2.pem
  oktaform key new --type P-256 --kid reporter-2 keys/reporter-2.pem`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return runKeyNew(a, args, o) },
	}
	cmd.Flags().StringVar(&o.algorithm, "type", "RSA-2048", "the `TYPE` of the key: "+strings.Join(jwk.Algorithms(), ", "))
	cmd.Flags().StringVar(&o.kid, "kid", "", "the key `ID` (default: the thumbprint)")
	cmd.Flags().StringVar(&o.format, "format", "pem", "the format of the private key file: pem (PKCS#8) or jwk")
	_ = cmd.RegisterFlagCompletionFunc("type", cobra.FixedCompletions(jwk.Algorithms(), cobra.ShellCompDirectiveNoFileComp))
	cli.CompleteFormat(cmd, "pem", "jwk")
	return cmd
}

func runKeyNew(a *cli.App, args []string, o *keyNewOptions) error {
	if o.format != "pem" && o.format != "jwk" {
		return fmt.Errorf("--format must be pem or jwk, not %q", o.format)
	}
	private, err := jwk.Generate(o.algorithm)
	if err != nil {
		return fmt.Errorf("--type: %w", err)
	}
	public, err := private.Public()
	if err != nil {
		return err
	}
	made := view.NewKey{KID: o.kid, Thumbprint: public.Thumbprint(), Algorithm: o.algorithm}
	if made.KID == "" {
		made.KID = made.Thumbprint
	}
	if made.File, err = keyFile(args, made.KID, o.format); err != nil {
		return err
	}
	if made.PublicJWK, err = private.PublicJWK(made.KID); err != nil {
		return err
	}
	content, err := private.PEM()
	if o.format == "jwk" {
		content, err = private.JWK(made.KID)
	}
	if err != nil {
		return err
	}
	if err := writeNewKey(a.Trees("."), made.File, content); err != nil {
		return err
	}
	if !a.JSON {
		a.Print(view.KeyMade(made, a.Style()))
		return nil
	}
	text, err := view.KeyMadeJSON(made)
	a.Print(text)
	return err
}

// keyFile returns the file of the private key. If the key id cannot be a file name, the file must
// be given.
func keyFile(args []string, kid, format string) (string, error) {
	if len(args) > 0 {
		return args[0], nil
	}
	if filepath.Base(kid) != kid || strings.HasPrefix(kid, ".") {
		return "", fmt.Errorf("the key id %q can't be a file name: name the file for the private key, for example keys/new.pem", kid)
	}
	return filepath.Join("keys", kid+"."+format), nil
}

// writeNewKey writes a private key to a file that must not exist.
func writeNewKey(trees files.Trees, file string, content []byte) error {
	if err := trees.Ignore(file); err != nil {
		return fmt.Errorf("keeping the private key file out of git: %w", err)
	}
	err := trees.Create(file, content, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists, and a key file is never overwritten: name another file", files.Quoted(file))
	}
	if err != nil {
		return fmt.Errorf("private key file: %w", err)
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
)

type accessOptions struct {
	cli.Inputs
	cli.Target
	declared bool
	who      string
}

func newAccess(a *cli.App) *cobra.Command {
	o := &accessOptions{}
	cmd := &cobra.Command{
		Use:   "access [PRINCIPAL] [DIR]",
		Short: "Show who may do what now",
		Long: `Shows the effective access of the apps, users and groups that the configuration
declares or owns, or of the one that is named by its address: which operations
of Okta's APIs their scopes, admin roles, resource sets and targets together
allow. As the org has it now, or with --config as the files say, without an org.

--who answers the reverse question: who may do an operation.`,
		Example: `  oktaform access service_app.reporter
  oktaform access --config --who 'DELETE /api/v1/users/{id}'`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return runAccess(cmd.Context(), a, args, o) },
	}
	o.Target.Add(cmd)
	o.Inputs.Add(cmd)
	cmd.Flags().BoolVar(&o.declared, "config", false, "show what the configuration declares, without an org")
	cmd.Flags().StringVar(&o.who, "who", "", "show who may do the `OPERATION`, such as 'GET /api/v1/users'")
	return cmd
}

func runAccess(ctx context.Context, a *cli.App, args []string, o *accessOptions) error {
	principal, dir, err := accessArguments(args)
	if err != nil {
		return err
	}
	var operation catalog.Operation
	if o.who != "" {
		method, path, _ := strings.Cut(strings.TrimSpace(o.who), " ")
		found := false
		if operation, found = catalog.Find(strings.ToUpper(method), strings.TrimSpace(path)); !found {
			return fmt.Errorf("--who %q is no operation of the catalog: a method and a path, such as 'DELETE /api/v1/users/{id}'", o.who)
		}
	}
	in, err := accessInput(ctx, a, dir, o)
	if err != nil {
		return err
	}
	r := review.Assess(in, review.Options{})
	if o.who != "" {
		return showWho(a, r, operation, o.declared)
	}
	if principal != "" {
		if r.Principals = slices.DeleteFunc(r.Principals, func(p review.Principal) bool { return !schema.Under(principal, p.Addr.String()) }); len(r.Principals) == 0 {
			return fmt.Errorf("%s is no app, user, group or admin that is declared here", principal)
		}
	}
	d := view.NewReview(r, dir, "")
	if a.JSON {
		text, err := view.AccessJSON(d)
		a.Print(text)
		return err
	}
	a.Print(view.AccessText(d, a.Style(), a.Env.Width))
	return nil
}

// accessArguments splits the arguments into principal and folder: an argument is the folder if such
// a folder exists.
func accessArguments(args []string) (principal, dir string, err error) {
	dir = "."
	switch len(args) {
	case 1:
		if info, err := os.Stat(args[0]); err == nil && info.IsDir() {
			return "", args[0], nil
		}
		principal = args[0]
	case 2:
		principal, dir = args[0], args[1]
	}
	if _, bad := schema.ParseAddr(principal); principal != "" && bad != nil {
		return "", "", errors.New(principal + " is neither a folder nor the address of a principal, such as service_app.reporter")
	}
	return principal, dir, nil
}

// accessInput returns the version to examine: the org's or the configuration's.
func accessInput(ctx context.Context, a *cli.App, dir string, o *accessOptions) (review.Input, error) {
	if o.declared {
		c, err := evaluated(a, dir, a.Checkouts())
		if err != nil {
			return review.Input{}, err
		}
		defer func() { _ = c.Close() }()
		return review.Single(review.VersionOf(c)), nil
	}
	s, err := a.Open(ctx, dir, o.Inputs, o.Target)
	if err != nil {
		return review.Input{}, err
	}
	defer s.Close()
	p, err := s.Plan(ctx, (&cli.PlanFlags{TrustKeys: cli.AddressFlag{All: true}}).Options(s.Config.Owner, false))
	if err != nil {
		return review.Input{}, err
	}
	in := review.FromPlan(p)
	return review.Input{After: in.Before, Notes: in.Notes}, nil
}

func showWho(a *cli.App, r *review.Review, o catalog.Operation, declared bool) error {
	if a.JSON {
		text, err := view.WhoJSON(o, r.WhoMay(o))
		a.Print(text)
		return err
	}
	unread := "Others were not read: super admins may do it without being declared."
	if declared {
		unread = "The org was not read: others in it may do it, such as its super admins."
	}
	a.Print(view.WhoText(o, r.WhoMay(o), unread, a.Style()))
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/internal/view/accessview"
	"github.com/oktaform/oktaform/schema"
)

type accessOptions struct {
	cli.Inputs
	cli.Target
	declared bool
	all      bool
	who      string
	pathsTo  string
	suggest  bool
	format   string
}

func newAccess(a *cli.App) *cobra.Command {
	o := &accessOptions{}
	cmd := &cobra.Command{
		Use:   "access [PRINCIPAL] [DIR]",
		Short: "Show the effective access of apps, users and groups",
		Long: `Shows the effective access of the apps, users and groups that the configuration
declares or owns, or of one of them, named by its address: the operations of
Okta's APIs that their scopes, admin roles, resource sets and targets together
allow. It reads the org, or with --config only the files.

--all shows everybody in the org who has a scope or an admin role, declared or
not: apps, users and groups with roles, and the members of such groups. It needs
no configuration. It names what it couldn't read.

--who answers the reverse question: who may do an operation.

--paths-to super_admin shows who is a super admin, and who can become one in steps:
by adding a key to a more powerful app, setting a password, joining a group. It gives
the shortest path of each principal; what Okta refuses is no step. --format dot and
mermaid draw the paths.

--suggest shows which scopes and roles the smoke tests of each principal use, and the
fewest that would do. Without --config, it also reads the System Log, which shows for
90 days which scopes an app asked for; what the log doesn't show is not observable.`,
		Example: `  oktaform access service_app.reporter
  oktaform access --all --who 'DELETE /api/v1/users/{id}'
  oktaform access --config --who 'DELETE /api/v1/users/{id}'
  oktaform access --all --paths-to super_admin
  oktaform access --config --paths-to super_admin --format mermaid
  oktaform access --suggest`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return runAccess(cmd.Context(), a, args, o) },
	}
	o.Target.Add(cmd)
	o.Inputs.AddReading(cmd)
	cmd.Flags().BoolVar(&o.declared, "config", false, "show what the configuration declares, without an org")
	cmd.Flags().BoolVar(&o.all, "all", false, "show everybody in the org who has access, declared or not")
	cmd.MarkFlagsMutuallyExclusive("config", "all")
	cmd.Flags().StringVar(&o.who, "who", "", "show who may do the `OPERATION`, such as 'GET /api/v1/users'")
	cmd.Flags().StringVar(&o.pathsTo, "paths-to", "", "show who can become the `ROLE`, in which steps; the role is super_admin")
	cmd.Flags().StringVar(&o.format, "format", "text", "the format of --paths-to: text, json, dot or mermaid")
	cmd.Flags().BoolVar(&o.suggest, "suggest", false, "show which scopes and roles are used, and the fewest that would do")
	cmd.MarkFlagsMutuallyExclusive("who", "paths-to", "suggest")
	cli.CompleteFormat(cmd, "text", "json", "dot", "mermaid")
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
			return fmt.Errorf("--who: the catalog has no operation %q. Name a method and a path, such as 'DELETE /api/v1/users/{id}'", o.who)
		}
	}
	if err := checkPathsTo(a, o); err != nil {
		return err
	}
	l, err := accessInput(ctx, a, dir, o)
	if err != nil {
		return err
	}
	r := review.Assess(l.in, review.Options{})
	if o.who != "" {
		return showWho(a, r, operation, l, o.all)
	}
	if principal != "" {
		if r.Principals = slices.DeleteFunc(r.Principals, func(p review.Principal) bool { return !schema.Under(principal, p.Addr.String()) }); len(r.Principals) == 0 {
			return fmt.Errorf("%s is no app, user, group or admin that is %s", principal, map[bool]string{true: "in the org, or declared", false: "declared here"}[o.all])
		}
	}
	if o.pathsTo != "" {
		return showPaths(a, r, l, o, principal)
	}
	if o.suggest {
		return showSuggestions(a, r, l, o)
	}
	d := accessview.NewReview(r, dir, "")
	if a.JSON {
		text, err := accessview.AccessJSON(d, l.unread)
		a.Print(text)
		return err
	}
	a.Print(accessview.AccessText(d, a.Style(), a.Width()))
	if o.all {
		for _, unread := range l.unread {
			a.Print("\n" + view.Plain(unread) + "\n")
		}
	}
	return nil
}

// checkPathsTo checks --paths-to and --format.
func checkPathsTo(a *cli.App, o *accessOptions) error {
	if a.JSON {
		o.format = "json"
	}
	switch {
	case o.pathsTo != "" && !strings.EqualFold(o.pathsTo, accessview.SuperAdmin):
		return fmt.Errorf("--paths-to %s: paths are known to super_admin only. Use --paths-to super_admin", o.pathsTo)
	case o.pathsTo == "" && o.format != "text" && !a.JSON:
		return errors.New("--format is for --paths-to super_admin; without it, use --json")
	case !slices.Contains([]string{"text", "json", "dot", "mermaid"}, o.format):
		return fmt.Errorf("--format must be text, json, dot or mermaid, not %q", o.format)
	}
	return nil
}

// showPaths shows who is or can become a super admin.
func showPaths(a *cli.App, r *review.Review, l *looked, o *accessOptions, principal string) error {
	unread := l.unread
	if o.declared {
		unread = []string{"The org was not read: others in it may be a step, or have a path. --all includes them."}
	}
	d := accessview.NewPaths(r, unread)
	switch o.format {
	case "json":
		text, err := d.JSON()
		a.Print(text)
		return err
	case "dot":
		a.Print(accessview.PathsDOT(d))
	case "mermaid":
		a.Print(accessview.PathsMermaid(d))
	default:
		nobody := "Nobody that this configuration declares or owns is a super admin, or can become one."
		switch {
		case principal != "":
			nobody = "No path leads " + principal + " to being a super admin."
		case o.all:
			nobody = "Nobody who could be read is a super admin, or can become one."
		}
		a.Print(accessview.PathsText(d, a.Style(), a.Width(), nobody))
	}
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

// looked says who was looked at.
type looked struct {
	in versions.Input
	// unread says for people who was not looked at.
	unread []string
	// tests are the smoke tests of the configuration, if there is one.
	tests []schema.SmokeTest
	// logs are what the System Log shows of tokens, by the address of the app; nil if it was not
	// read.
	logs map[string]*org.TokenScopes
}

// accessInput returns the version to examine: the org's or the configuration's.
func accessInput(ctx context.Context, a *cli.App, dir string, o *accessOptions) (*looked, error) {
	if o.declared {
		c, err := a.Evaluated(dir, config.Options{Checkout: a.Checkouts()})
		if err != nil {
			return nil, err
		}
		defer func() { _ = c.Close() }()
		in := versions.Single(versions.Of(c))
		return &looked{in: in, unread: []string{"The org was not read: others in it may do this, such as its super admins."}, tests: in.Is.Tests}, nil
	}
	if o.all && !holdsConfiguration(a, dir) {
		s, err := a.OpenWithout(dir, o.Target)
		if err != nil {
			return nil, err
		}
		defer s.Close()
		return everybody(ctx, s, nil, o)
	}
	s, err := a.Open(ctx, dir, o.Inputs, o.Target)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	p, err := s.Plan(ctx, cli.ReadingFlags().Options(s.Config.Owner, false))
	if err != nil {
		return nil, err
	}
	known := map[string]schema.Addr{}
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Prior != nil {
			known[c.ID] = c.Addr
		}
	}
	tests := versions.Of(s.Config).Judgement.Tests
	if o.all {
		l, err := everybody(ctx, s, known, o)
		if err == nil {
			l.tests = tests
		}
		return l, err
	}
	in := versions.FromPlan(p)
	l := &looked{in: versions.Input{After: in.Before, Notes: in.Notes}, tests: tests}
	if o.suggest {
		l.logs, err = tokensOf(ctx, s, l.in)
		return l, err
	}
	if o.who == "" && o.pathsTo == "" {
		return l, nil
	}
	l.unread, err = notLookedAt(ctx, s, known)
	return l, err
}

// holdsConfiguration reports whether a folder has files of a configuration.
func holdsConfiguration(a *cli.App, dir string) bool {
	entries, err := a.Trees(dir).List(dir)
	return err != nil || slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return config.IsSourceFile(e.Name()) })
}

// everybody reads all principals of the org; declared are the addresses of those that the
// configuration declares.
func everybody(ctx context.Context, s *cli.Session, declared map[string]schema.Addr, o *accessOptions) (*looked, error) {
	inv, err := s.Client.Principals(ctx)
	if err != nil {
		return nil, err
	}
	l := &looked{in: versions.FromInventory(inv, declared)}
	for _, g := range inv.Gaps {
		l.unread = append(l.unread, "Not read: "+gapText(g)+". Access that comes from it is missing here.")
	}
	if o.suggest {
		l.logs, err = tokensOf(ctx, s, l.in)
	}
	return l, err
}

// tokensOf reads which scopes the apps with scopes asked for, by their addresses.
func tokensOf(ctx context.Context, s *cli.Session, in versions.Input) (map[string]*org.TokenScopes, error) {
	logs := map[string]*org.TokenScopes{}
	for _, suggestion := range review.Assess(in, review.Options{}).Suggest(nil) {
		if suggestion.ClientID == "" || len(suggestion.Scopes) == 0 {
			continue
		}
		tokens, err := s.Client.TokenScopes(ctx, suggestion.ClientID)
		if err != nil {
			return nil, err
		}
		logs[suggestion.Addr.String()] = tokens
	}
	return logs, nil
}

// showSuggestions shows which rights are used.
func showSuggestions(a *cli.App, r *review.Review, l *looked, o *accessOptions) error {
	unread := l.unread
	if o.declared {
		unread = []string{"The System Log was not read: without --config, it shows which scopes were asked for."}
	}
	d := accessview.NewSuggestions(r.Suggest(l.tests), l.logs, unread)
	if a.JSON {
		text, err := d.JSON()
		a.Print(text)
		return err
	}
	a.Print(accessview.SuggestText(d, a.Style(), a.Width()))
	return nil
}

// notLookedAt says how many principals of the org are not the configuration's.
func notLookedAt(ctx context.Context, s *cli.Session, known map[string]schema.Addr) ([]string, error) {
	ids, gaps, err := s.Client.PrincipalIDs(ctx)
	if err != nil {
		return nil, err
	}
	others := slices.DeleteFunc(ids, func(id string) bool { _, found := known[id]; return found })
	unread := []string{fmt.Sprintf("Others were not read: the org has %d apps, users and groups with admin roles outside this configuration, which may do this too. --all includes them.", len(others))}
	for _, g := range gaps {
		unread = append(unread, "Not included, because it can't be read: "+gapText(g)+".")
	}
	return unread, nil
}

// gapText names something that was not read, with the reason.
func gapText(g schema.Gap) string {
	what := "all objects of the kind " + g.Kind
	if g.ID != "" {
		what = fmt.Sprintf("%s %q (%s)", g.Kind, g.Name, g.ID)
	}
	if g.Part != "" {
		what = g.Part + " of " + what
	}
	return what + ": " + strings.TrimSuffix(g.Cause, ".")
}

func showWho(a *cli.App, r *review.Review, o catalog.Operation, l *looked, all bool) error {
	if a.JSON {
		text, err := accessview.WhoJSON(o, r.WhoMay(o), l.unread)
		a.Print(text)
		return err
	}
	unread := l.unread
	if all && len(unread) == 0 {
		unread = []string{"Everybody in the org who has a scope or an admin role was checked."}
	}
	nobody := "Nobody that this configuration declares or owns may do this."
	switch {
	case all && len(l.unread) > 0:
		nobody = "Nobody who could be read may do this."
	case all:
		nobody = "Nobody in the org may do this by a scope or an admin role."
	}
	a.Print(accessview.WhoText(o, r.WhoMay(o), nobody, strings.Join(unread, "\n"), a.Style()))
	return nil
}

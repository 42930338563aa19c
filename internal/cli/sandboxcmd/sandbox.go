// Package sandboxcmd has the command sandbox, which serves the embedded org, and the commands
// below it.
package sandboxcmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/sandbox"
)

type sandboxOptions struct {
	listen      string
	data        string
	seed        string
	readyFile   string
	superApps   bool
	features    []string
	rateLimit   string
	latency     time.Duration
	faults      []string
	clockOffset time.Duration
	remote      bool
	// origin names where the value of a flag comes from.
	origin func(flag string) string
}

// sandboxAddress is the address that the sandbox listens on by default.
const sandboxAddress = "127.0.0.1:8080"

// New returns the command sandbox.
func New(a *cli.App) *cobra.Command {
	o := &sandboxOptions{}
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Serve the embedded Okta org",
		Long: `Serves an Okta org on this machine: the Management API for apps, groups, users
and admin roles, and the org's OAuth endpoints. It enforces granted scopes and
admin roles as Okta does. Any client of Okta can use it.

Prints the org's URL and the API token of its super admin, then serves until
it is interrupted.

A fault is KIND[=DURATION] [METHOD] [PATH] [REQUESTS]. In PATH, * matches a
segment or a part of one, ** at the end any rest. REQUESTS is 3 for the third
matching request, 3x2 for two from the third on, 3+ for all from the third on.
The kinds are
` + faultHelp() + `

A flag may also be given in the environment, as ` + sandboxVariables + `NAME: the
flag's name in capital letters, with _ for -, such as ` + sandboxVariable("rate-limit") + `.
` + sandboxVariable("fault") + ` has one fault a line. The command line takes precedence.
` + sandboxToken + ` is the API token of a new org; without it a random one
is made.

The control page shows the last requests and why they were refused, the objects
of the org, its clock and its faults.`,
		Example: `  oktaform sandbox
  oktaform sandbox --listen 127.0.0.1:0 --ready-file ready.json --data org.db
  oktaform sandbox --rate-limit free --latency 50ms
  oktaform sandbox --fault 'reset-after POST /api/v1/apps 1'`,
		Args: cli.KnownCommand,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if o.origin, err = setFromEnvironment(cmd, a.Env); err != nil {
				return err
			}
			return runSandbox(cmd.Context(), a, o)
		},
	}
	o.flags(cmd)
	cmd.AddCommand(newSandboxDump(a), newSandboxHealth(a), newSandboxConformance(a))
	return cmd
}

func (o *sandboxOptions) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.listen, "listen", sandboxAddress, "the `ADDRESS` to listen on; port 0 chooses a free port")
	cmd.Flags().StringVar(&o.data, "data", "", "store the org in `FILE` (default: in memory)")
	cmd.Flags().StringVar(&o.seed, "seed", "", "create a new org from `FILE`, as 'sandbox dump' writes it; an org that --data contains already is not changed")
	cmd.Flags().StringVar(&o.readyFile, "ready-file", "", "write the URL and the token to `FILE` as JSON when the org is ready")
	cmd.Flags().StringVar(&o.rateLimit, "rate-limit", "off", "the org's rate limits, a `PROFILE`: off, free or enterprise")
	cmd.Flags().DurationVar(&o.latency, "latency", 0, "wait for a `DURATION` before processing each request")
	cmd.Flags().StringArrayVar(&o.faults, "fault", nil, "inject a `FAULT`; may be repeated")
	cmd.Flags().DurationVar(&o.clockOffset, "clock-offset", 0, "how far the org's clock is ahead, a `DURATION`; negative for behind")
	cmd.Flags().StringSliceVar(&o.features, "features", nil, "the org's features, a `LIST` separated by commas (default: "+featureList(sandbox.DefaultFeatures())+")")
	cmd.Flags().BoolVar(&o.superApps, "public-client-app-admins", false, "the org's setting that makes each new service app a super admin")
	cmd.Flags().BoolVar(&o.remote, "remote-control", false, "serve the control API and its page to other machines, too")
}

// faultHelp lists the kinds of faults.
func faultHelp() string {
	var text strings.Builder
	for _, kind := range sandbox.FaultKinds() {
		name := kind.Name
		if kind.Duration != 0 {
			name += "=DURATION"
		}
		fmt.Fprintf(&text, "  %-20s %s\n", name, kind.Doc)
	}
	return strings.TrimRight(text.String(), "\n")
}

// options converts the flags to options of the org.
func (o *sandboxOptions) options(a *cli.App) (sandbox.Options, error) {
	options := sandbox.Options{DataFile: o.data, PublicClientAppAdmins: o.superApps, ClockOffset: o.clockOffset,
		RemoteControl: o.remote, AdminToken: a.Env.Get(sandboxToken)}
	if strings.ContainsFunc(options.AdminToken, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return options, fmt.Errorf("%s: a token has neither spaces nor letters beyond ASCII", sandboxToken)
	}
	var err error
	for _, name := range o.features {
		options.Features = append(options.Features, sandbox.Feature(name))
	}
	if options.RateLimit, err = sandbox.ParseRateLimit(o.rateLimit); err != nil {
		return options, fmt.Errorf("%s: %w", o.origin("rate-limit"), err)
	}
	if o.latency < 0 {
		return options, fmt.Errorf("%s: %s is negative", o.origin("latency"), o.latency)
	}
	if o.latency > 0 {
		options.Faults = append(options.Faults, sandbox.Fault{Kind: "latency", Duration: o.latency})
	}
	for _, text := range o.faults {
		fault, err := sandbox.ParseFault(text)
		if err != nil {
			return options, fmt.Errorf("%s: %w", o.origin("fault"), err)
		}
		options.Faults = append(options.Faults, fault)
	}
	if o.seed == "" {
		return options, nil
	}
	if options.Seed, err = a.Trees("").Read(o.seed, files.DataLimit); err != nil {
		return options, fmt.Errorf("%s: %w", o.origin("seed"), err)
	}
	return options, nil
}

func runSandbox(ctx context.Context, a *cli.App, o *sandboxOptions) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	options, err := o.options(a)
	if err != nil {
		return err
	}
	org, err := sandbox.Listen(o.listen, options)
	if err != nil {
		if socket := (*net.OpError)(nil); errors.As(err, &socket) {
			err = fmt.Errorf("%w; choose another address with %s", err, o.origin("listen"))
		}
		return fmt.Errorf("the embedded org can't be served on %s: %w", o.listen, err)
	}
	if err := announceOrg(a, org, o); err != nil {
		return errors.Join(err, org.Shutdown())
	}
	<-ctx.Done()
	return org.Shutdown()
}

// announceOrg prints the org's URL once it listens.
func announceOrg(a *cli.App, org *sandbox.Org, o *sandboxOptions) error {
	ready := map[string]string{"url": org.URL, "token": org.Token()}
	if o.readyFile != "" {
		data, err := json.MarshalIndent(ready, "", "  ")
		if err != nil {
			return err
		}
		if err := a.Trees("").Replace(o.readyFile, append(data, '\n'), 0o600); err != nil {
			return fmt.Errorf("ready file: %w", err)
		}
	}
	if a.JSON {
		return view.JSON(a.Env.Stdout, ready)
	}
	a.Print(fmt.Sprintf("Embedded Okta org:\n  OKTA_CLIENT_ORGURL=%s\n  OKTA_CLIENT_TOKEN=%s\nControl page:\n  %s\n", org.URL, org.Token(), org.ControlPage()))
	return nil
}

func featureList(features []sandbox.Feature) string {
	var names []string
	for _, f := range features {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

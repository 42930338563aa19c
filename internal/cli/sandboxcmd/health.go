package sandboxcmd

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/view"
)

func newSandboxHealth(a *cli.App) *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Check that an embedded org serves",
		Long: `Asks the embedded org at an address whether it serves: status 0 if so. It is the
health check of the container, in which there is no other program.`,
		Example: `  oktaform sandbox health --listen 127.0.0.1:8080`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := setFromEnvironment(cmd, a.Env); err != nil {
				return err
			}
			return runSandboxHealth(cmd.Context(), a, listen)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", sandboxAddress, "the `ADDRESS` that the org listens on")
	return cmd
}

func runSandboxHealth(ctx context.Context, a *cli.App, listen string) error {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	url := "http://" + net.JoinHostPort(host, port)
	ctx, stop := context.WithTimeout(ctx, 3*time.Second)
	defer stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/_sandbox/health", nil)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("no org answers at %s: %w; start one with: oktaform sandbox", url, err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s, as no embedded org does", url, response.Status)
	}
	if a.JSON {
		return view.JSON(a.Env.Stdout, map[string]string{"url": url})
	}
	a.Print("An embedded org serves at " + url + ".\n")
	return nil
}

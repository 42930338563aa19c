package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
)

type requestOptions struct {
	cli.ActingAs
	data, dataFile string
	headers        []string
	include        bool
}

func newRequest(a *cli.App) *cobra.Command {
	o := &requestOptions{}
	cmd := &cobra.Command{
		Use:   "request APP METHOD PATH [DIR]",
		Short: "Call the API as an app",
		Long: `Gets a token as a declared app, calls the org's API with it, and prints the body
of the answer. APP is the app's address or client id; PATH begins with one slash:
the token is sent only to the org's host.

A status of 400 or more is an error, which is explained. For 401 and 403 the exit
status is 4.`,
		Example: `  oktaform request service_app.reporter GET '/api/v1/users?limit=1'
  oktaform request service_app.sync POST /api/v1/groups --data-file group.json`,
		Args: cobra.RangeArgs(3, 4),
		RunE: func(cmd *cobra.Command, args []string) error { return runRequest(cmd.Context(), a, args, o) },
	}
	o.ActingAs.Add(cmd)
	cmd.Flags().StringVar(&o.data, "data", "", "send this `BODY`")
	cmd.Flags().StringVar(&o.dataFile, "data-file", "", "send the body in `FILE`, or - for standard input")
	cmd.Flags().StringArrayVar(&o.headers, "header", nil, "send this header, `NAME: VALUE`; may be repeated")
	cmd.Flags().BoolVar(&o.include, "include", false, "also print the status and the headers of the answer")
	cmd.MarkFlagsMutuallyExclusive("data", "data-file")
	return cmd
}

func runRequest(ctx context.Context, a *cli.App, args []string, o *requestOptions) error {
	if a.JSON && o.include {
		return errors.New("--include prints the status and the headers as text: leave --json out")
	}
	request, err := o.request(a, strings.ToUpper(args[1]), args[2])
	if err != nil {
		return err
	}
	s, err := a.Open(ctx, cli.Folder(args[3:]), o.Inputs, o.Target)
	if err != nil {
		return err
	}
	defer s.Close()
	token, err := s.Token(ctx, args[0], &o.ActingAs)
	if err != nil {
		return err
	}
	answer, err := token.Call(ctx, request)
	if err != nil {
		return fmt.Errorf("%s %s: %w", request.Method, view.Plain(request.Path), err)
	}
	if o.include {
		a.Print(view.Plain(fmt.Sprintf("%d %s", answer.Status, http.StatusText(answer.Status))) + "\n" + shownHeaders(answer.Header) + "\n")
	}
	a.Print(shownAnswer(answer.Body))
	if answer.Status >= 400 {
		return explainRefusal(a, request, answer)
	}
	return nil
}

// request returns the request to send. It is validated before a token is requested.
func (o *requestOptions) request(a *cli.App, method, path string) (schema.TestRequest, error) {
	r := schema.TestRequest{Method: method, Path: path, Body: o.data, Headers: map[string]string{}}
	if err := cli.CheckPath(path); err != nil {
		return r, err
	}
	if !slices.Contains([]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}, method) {
		return r, fmt.Errorf("the API has no method %q: use GET, HEAD, POST, PUT, PATCH or DELETE", view.Plain(method))
	}
	for _, header := range o.headers {
		name, value, ok := strings.Cut(header, ":")
		if !ok || name == "" || strings.ContainsAny(header, "\r\n") {
			return r, errors.New("--header must be NAME: VALUE, on one line")
		}
		r.Headers[http.CanonicalHeaderKey(strings.TrimSpace(name))] = strings.TrimSpace(value)
	}
	if o.dataFile == "" {
		return r, nil
	}
	var data []byte
	var err error
	if o.dataFile == "-" {
		data, err = files.Copy(a.Env.Stdin, files.TextLimit)
	} else {
		data, err = a.Trees("").Read(o.dataFile, files.TextLimit)
	}
	if err != nil {
		return r, fmt.Errorf("--data-file: %w", err)
	}
	r.Body = string(data)
	return r, nil
}

// explainRefusal explains an answer of 400 or more and returns the exit status.
func explainRefusal(a *cli.App, request schema.TestRequest, answer *smoke.Answer) error {
	d := &hcl.Diagnostic{Severity: hcl.DiagError,
		Summary: fmt.Sprintf("%s %s: %d %s", request.Method, view.Plain(request.Path), answer.Status, http.StatusText(answer.Status))}
	if e := answer.Explanation; e != nil {
		d.Detail = e.Cause + "\n" + e.Fix
	}
	if answer.RequestID != "" {
		d.Detail = strings.TrimSpace(d.Detail + "\nOkta's request id: " + view.Plain(answer.RequestID))
	}
	a.ShowDiagnostics(hcl.Diagnostics{d}, nil)
	if answer.Status == http.StatusUnauthorized || answer.Status == http.StatusForbidden {
		return cli.StatusError(cli.ExitRefused)
	}
	return cli.StatusError(cli.ExitError)
}

func shownHeaders(header http.Header) string {
	var lines []string
	for name, values := range header {
		for _, value := range values {
			lines = append(lines, view.Plain(name+": "+value)+"\n")
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// shownAnswer returns a body for a person: JSON indented, control characters escaped.
func shownAnswer(body []byte) string {
	if len(bytes.TrimSpace(body)) == 0 {
		return ""
	}
	var indented bytes.Buffer
	if json.Indent(&indented, bytes.TrimSpace(body), "", "  ") == nil {
		return view.Lines(indented.String()) + "\n"
	}
	return strings.TrimSuffix(string(view.Source(body)), "\n") + "\n"
}

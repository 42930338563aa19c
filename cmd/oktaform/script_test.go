package main

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/skip"
	"github.com/oktaform/oktaform/sandbox"
)

// TestMain runs two tests for each processor at once, unless -parallel says otherwise: stories
// wait for processes, retries and leases more than they compute.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
	testscript.Main(tests{m}, map[string]func(){"oktaform": program})
}

// tests are those of this package, in the process that runs them and not in those of the program.
type tests struct{ *testing.M }

// Run runs them. No test reads the profiles of the person who runs it.
func (t tests) Run() int {
	settings, err := os.MkdirTemp("", "settings")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(settings) }()
	for name, value := range map[string]string{"XDG_CONFIG_HOME": settings, "OKTAFORM_PROFILE": ""} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	return t.M.Run()
}

// TestScripts runs the stories in testdata/script against the real program.
// Each has an org of its own, served outside the program as a real one would
// be, with the credential in the environment. Whatever the org answers is held
// against Okta's OpenAPI document, and whatever the program writes is searched
// for secrets. The verbs:
//
//	status N CMD ARGS...     runs a command that must exit with N
//	api METHOD PATH [BODY]   calls the org as its super admin, keeps the answer as stdout
//	id VAR KIND LABEL        sets VAR to the id of an app, user or group
//	dump FILE                writes what the org holds, without times
//	copyexample NAME DIR     copies examples/NAME
//	capture VAR PATTERN      sets VAR to what PATTERN's group matches in stdout
//	plain STREAM FILE        writes the last output without ids, hosts and folders
//	log once|always FILE     answers the next, or each, request for the System Log with the events in FILE
//	log own                  ... with the org's own again
//	org super-apps           replaces the org by one that makes service apps super admins
//	org free|enterprise      ... by one with those rate limits
//	org seed=FILE            ... by one from a seed
//	org FAULT...             ... by one with faults
func TestScripts(t *testing.T) {
	p := stories("0s")
	p.Dir = "testdata/script"
	testscript.Run(t, p)
}

// stories are what scripts are run with: those in the files, or in a folder that the
// caller names. The program's clock is ahead of the org's, whose time is the right one.
func stories(ahead string, files ...string) testscript.Params {
	return testscript.Params{
		Files:               files,
		UpdateScripts:       os.Getenv("UPDATE") != "",
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Condition: func(name string) (bool, error) {
			switch name {
			case "fast":
				return ahead != "0s" && ahead[0] != '-', nil
			case "slow":
				return ahead[0] == '-', nil
			case "tools-required":
				return skip.ToolsRequired(), nil
			}
			return false, errors.New("the conditions are fast and slow (the program's clock) and tools-required")
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, ".config"))
			if err := setClock(env, ahead); err != nil {
				return err
			}
			s := &story{tb: env.T().(testing.TB), work: env.WorkDir, password: cli.Password()}
			env.Values[storyKey{}] = s
			env.Defer(s.end)
			return s.serve(sandbox.Options{}, env.Setenv)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"status": cmdStatus, "api": cmdAPI, "id": cmdID, "dump": cmdDump, "copyexample": cmdCopyExample, "org": cmdOrg, "capture": cmdCapture, "plain": cmdPlain, "wipe": cmdWipe,
			"log": cmdLog,
		},
	}
}

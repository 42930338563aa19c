package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/oktaform/oktaform/sandbox"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"oktaform": main})
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
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       os.Getenv("UPDATE") != "",
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			s := &story{tb: env.T().(testing.TB), work: env.WorkDir, password: password()}
			env.Values[storyKey{}] = s
			env.Defer(s.end)
			return s.serve(sandbox.Options{}, env.Setenv)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"status": cmdStatus, "api": cmdAPI, "id": cmdID, "dump": cmdDump, "copyexample": cmdCopyExample, "org": cmdOrg, "capture": cmdCapture, "plain": cmdPlain, "wipe": cmdWipe,
			"log": cmdLog,
		},
	})
}

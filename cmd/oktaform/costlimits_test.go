package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/skip"
)

// What a configuration may cost: each of these ends in an error, in a process with 4 GB
// of memory and within ten seconds of its processor.
func TestBombsEndInAnError(t *testing.T) {
	if testing.Short() {
		skip.Test(t, skip.Short)
	}
	nested := func(open, inner, end string, n int) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
	}
	output := func(expr string) string { return "output \"o\" {\n  value = " + expr + "\n}\n" }
	doubled := func(first, format, last string) string {
		var b strings.Builder
		fmt.Fprintf(&b, "locals {\n  l0 = %s\n", first)
		for i := range 60 {
			fmt.Fprintf(&b, "  l%d = %s\n", i+1, strings.ReplaceAll(format, "X", fmt.Sprintf("local.l%d", i)))
		}
		return b.String() + "}\n" + output(strings.ReplaceAll(last, "X", "local.l60"))
	}
	loops := func(template string) string {
		return "locals {\n  r = range(1000)\n}\n" + output(template)
	}
	calls := map[string]string{"main.hcl": "module \"a\" {\n  source = \"./m0\"\n}\n", "m30/main.hcl": "group \"g\" {\n  name = \"g\"\n}\n"}
	chain := map[string]string{"main.hcl": "module \"a\" {\n  source = \"./m0\"\n}\n", "m100/main.hcl": "group \"g\" {\n  name = \"g\"\n}\n"}
	for i := range 100 {
		text := fmt.Sprintf("module \"a\" {\n  source = \"../m%d\"\n}\n", i+1)
		chain[fmt.Sprintf("m%d/main.hcl", i)] = text
		if i < 30 {
			calls[fmt.Sprintf("m%d/main.hcl", i)] = text + strings.Replace(text, `"a"`, `"b"`, 1)
		}
	}
	laughs := "a0: &a0 [x, x]\n"
	for i := range 30 {
		laughs += fmt.Sprintf("a%d: &a%d [*a%d, *a%d, *a%d]\n", i+1, i+1, i, i, i)
	}
	for name, test := range map[string]struct {
		files any // the text of main.hcl, or files by name
		want  string
	}{
		"doubled text":             {doubled(`"xxxxxxxxxx"`, `"${X}${X}"`, "X"), "MB of text"},
		"doubled list":             {doubled(`["x"]`, `[X, X]`, "X"), "2000000 elements"},
		"doubled object":           {doubled(`{ a = 1 }`, `{ a = X, b = X }`, "jsonencode(X)"), "2000000 elements"},
		"doubled by concat":        {doubled(`["x"]`, `concat(X, X)`, "X"), "elements"},
		"doubled by replace":       {doubled(`"xxxxxxxxxx"`, `replace(X, "", X)`, "X"), "MB"},
		"doubled in one for":       {output(`[for a in ["xxxxxxxxxx"] : ` + strings.Repeat(`[for a in ["${a}${a}"] : `, 50) + "a" + strings.Repeat("]", 51)), "MB of text"},
		"four nested loops":        {loops("[for a in local.r : [for b in local.r : [for c in local.r : [for d in local.r : d]]]]"), "use fewer nested for expressions"},
		"loops that make nothing":  {loops("[for a in local.r : [for b in local.r : [for c in local.r : c if c < 0]]]"), "use fewer nested for expressions"},
		"loops in a template":      {loops(`"%{ for a in local.r }%{ for b in local.r }%{ for c in local.r }xxxxxxxxx%{ endfor }%{ endfor }%{ endfor }"`), "This can't be evaluated"},
		"loops in templatestring":  {output(`templatestring("%%{ for a in r }%%{ for b in r }%%{ for c in r }xxxxxxxxx%%{ endfor }%%{ endfor }%%{ endfor }", { r = range(1000) })`), "This can't be evaluated"},
		"searches":                 {loops(`[for x in local.r : [for y in range(100) : contains(local.r, "none")]]`), "smaller lists"},
		"sums":                     {loops(`[for x in local.r : [for y in range(100) : sum(local.r)]]`), "smaller lists"},
		"sorts":                    {loops(`[for x in local.r : [for y in range(100) : sort(local.r)]]`), "smaller lists"},
		"keys":                     {loops(`[for x in local.r : [for y in range(100) : keys({ for z in local.r : z => z })]]`), "smaller lists"},
		"matches that read on":     {output(`length(regexall("a(.*b)?", "` + strings.Repeat("a", 1_000_000) + `"))`), "matches read on"},
		"a pattern in a pattern":   {output(`regex("(((a?){30}){30}b)", "` + strings.Repeat("a", 1_000_000) + `")`), "simpler pattern"},
		"indent":                   {output(`indent(2000000000, "a\nb")`), "1907 MB"},
		"format":                   {output(`format("%1000000000d", 1)`), "too wide"},
		"setproduct":               {output("setproduct(range(1000), range(1000), range(1000), range(1000))"), "elements"},
		"pow":                      {loops("1e300" + strings.Repeat(" * 1e300", 400) + " % 7"), "This can't be evaluated"},
		"a number as text":         {output(`"${1e100000000}"`), "power of 4096"},
		"a text as number":         {output(`"1e100000000" % 7`), "power of 4096"},
		"many digits":              {output(`parseint("` + strings.Repeat("9", 5_000_000) + `", 10)`), "1000 digits"},
		"YAML anchors":             {map[string]string{"main.hcl": output(`yamldecode(file("x.yaml"))`), "x.yaml": laughs}, "aliases"},
		"YAML depth":               {map[string]string{"main.hcl": output(`yamldecode(file("x.yaml"))`), "x.yaml": strings.Repeat("- ", 100_000) + "x\n"}, "depth"},
		"JSON depth":               {map[string]string{"main.hcl": output(`jsondecode(file("x.json"))`), "x.json": nested("[", "", "]", 1_000_000)}, "levels deep"},
		"count":                    {"group \"g\" {\n  count = 1000000000\n  name  = \"g\"\n}\n", "100000 is the maximum"},
		"nested try":               {output(nested("try(", `tonumber("x")`, ", tonumber(\"x\"))", 200)), "no expression succeeded"},
		"modules":                  {calls, "Too many modules"},
		"a chain of modules":       {chain, "Modules nested too deep"},
		"alternatives in fileset":  {output(`fileset(".", "` + strings.Repeat("{a,b}", 40) + `")`), "patterns"},
		"different types":          {loops(`tolist(flatten([for a in local.r : [for b in range(20) : { "k${a}" = b }]]))`), "different types"},
		"a heredoc of many lines":  {output("<<EOT\n" + strings.Repeat("x\n", 10_000_000) + "EOT"), "tokens and lines"},
		"50,000 brackets":          {output(nested("[", "", "]", 50_000)), "Nested too deep"},
		"open brackets":            {output(strings.Repeat("[", 1_000_000)), "Nested too deep"},
		"parentheses":              {output(nested("(", "1", ")", 500_000)), "Nested too deep"},
		"negations":                {output(strings.Repeat("!", 1_000_000) + "true"), "Nested too deep"},
		"minus signs":              {output(strings.Repeat("-", 1_000_000) + "1"), "Nested too deep"},
		"conditionals":             {output(strings.Repeat("true ? 1 : ", 200_000) + "1"), "Nested too deep"},
		"a sum":                    {output("1" + strings.Repeat(" + 1", 500_000)), "Nested too deep"},
		"a sum over lines":         {output("(" + strings.Repeat("1 +\n", 500_000) + "1)"), "Nested too deep"},
		"indexes":                  {output("[1]" + strings.Repeat("[0]", 200_000)), "Nested too deep"},
		"splats":                   {output("[1]" + strings.Repeat("[*]", 200_000)), "Nested too deep"},
		"interpolations":           {output(nested(`"${`, "1", `}"`, 100_000)), "Nested too deep"},
		"directives":               {output(`"` + nested("%{ if true }", "", "%{ endif }", 100_000) + `"`), "Nested too deep"},
		"blocks":                   {"group \"g\" {\n" + nested("x {\n", "", "}\n", 100_000) + "}\n", "Nested too deep"},
		"calls":                    {output(nested("max(", "1", ")", 100_000)), "Nested too deep"},
		"a deep template file":     {map[string]string{"main.hcl": output(`templatefile("x.tmpl", {})`), "x.tmpl": "${" + nested("[", "", "]", 100_000) + "}"}, "Nested too deep"},
		"a deep JSON file":         {map[string]string{"x.hcl.json": `{"locals": {"a": ` + nested("[", "", "]", 100_000) + "}}"}, "levels deep"},
		"a template in JSON":       {map[string]string{"x.hcl.json": `{"locals": {"a": "${` + nested("[", "", "]", 100_000) + `}"}}`}, "Nested too deep"},
		"a type in JSON":           {map[string]string{"x.hcl.json": `{"variable": {"a": {"type": "` + nested("list(", "string", ")", 100_000) + `"}}}`}, "Nested too deep"},
		"loops in JSON":            {map[string]string{"x.hcl.json": `{"locals": {"a": "${[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]}"}}`}, "use fewer nested for expressions"},
		"a deep tfvars JSON":       {map[string]string{"main.hcl": "variable \"a\" {\n}\n", "oktaform.tfvars.json": `{"a": ` + nested("[", "", "]", 100_000) + "}"}, "levels deep"},
		"a deep tfvars":            {map[string]string{"main.hcl": "variable \"a\" {\n}\n", "oktaform.tfvars": "a = " + nested("[", "", "]", 100_000) + "\n"}, "Nested too deep"},
		"loops in tfvars":          {map[string]string{"main.hcl": "variable \"a\" {\n}\n", "oktaform.tfvars": "a = " + strings.Repeat("[for a in [1, 2, 3, 4, 5, 6, 7, 8, 9] : ", 16) + "a" + strings.Repeat("]", 16) + "\n"}, "use fewer nested for expressions"},
		"loops in a default value": {"variable \"a\" {\n  default = " + strings.Repeat("[for a in [1, 2, 3, 4, 5, 6, 7, 8, 9] : ", 16) + "a" + strings.Repeat("]", 16) + "\n}\n", "use fewer nested for expressions"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files, ok := test.files.(map[string]string)
			if !ok {
				files = map[string]string{"main.hcl": test.files.(string)}
			}
			dir := t.TempDir()
			for file, text := range files {
				file = filepath.Join(dir, filepath.FromSlash(file))
				if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(filepath.Join(dir, "org.hcl"), []byte("org {\n  owner = \"o\"\n}\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, "sh", "-c", `ulimit -v 4194304; exec oktaform validate "$0"`, dir)
			out, err := cmd.CombinedOutput()
			exit, ok := errors.AsType[*exec.ExitError](err)
			used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			if !ok || exit.ExitCode() != cli.ExitError || strings.Contains(string(out), "goroutine ") || !strings.Contains(strings.Join(strings.Fields(string(out)), " "), test.want) {
				t.Errorf("%v after %s:\n%.2000s", err, used, out)
			}
			if used > 10*time.Second {
				t.Errorf("took %s of the processor", used)
			}
		})
	}
}

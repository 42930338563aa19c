package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
)

const preamble = "-- org.hcl --\norg {\n  owner = \"team/iam\"\n}\n"

// value evaluates the output "o" of an archive; a diagnostic comes as text.
func value(t *testing.T, archive string, opts config.Options) (cty.Value, string) {
	t.Helper()
	c, diags := load(t, preamble+archive, opts)
	diags = append(diags, c.Validate()...)
	if diags.HasErrors() {
		return cty.NilVal, render(t, c, diags)
	}
	outputs, _ := c.Evaluate(nil).Outputs()
	if len(outputs) != 1 {
		t.Fatalf("%d outputs", len(outputs))
	}
	return outputs[0].Value, render(t, c, diags)
}

// TestPrecedence gives one variable a value in each way, from the weakest to
// the strongest.
func TestPrecedence(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside.tfvars")
	if err := os.WriteFile(outside, []byte(`v = "var-file"`), 0o600); err != nil {
		t.Fatal(err)
	}
	archive := "-- main.hcl --\nvariable \"v\" {\n  default = \"default\"\n}\noutput \"o\" {\n  value = var.v\n}\n"
	opts := config.Options{}
	for _, step := range []struct {
		want string
		add  func()
	}{
		{"default", func() {}},
		{"TF_VAR", func() { opts.Environ = append(opts.Environ, "TF_VAR_v=TF_VAR", "v=x", "TF_VAR_other=x", "TF_VAR_") }},
		{"OKTAFORM_VAR", func() { opts.Environ = append([]string{"OKTAFORM_VAR_v=OKTAFORM_VAR"}, opts.Environ...) }},
		{"tfvars", func() { archive += "-- oktaform.tfvars --\nv = \"tfvars\"\n" }},
		{"tfvars.json", func() { archive += "-- oktaform.tfvars.json --\n{\"v\": \"tfvars.json\"}\n" }},
		{"a.auto", func() { archive += "-- a.auto.tfvars --\nv = \"a.auto\"\n" }},
		{"b.auto", func() { archive += "-- b.auto.tfvars.json --\n{\"v\": \"b.auto\"}\n" }},
		{"c.auto", func() { archive += "-- c.auto.tfvars --\nv = \"c.auto\"\n" }},
		{"var-file", func() { opts.Inputs = append(opts.Inputs, config.VarFile(outside)) }},
		{"var", func() { opts.Inputs = append(opts.Inputs, config.Var("v=first"), config.Var("v=var")) }},
		{"var-file", func() { opts.Inputs = append(opts.Inputs, config.VarFile(outside)) }}, // the last option wins, of either kind
	} {
		step.add()
		if got, diags := value(t, archive, opts); diags != "" || !got.RawEquals(cty.StringVal(step.want)) {
			t.Errorf("%s: %#v\n%s", step.want, got, diags)
		}
	}
}

func inputs(vars []string) []config.Input {
	var list []config.Input
	for _, text := range vars {
		list = append(list, config.Var(text))
	}
	return list
}

// TestVariables holds declarations and given values against what comes out:
// HCL text, or a piece of a diagnostic.
func TestVariables(t *testing.T) {
	for _, test := range []struct {
		name, declared string
		given          []string // --var
		want           string   // "= " and the value in HCL, or what the diagnostic says
	}{
		{"any type", ``, []string{"v=1"}, `= "1"`},
		{"text with an equals sign", `type = string`, []string{"v=a=b"}, `= "a=b"`},
		{"empty text", `type = string`, []string{"v="}, `= ""`},
		{"number", `type = number`, []string{"v=12"}, `= 12`},
		{"bool", `type = bool`, []string{"v=true"}, `= true`},
		{"list", `type = list(string)`, []string{`v=["a", "b"]`}, `= tolist(["a", "b"])`},
		{"set", `type = set(string)`, []string{`v=["b", "a", "b"]`}, `= toset(["a", "b"])`},
		{"map", `type = map(number)`, []string{`v={a = 1}`}, `= tomap({ a = 1 })`},
		{"optional attribute", `type = object({ a = string, b = optional(string, "B") })`, []string{`v={a = "A"}`}, `= { a = "A", b = "B" }`},
		{"null where it may be", "type = string\n  default = \"d\"", nil, `= "d"`},
		{"null list", "type = list(string)\n  default = [\"d\"]", []string{"v=null"}, `= tolist(null)`},
		{"null where it may not be", "type = list(string)\n  default = [\"d\"]\n  nullable = false", []string{"v=null"}, `= tolist(["d"])`},
		{"null default where it may not be", "default = null\n  nullable = false", nil, "so its default can't be null"},
		{"wrong type", `type = number`, []string{"v=hunter2"}, "doesn't fit its type number: a number is required"},
		{"wrong shape", `type = list(string)`, []string{`v={hunter2 = 1}`}, "doesn't fit its type list(string)"},
		{"no expression", `type = list(string)`, []string{`v=[hunter2`}, "is not an HCL expression of type list(string)"},
		{"an expression with a name", `type = list(string)`, []string{`v=[hunter2]`}, "is not an HCL expression"},
		{"wrong default", "type = number\n  default = \"x\"", nil, "The default of variable \"v\" doesn't fit its type"},
		{"no value", `type = string`, nil, "has no value and no default. Set OKTAFORM_VAR_v"},
		{"no value of a secret", "type = string\n  sensitive = true", nil, "Set OKTAFORM_VAR_v in the environment, without a trace in the shell's history: read -rs OKTAFORM_VAR_v && export OKTAFORM_VAR_v."},
		{"unknown type", `type = strng`, []string{"v=1"}, "Invalid type specification"},
		{"unknown argument", `kind = string`, []string{"v=1"}, "Unsupported argument"},
		{"a default that refers", `default = var.w`, nil, "Variables not allowed"},
		{"sensitive that is no flag", `sensitive = "perhaps"`, []string{"v=1"}, "sensitive of a variable must be true or false"},
		{"undeclared", `type = string`, []string{"v=x", "vv=hunter2"}, `Did you mean "v"?`},
		{"without a name", `type = string`, []string{"=hunter2"}, "--var 'name=value'"},
		{"with spaces", `type = string`, []string{"v = hunter2"}, "without spaces"},
		{"without a value", `type = string`, []string{"hunter2"}, "--var 'name=value'"},
	} {
		got, diags := value(t, "-- main.hcl --\nvariable \"v\" {\n  "+test.declared+"\n}\noutput \"o\" {\n  value = var.v\n}\n-- want.hcl --\n",
			config.Options{Inputs: inputs(test.given)})
		if strings.Contains(diags, "hunter2") {
			t.Errorf("%s: the value is quoted: %s", test.name, diags)
		}
		if hcl, ok := strings.CutPrefix(test.want, "= "); ok {
			want, _ := value(t, "-- main.hcl --\noutput \"o\" {\n  value = "+hcl+"\n}\n", config.Options{})
			if !strings.Contains(hcl, "null") && !got.RawEquals(want) || strings.Contains(hcl, "null") && (got == cty.NilVal || !got.IsNull()) {
				t.Errorf("%s: %#v, want %s\n%s", test.name, got, hcl, diags)
			}
		} else if !strings.Contains(strings.Join(strings.Fields(diags), " "), test.want) {
			t.Errorf("%s: %s\nwant %q", test.name, diags, test.want)
		}
	}
}

// TestVariableFilesAreNotQuoted: a file with values may hold secrets, so no
// message shows a line of it.
func TestVariableFilesAreNotQuoted(t *testing.T) {
	const main = "-- main.hcl --\nvariable \"v\" {\n  type      = string\n  sensitive = true\n}\noutput \"o\" {\n  value     = var.v\n  sensitive = true\n}\n"
	for name, file := range map[string]string{
		"a name for a text":    "-- oktaform.tfvars --\nv = hunter2\n",
		"an unfinished text":   "-- oktaform.tfvars --\nv = \"hunter2\n",
		"a typing error":       "-- oktaform.tfvars --\nv = \"x\"\nvv = \"hunter2\"\n",
		"a call":               "-- oktaform.tfvars --\nv = upper(\"hunter2\")\n",
		"broken JSON":          "-- oktaform.tfvars.json --\n{\"v\": \"hunter2\" \"x\"}\n",
		"a name twice in JSON": "-- oktaform.tfvars.json --\n{\"vv\": \"hunter2\", \"v\": \"hunter2\"}\n",
	} {
		if _, diags := value(t, main+file, config.Options{}); diags == "" || strings.Contains(diags, "hunter2") {
			t.Errorf("%s: %s", name, diags)
		} else if !strings.Contains(diags, "oktaform.tfvars") {
			t.Errorf("%s: the message doesn't name the file: %s", name, diags)
		}
	}
}

func TestMissingVariableFile(t *testing.T) {
	_, diags := value(t, "-- main.hcl --\noutput \"o\" {\n  value = 1\n}\n", config.Options{Inputs: []config.Input{config.VarFile("/no/such.tfvars")}})
	if !strings.Contains(diags, "/no/such.tfvars") {
		t.Error(diags)
	}
}

func TestIncompleteAndGenerated(t *testing.T) {
	const archive = "-- main.hcl --\nvariable \"pw\" {\n  type      = string\n  sensitive = true\n}\noutput \"o\" {\n  value     = var.pw\n  sensitive = true\n}\n"
	if got, diags := value(t, archive, config.Options{Incomplete: true}); diags != "" || got.IsKnown() {
		t.Errorf("validate takes it as unknown: %#v %s", got, diags)
	}
	made := config.Options{Generate: func(name string) (string, error) { return "made for " + name, nil }}
	if got, diags := value(t, archive, made); diags != "" || !got.RawEquals(cty.StringVal("made for pw")) {
		t.Errorf("%#v %s", got, diags)
	}
	if _, diags := value(t, strings.Replace(archive, "  sensitive = true\n}\noutput", "}\noutput", 1), made); !strings.Contains(diags, "no value") {
		t.Errorf("only sensitive variables get a made value: %s", diags)
	}
}

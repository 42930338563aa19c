package functions

import (
	"regexp"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

func text(o Options) []Func {
	return []Func{
		{Name: "chomp", Function: stdlib.ChompFunc, Doc: "The string without the newlines at its end."},
		{Name: "endswith", Function: compare("suffix", strings.HasSuffix), Doc: "Whether a string ends with another."},
		{Name: "format", Function: stdlib.FormatFunc, Doc: "Values put into a string, at its % verbs."},
		{Name: "formatlist", Function: stdlib.FormatListFunc, Doc: "A list of strings made by format from lists of values."},
		{Name: "indent", Function: stdlib.IndentFunc, Doc: "The string with every line but the first indented by a number of spaces."},
		{Name: "join", Function: stdlib.JoinFunc, Doc: "The strings of lists as one, with a separator between them."},
		{Name: "lower", Function: stdlib.LowerFunc, Doc: "The string in lower case."},
		{Name: "regex", Function: stdlib.RegexFunc, Doc: "The first match of a regular expression: the string, or what its groups matched."},
		{Name: "regexall", Function: stdlib.RegexAllFunc, Doc: "A list of all matches of a regular expression."},
		{Name: "replace", Function: replace, Doc: "The string with each occurrence of another replaced; /one between slashes/ is a regular expression."},
		{Name: "split", Function: stdlib.SplitFunc, Doc: "The parts of a string between the occurrences of a separator."},
		{Name: "startswith", Function: compare("prefix", strings.HasPrefix), Doc: "Whether a string begins with another."},
		{Name: "strcontains", Function: compare("substr", strings.Contains), Doc: "Whether a string holds another."},
		{Name: "strrev", Function: stdlib.ReverseFunc, Doc: "The string backwards."},
		{Name: "substr", Function: stdlib.SubstrFunc, Doc: "The part of a string from an offset on, of a length; -1 goes to the end."},
		{Name: "templatestring", Function: templateString(o), Doc: "A string rendered as a template with the given variables."},
		{Name: "title", Function: stdlib.TitleFunc, Doc: "The string with the first letter of each word in upper case."},
		{Name: "trim", Function: stdlib.TrimFunc, Doc: "The string without any of a set of characters at its ends."},
		{Name: "trimprefix", Function: stdlib.TrimPrefixFunc, Doc: "The string without a prefix, if it has it."},
		{Name: "trimspace", Function: stdlib.TrimSpaceFunc, Doc: "The string without the space at its ends."},
		{Name: "trimsuffix", Function: stdlib.TrimSuffixFunc, Doc: "The string without a suffix, if it has it."},
		{Name: "upper", Function: stdlib.UpperFunc, Doc: "The string in upper case."},
	}
}

var replace = define(cty.String, func(args []cty.Value) (cty.Value, error) {
	in, old, with := args[0].AsString(), args[1].AsString(), args[2].AsString()
	if len(old) < 2 || !strings.HasPrefix(old, "/") || !strings.HasSuffix(old, "/") {
		return cty.StringVal(strings.ReplaceAll(in, old, with)), nil
	}
	pattern, err := regexp.Compile(old[1 : len(old)-1])
	if err != nil {
		return cty.NilVal, function.NewArgError(1, err)
	}
	return cty.StringVal(pattern.ReplaceAllString(in, with)), nil
}, param("str", cty.String), param("substr", cty.String), param("replace", cty.String))

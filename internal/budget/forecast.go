package budget

import (
	"io"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
)

// Call returns why a function must not be called with these arguments: its result would be too
// large, or it would take too long. Arguments have the types of the parameters. Unknown arguments
// are checked once they are known.
func (m *Meter) Call(name string, args []cty.Value) error {
	bare := make([]cty.Value, len(args))
	steps := 0
	for i, arg := range args {
		bare[i], _ = arg.Unmark()
		switch {
		case !known(bare[i]):
		case bare[i].Type() == cty.String:
			steps += len(bare[i].AsString()) / 64
		case bare[i].CanIterateElements() && !bare[i].Type().IsObjectType():
			steps += bare[i].LengthInt() / 8
		}
	}
	if err := m.work(steps); err != nil {
		return err
	}
	forecast := forecasts[name]
	if forecast == nil {
		return nil
	}
	return forecast(m, bare)
}

// forecasts has an entry for each function whose result may be larger than its arguments, or that
// takes longer than reading them.
var forecasts = map[string]func(m *Meter, args []cty.Value) error{
	"alltrue":         searched,
	"anytrue":         searched,
	"chunklist":       lengths,
	"coalesce":        alternatives,
	"coalescelist":    alternatives,
	"compact":         lengths,
	"concat":          concatenated,
	"contains":        searched,
	"csvdecode":       ofText(func(s string) error { return elements(strings.Count(s, ",") + strings.Count(s, "\n")) }),
	"distinct":        everything,
	"flatten":         everything,
	"format":          func(_ *Meter, args []cty.Value) error { return formatted(args, 1) },
	"formatlist":      func(_ *Meter, args []cty.Value) error { return formatted(args, longest(args)) },
	"indent":          indented,
	"index":           searched,
	"join":            joined,
	"jsondecode":      ofText(func(s string) error { return JSON([]byte(s)) }),
	"jsonencode":      everything,
	"matchkeys":       matching,
	"keys":            searched,
	"merge":           lengths,
	"parseint":        ofText(digits),
	"regex":           oneMatch,
	"regexall":        allMatches,
	"replace":         replaced,
	"reverse":         searched,
	"setintersection": everything,
	"setproduct":      product,
	"setsubtract":     everything,
	"setunion":        everything,
	"slice":           searched,
	"sort":            sorted,
	"split":           separated,
	"sum":             searched,
	"tolist":          everything,
	"tomap":           everything,
	"toset":           everything,
	"transpose":       everything,
	"values":          searched,
	"yamldecode":      ofText(func(s string) error { return YAML([]byte(s)) }),
	"yamlencode":      everything,
	"zipmap":          lengths,
}

func known(v cty.Value) bool { return v.IsKnown() && !v.IsNull() }

func elements(n int) error {
	if n > MaxValue {
		return exceeded("the result would have %d elements, and a value may have %d", n, MaxValue)
	}
	return nil
}

func text(n float64) error {
	if n > MaxText {
		return exceeded("the result would be a text of %.0f MB, and one may have %d", n/(1<<20), MaxText>>20)
	}
	return nil
}

func digits(s string) error {
	if len(s) > MaxDigits {
		return exceeded("a number may have %d digits", MaxDigits)
	}
	return nil
}

func ofText(check func(string) error) func(*Meter, []cty.Value) error {
	return func(_ *Meter, args []cty.Value) error {
		if len(args) == 0 || !known(args[0]) || args[0].Type() != cty.String {
			return nil
		}
		return check(args[0].AsString())
	}
}

// everything is for functions that read everything in their arguments.
func everything(m *Meter, args []cty.Value) error {
	all := Size{}
	for _, arg := range args {
		size, err := m.Visit(arg)
		if err != nil {
			return err
		}
		all = all.plus(size)
	}
	if err := elements(all.Elements); err != nil {
		return err
	}
	return text(float64(all.Text))
}

// searched is for functions that compare or copy each element of a list; an element takes about ten
// steps.
func searched(m *Meter, args []cty.Value) error { return m.work(10 * lengthOfAll(args)) }

// sorted is for functions that compare elements more than once.
func sorted(m *Meter, args []cty.Value) error { return m.work(30 * lengthOfAll(args)) }

func lengthOfAll(args []cty.Value) int {
	n := 0
	for _, arg := range args {
		n += length(arg)
	}
	return n
}

func length(v cty.Value) int {
	v, _ = v.Unmark()
	if !known(v) || !v.CanIterateElements() || v.Type().IsObjectType() {
		if v.Type().IsObjectType() {
			return len(v.Type().AttributeTypes())
		}
		return 0
	}
	return v.LengthInt()
}

// alternatives is for functions whose arguments are converted to a common type.
func alternatives(_ *Meter, args []cty.Value) error {
	for _, arg := range args {
		if err := unifiable(arg.Type()); err != nil {
			return err
		}
	}
	return nil
}

func concatenated(m *Meter, args []cty.Value) error {
	if slices.ContainsFunc(args, func(arg cty.Value) bool { return arg.Type().IsListType() }) {
		if err := alternatives(m, args); err != nil {
			return err
		}
	}
	return lengths(m, args)
}

// lengths is for functions that concatenate their arguments.
func lengths(_ *Meter, args []cty.Value) error {
	n := 0
	for _, arg := range args {
		n += length(arg)
	}
	return elements(n)
}

func longest(args []cty.Value) int {
	n := 1
	for _, arg := range args {
		n = max(n, length(arg))
	}
	return n
}

func product(_ *Meter, args []cty.Value) error {
	n := 1.0
	for _, arg := range args {
		n *= float64(length(arg))
	}
	if n *= float64(len(args) + 1); n > MaxValue {
		return exceeded("the result would have more than %d elements, and a value may have %d", MaxValue, MaxValue)
	}
	return nil
}

func matching(_ *Meter, args []cty.Value) error {
	if n := float64(longest(args[:2])) * float64(length(args[2])); n > maxMatching/10 {
		return exceeded("it would take %.0f comparisons, and %d is the maximum; use a for expression over a map", n, maxMatching/10)
	}
	return nil
}

// str returns a known string, or "".
func str(v cty.Value) string {
	v, _ = v.Unmark()
	if !known(v) || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}

func indented(_ *Meter, args []cty.Value) error {
	if !known(args[0]) {
		return nil
	}
	n, _ := args[0].AsBigFloat().Float64()
	return text(n*float64(strings.Count(str(args[1]), "\n")) + float64(len(str(args[1]))))
}

func separated(_ *Meter, args []cty.Value) error {
	return elements(strings.Count(str(args[1]), str(args[0])) + 1)
}

func joined(m *Meter, args []cty.Value) error {
	if err := everything(m, args); err != nil {
		return err
	}
	n := 0.0
	for _, list := range args[1:] {
		n += float64(length(list)) * float64(len(str(args[0])))
	}
	return text(n)
}

var verb = regexp.MustCompile(`%[^%a-zA-Z]*[a-zA-Z]`)
var number = regexp.MustCompile(`[0-9]+`)

// formatted limits the result of format: each verb prints one argument, in a field of the given
// width.
func formatted(args []cty.Value, times int) error {
	if len(args) == 0 {
		return nil
	}
	largest := 0
	for _, arg := range args[1:] {
		size, err := Measure(arg)
		if err != nil {
			return err
		}
		largest = max(largest, size.Text+8*size.Elements)
	}
	format := str(args[0])
	n := float64(len(format))
	for _, v := range verb.FindAllString(format, -1) {
		n += float64(largest)
		for _, width := range number.FindAllString(v, -1) {
			if len(width) > 6 {
				return exceeded("the field %s is too wide", shorten(v))
			}
			w, _ := strconv.Atoi(width)
			n += float64(w)
		}
	}
	return text(n * float64(times))
}

func shorten(s string) string {
	if len(s) > 20 {
		return s[:20] + "..."
	}
	return s
}

// oneMatch limits a search: its time grows with text times pattern.
func oneMatch(_ *Meter, args []cty.Value) error {
	_, err := search(str(args[0]), str(args[1]))
	return err
}

// allMatches limits a search for all matches: each match of each group is an element.
func allMatches(_ *Meter, args []cty.Value) error {
	in := str(args[1])
	expr, err := search(str(args[0]), in)
	if expr == nil || err != nil {
		return err
	}
	matches, err := expr.matches(in, MaxValue/(expr.groups+2))
	if err != nil {
		return err
	}
	return elements(matches * (expr.groups + 2))
}

// expression is a regular expression with what it costs.
type expression struct {
	text   string
	groups int
	steps  float64 // for each character that is read, at most
}

// search returns the expression, nil if it isn't one, which the function reports.
func search(expr, in string) (*expression, error) {
	if len(expr) > 100_000 {
		return nil, exceeded("a regular expression may have 100,000 bytes")
	}
	parsed, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil, nil
	}
	compiled, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, nil
	}
	x := &expression{text: expr, groups: parsed.MaxCap(), steps: float64(len(compiled.Inst))}
	if steps := x.steps * float64(len(in)); steps > maxMatching {
		return nil, exceeded("the search would take %.0f steps, and %d is the maximum; use a shorter text or a simpler pattern", steps, maxMatching)
	}
	return x, nil
}

// matches counts the matches in a text, if there can be more than few, or if it can take long to
// find them; otherwise it returns 0. To see where one of a(.*b)? ends takes the rest of the text,
// and it matches at each a. So the characters that each match reads are counted.
func (x *expression) matches(in string, few int) (matches int, err error) {
	size := float64(len(in))
	if len(in) < few && x.steps*size*size <= maxMatching {
		return 0, nil
	}
	pattern := regexp.MustCompile(x.text)
	read := 0
	for rest := in; matches <= MaxValue; matches++ {
		from := &counted{Reader: strings.NewReader(rest), most: maxMatching/x.steps - float64(read)}
		found := pattern.FindReaderIndex(from)
		if read += from.read; float64(read)*x.steps > maxMatching {
			return 0, exceeded("the search would take more than %d steps, since matches read on beyond their end; use a shorter text or a simpler pattern", maxMatching)
		}
		if found == nil {
			break
		}
		_, next := utf8.DecodeRuneInString(rest)
		if next = max(next, found[1]); next == 0 {
			break
		}
		rest = rest[next:]
	}
	return matches, nil
}

// counted counts the characters that are read, and ends after most of them.
type counted struct {
	*strings.Reader
	read int
	most float64
}

func (c *counted) ReadRune() (r rune, size int, err error) {
	if float64(c.read) > c.most {
		return 0, 0, io.EOF
	}
	c.read++
	return c.Reader.ReadRune()
}

func replaced(_ *Meter, args []cty.Value) error {
	in, old, with := str(args[0]), str(args[1]), str(args[2])
	if len(old) < 2 || !strings.HasPrefix(old, "/") || !strings.HasSuffix(old, "/") {
		return text(float64(len(in)) + float64(strings.Count(in, old))*float64(len(with)))
	}
	expr, err := search(old[1:len(old)-1], in)
	if expr == nil || err != nil {
		return err
	}
	few := MaxText / (len(with) + 1)
	matches, err := expr.matches(in, few)
	if err != nil {
		return err
	}
	return text(float64(len(in))*float64(1+strings.Count(with, "$")) + float64(matches)*float64(len(with)))
}

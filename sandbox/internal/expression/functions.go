package expression

import "strings"

// function is a function of the language with the number of its arguments; -1 for at least one.
type function struct {
	arguments int
	of        func(s Subject, args []any) any
}

// functions are those that rules of groups use.
var functions = map[string]function{
	"String.startsWith":     onTexts(func(a, b string) any { return strings.HasPrefix(a, b) }),
	"String.stringContains": onTexts(func(a, b string) any { return strings.Contains(a, b) }),
	"String.append":         onTexts(func(a, b string) any { return a + b }),
	"String.substringAfter": onTexts(func(a, b string) any { _, after, _ := strings.Cut(a, b); return after }),
	"String.substringBefore": onTexts(func(a, b string) any {
		before, _, found := strings.Cut(a, b)
		if !found {
			return ""
		}
		return before
	}),
	"String.toUpperCase":  onText(func(a string) any { return strings.ToUpper(a) }),
	"String.toLowerCase":  onText(func(a string) any { return strings.ToLower(a) }),
	"String.removeSpaces": onText(func(a string) any { return strings.ReplaceAll(a, " ", "") }),
	"String.len":          onText(func(a string) any { return float64(len([]rune(a))) }),
	"Arrays.contains": {2, func(_ Subject, args []any) any {
		list, _ := args[0].([]any)
		for _, element := range list {
			if equal(element, args[1]) {
				return true
			}
		}
		return false
	}},
	"Arrays.isEmpty": {1, func(_ Subject, args []any) any { list, _ := args[0].([]any); return len(list) == 0 }},

	"isMemberOfGroup":    inGroup(1, func(id, _, want string) bool { return id == want }),
	"isMemberOfAnyGroup": inGroup(-1, func(id, _, want string) bool { return id == want }),
	"isMemberOfGroupName": inGroup(1, func(_, name, want string) bool {
		return name == want
	}),
	"isMemberOfGroupNameStartsWith": inGroup(1, func(_, name, want string) bool { return strings.HasPrefix(name, want) }),
	"isMemberOfGroupNameContains":   inGroup(1, func(_, name, want string) bool { return strings.Contains(name, want) }),
}

func onText(of func(string) any) function {
	return function{1, func(_ Subject, args []any) any {
		a, ok := args[0].(string)
		if !ok {
			return nil
		}
		return of(a)
	}}
}

func onTexts(of func(a, b string) any) function {
	return function{2, func(_ Subject, args []any) any {
		a, ok := args[0].(string)
		b, also := args[1].(string)
		if !ok || !also {
			return nil
		}
		return of(a, b)
	}}
}

func inGroup(arguments int, is func(id, name, want string) bool) function {
	return function{arguments, func(s Subject, args []any) any {
		return s.Member(func(id, name string) bool {
			for _, arg := range args {
				if want, ok := arg.(string); ok && is(id, name, want) {
					return true
				}
			}
			return false
		})
	}}
}

// call is the call of a function.
func (p *parser) call(name string, arguments []node) node {
	f, known := functions[name]
	switch {
	case p.err != nil:
	case !known:
		return p.fail("the function %s is not known", name)
	case f.arguments >= 0 && f.arguments != len(arguments) || len(arguments) == 0:
		return p.fail("%s has %d arguments", name, len(arguments))
	}
	return func(s Subject) any {
		args := make([]any, len(arguments))
		for i, a := range arguments {
			args[i] = a(s)
		}
		return f.of(s, args)
	}
}

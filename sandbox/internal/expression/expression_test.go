package expression

import (
	"strings"
	"testing"
)

// The operators, functions and literals of group rules, and what they mean of one user.
func TestExpressions(t *testing.T) {
	profile := map[string]any{"department": "Engineering", "login": "ada@example.com", "level": 7.0, "tags": []any{"a", "b"}, "quoted": `say "hi"`}
	ada := Subject{Attribute: func(name string) any { return profile[name] },
		Member: func(is func(id, name string) bool) bool { return is("00g1", "Staff of Okta") }}
	for text, want := range map[string]bool{
		`user.department == "Engineering"`:                                   true,
		`user.department=='Engineering' and user.level > 6`:                  true,
		`user.department != "Engineering" OR user.level <= 7`:                true,
		`!(user.department == "Engineering")`:                                false,
		`NOT user.missing == null`:                                           false,
		`user.missing == null && user.quoted == "say \"hi\""`:                true,
		`String.startsWith(user.department,"Eng")`:                           true,
		`String.startsWith(user.missing,"")`:                                 false,
		`String.stringContains(String.toLowerCase(user.department), "neer")`: true,
		`String.substringAfter(user.login, "@") == "example.com"`:            true,
		`String.substringBefore(user.login, "#") == ""`:                      true,
		`String.len(user.department) >= 11`:                                  true,
		`user.department + "!" == "Engineering!"`:                            true,
		`Arrays.contains(user.tags, "b") && !Arrays.isEmpty(user.tags)`:      true,
		`Arrays.contains({"x", "Engineering"}, user.department)`:             true,
		`isMemberOfGroup("00g1")`:                                            true,
		`isMemberOfAnyGroup("00g2", "00g1")`:                                 true,
		`isMemberOfGroupName("Staff") || isMemberOfGroupNameContains("Ok")`:  true,
		`isMemberOfGroupNameStartsWith("of")`:                                false,
		`user.level < 5 ? true : user.department == "Engineering"`:           true,
		`user.lastName eq "Thomas"`:                                          false,
		`user.department eq "Engineering" AND user.department ne "Sales"`:    true,
		`user.level GE 7 and user.level lt 8 and not (user.level gt 7)`:      true,
		`user.level le 6`: false,
		`user.department`: false,
		`"b" > "a"`:       true,
	} {
		e, err := Parse(text)
		if err != nil || e.Matches(ada) != want {
			t.Errorf("%s: %v, %v", text, !want, err)
		}
	}
}

func TestExpressionsThatAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                                "empty",
		`user.department ==`:              "ends too early",
		`user.department = "x"`:           "unexpected text",
		`department == "x"`:               "neither an attribute",
		`user.department eq`:              "ends too early",
		`user.department equals "x"`:      "unexpected",
		`String.startsWith(user.x)`:       "1 arguments",
		`Convert.toInt("1")`:              "not known",
		`user.a == "x" user.b`:            "unexpected",
		`(user.a == "x"`:                  "missing",
		`isMemberOfGroup()`:               "0 arguments",
		`"unclosed`:                       "unexpected text",
		strings.Repeat("(", 5000) + "1":   "nested too deeply",
		strings.Repeat(`!`, 3) + `user`:   "neither",
		`String.len(user.a`:               "missing",
		`user.profile.department == "x"`:  "neither",
		`user.a == "x" ? true`:            "missing",
		`isMemberOfAnyGroup("a" "b")`:     "missing",
		`Arrays.contains({"a" "b"}, "a")`: "missing",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v", text, err)
		}
	}
}

package schema

import "testing"

func TestOwnerPattern(t *testing.T) {
	for _, test := range []struct {
		pattern, owner string
		want           bool
	}{
		{"ci-*", "ci-1", true}, {"ci-*", "ci-", true}, {"ci-*", "ci", false}, {"ci-*", "team/ci-1", false},
		{"ci/*", "ci/pr-1/a", true}, {"ci-7", "ci-7", true}, {"ci-7", "ci-77", false}, {"ci-7", "CI-7", false},
		{"ci-*-eu", "ci-1-eu", true}, {"ci-*-eu", "ci-eu", false}, {"ci-*-*", "ci-1-2", true}, {"ci-*a*", "ci-bca", true}, {"ci-*a*", "ci-b", false},
		{"aa*aa", "aaa", false}, {"*", "team/iam", true}, {"*", "", false}, {"", "", false}, {"", "ci", false},
		{"ci.*", "cix1", false}, {"ci-**", "ci-1", true},
	} {
		if got := OwnerPattern(test.pattern).Matches(test.owner); got != test.want {
			t.Errorf("%q matches %q: %v", test.pattern, test.owner, got)
		}
	}
	for pattern, open := range map[OwnerPattern]bool{"*": true, "**": true, "*-ci": true, "c*": false, "ci": false} {
		if err := pattern.Check(); err != nil || pattern.Open() != open {
			t.Errorf("%q: %v, open %v", pattern, err, pattern.Open())
		}
	}
	for _, pattern := range []OwnerPattern{"", "ci-[0-9]", "ci-?", "ci 1", "ci-{a,b}"} {
		if pattern.Check() == nil {
			t.Errorf("%q is taken for a pattern", pattern)
		}
	}
}

package schema_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

func TestOwnerInDescription(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		owner, text := owners().Draw(t, "owner"), texts.Draw(t, "text")
		description, err := kinds.Named("group").MarkedText(text, owner)
		if err != nil {
			t.Skip("too long")
		}
		if gotText, got := schema.OwnerFromText(description); gotText != text || got != owner {
			t.Fatalf("%q reads as %q, %+v", description, gotText, got)
		}
	})
}

// What the mark is made of is escaped, escapes included.
func TestMarkIsEscaped(t *testing.T) {
	for _, key := range []string{"a%20b", "a b", "a]b[c", "%5B", "a+b", "100%"} {
		want := schema.Owner{Owner: "team/iam", Addr: schema.Addr{Kind: "group", Name: "g", Key: `"` + key + `"`}.String()}
		description, _ := kinds.Named("group").MarkedText("text", want)
		if _, got := schema.OwnerFromText(description); got != want {
			t.Errorf("%q reads as %+v", description, got)
		}
	}
}

func TestOwnerInProfile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		owner := owners().Draw(t, "owner")
		profile := map[string]any{"team": "portal", schema.ProfileProtect: "true"}
		owner.ToProfile(profile)
		if got := schema.OwnerFromProfile(profile); got != owner {
			t.Fatalf("%v reads as %+v", profile, got)
		}
		schema.Owner{}.ToProfile(profile)
		if diff := cmp.Diff(map[string]any{"team": "portal"}, profile); diff != "" {
			t.Fatal("without a mark, only the keys of others stay:", diff)
		}
	})
}

func TestTextsWithoutMark(t *testing.T) {
	for _, text := range []string{
		"", " ", "Testers", "[oktaform]", "[oktaform team/iam]", "[oktaform team/iam group.g] and more", "[oktaform team/iam group.g ]",
		"[oktaform team/iam group.g protected]", "(oktaform team/iam group.g)", "[oktaform  group.g]", "[Oktaform team/iam group.g]",
		"[oktaform team/iam group.g]\n", "[oktaform team/iam %zz]", "[oktaform a b c d]", "[oktaform [a b]",
	} {
		if got, owner := schema.OwnerFromText(text); got != text || !owner.IsZero() {
			t.Errorf("%q is taken for a mark: %q, %+v", text, got, owner)
		}
	}
	for _, profile := range []map[string]any{
		nil, {"team": "x"}, {schema.ProfileOwner: "team/iam"}, {schema.ProfileAddr: "group.g"}, {schema.ProfileOwner: 1, schema.ProfileAddr: true},
	} {
		if owner := schema.OwnerFromProfile(profile); !owner.IsZero() {
			t.Errorf("%v is taken for a mark: %+v", profile, owner)
		}
	}
}

// TestMarksOfNewerVersions: owner and address are read, and that the rest isn't known.
func TestMarksOfNewerVersions(t *testing.T) {
	want := schema.Owner{Owner: "team/iam", Addr: "group.g", Version: "2"}
	for _, text := range []string{"Text [oktaform/2 team/iam group.g]", "Text [oktaform/2 team/iam group.g protect]", "Text [oktaform/2 team/iam group.g until=2027 protect]"} {
		if got, owner := schema.OwnerFromText(text); got != "Text" || owner != want || !owner.Newer() {
			t.Errorf("%q reads as %q, %+v", text, got, owner)
		}
	}
	for _, version := range []any{"2", 2, 2.0, json.Number("2")} {
		profile := map[string]any{schema.ProfileOwner: "team/iam", schema.ProfileAddr: "group.g", schema.ProfileVersion: version, schema.ProfileProtect: "true", "oktaform_later": "x"}
		if owner := schema.OwnerFromProfile(profile); owner != want {
			t.Errorf("%v reads as %+v", profile, owner)
		}
	}
	for _, version := range []any{"", "two", nil, true, "1.1", []any{"1"}} {
		if owner := schema.OwnerFromProfile(map[string]any{schema.ProfileOwner: "team/iam", schema.ProfileAddr: "group.g", schema.ProfileVersion: version}); !owner.Newer() {
			t.Errorf("the version %v reads as %+v", version, owner)
		}
	}
	for _, version := range []any{"1", 1, 1.0} {
		if owner := schema.OwnerFromProfile(map[string]any{schema.ProfileOwner: "team/iam", schema.ProfileAddr: "group.g", schema.ProfileVersion: version}); owner.Newer() || owner.IsZero() {
			t.Errorf("the version %v reads as %+v", version, owner)
		}
	}
	for _, text := range []string{"[oktaform/2]", "[oktaform/2 team/iam]", "[oktaform/team iam group.g]", "[oktaform/1 team/iam group.g]", "[oktaform/2 team/iam group.g] more", "[oktaform/ team/iam group.g]"} {
		if got, owner := schema.OwnerFromText(text); got != text || !owner.IsZero() {
			t.Errorf("%q is taken for a mark: %q, %+v", text, got, owner)
		}
	}
}

func TestDescriptionLimit(t *testing.T) {
	owner := schema.Owner{Owner: "team/iam", Addr: "group.g"}
	mark, _ := kinds.Named("group").MarkedText("", owner)
	room := 1024 - len(mark) - 1
	if got, err := kinds.Named("group").MarkedText(strings.Repeat("ä", room), owner); err != nil || len([]rune(got)) != 1024 {
		t.Errorf("%d characters must fit: %v", room, err)
	}
	if _, err := kinds.Named("group").MarkedText(strings.Repeat("ä", room+1), owner); err == nil || !strings.Contains(err.Error(), "1025") {
		t.Error("one more must not:", err)
	}
}

func TestAddr(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		addr := addrs().Draw(t, "addr")
		got, err := schema.ParseAddr(addr.String())
		if err != nil || got != addr {
			t.Fatalf("%s parses as %#v: %v", addr, got, err)
		}
		data, err := json.Marshal(map[schema.Addr]schema.Addr{addr: addr})
		var back map[schema.Addr]schema.Addr
		if err == nil {
			err = json.Unmarshal(data, &back)
		}
		if err != nil || back[addr] != addr {
			t.Fatalf("%s: %v", data, err)
		}
	})
	for _, bad := range []string{"", "group", "group.", ".g", "group.g.h", "group.g[", "group.g[x]", "group.g[1][2]", `group["g"]`, "group.*",
		"module.m", "module.m.group", "module.group.g", "data.group", "data.data.group.g", "module.m.data.group", "module[0].m.group.g", "data[0].group.g", "group[0].g"} {
		if got, err := schema.ParseAddr(bad); err == nil {
			t.Errorf("%q parses as %#v", bad, got)
		}
	}
	var none schema.Addr
	data, err := json.Marshal(none)
	if err != nil || json.Unmarshal(data, &none) != nil || none != (schema.Addr{}) {
		t.Errorf("no address: %s, %v", data, err)
	}
}

func TestModulePath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		addr := addrs().Draw(t, "addr")
		calls, err := schema.ParseModule(addr.Module)
		path := ""
		for _, call := range calls {
			path = schema.ModulePath(path, call.Name, call.Key)
		}
		if err != nil || path != addr.Module {
			t.Fatalf("%s parses as %v: %v", addr.Module, calls, err)
		}
	})
	for _, bad := range []string{"module", "module.m.group", "group.g", "module.m[", "module[0].m"} {
		if got, err := schema.ParseModule(bad); err == nil {
			t.Errorf("%q parses as %v", bad, got)
		}
	}
}

func TestCompareAddr(t *testing.T) {
	sorted := []string{"group.a", `group.a["10"]`, `group.a["2"]`, "group.a[2]", "group.a[10]", "group.a-b", "web_app.a", "data.group.a",
		"module.m.group.a", "module.m[2].group.a", "module.m[10].group.a", "module.m[10].module.n[9].group.b", "module.m[10].module.n[11].group.a"}
	var addrs []schema.Addr
	for _, s := range sorted {
		addr, err := schema.ParseAddr(s)
		if err != nil {
			t.Fatal(err)
		}
		addrs = append(addrs, addr)
	}
	for i, a := range addrs {
		for j, b := range addrs {
			if got := schema.CompareAddr(a, b); (got < 0) != (i < j) || (got == 0) != (i == j) {
				t.Errorf("%s and %s: %d", a, b, got)
			}
		}
	}
}

// Any three addresses can be put in order, and only equal ones are alike.
func TestCompareAddrIsAnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := addrs().Draw(t, "a"), addrs().Draw(t, "b"), addrs().Draw(t, "c")
		if (schema.CompareAddr(a, b) == 0) != (a == b) || (schema.CompareAddr(a, b) < 0) != (schema.CompareAddr(b, a) > 0) {
			t.Fatalf("%s and %s", a, b)
		}
		if schema.CompareAddr(a, b) < 0 && schema.CompareAddr(b, c) < 0 && schema.CompareAddr(a, c) >= 0 {
			t.Fatalf("%s, %s, %s", a, b, c)
		}
	})
}

func TestCheckOwner(t *testing.T) {
	for _, good := range []string{"a", "team/iam", "0.x_y-z@b:c", strings.Repeat("a", 128)} {
		if err := schema.CheckOwner(good); err != nil {
			t.Error(good, err)
		}
	}
	for _, bad := range []string{"", " a", "/a", "a b", "a]", "ä", "a\n", strings.Repeat("a", 129)} {
		if schema.CheckOwner(bad) == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

package schema_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/zclconf/go-cty/cty"
	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

func TestEncodeDecode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, value := eachKind(t, false)
		var owner schema.Owner
		if k.Mark != schema.MarkNone {
			owner = owners().Draw(t, "owner")
		}
		doc := map[string]any{"id": "x", "_links": map[string]any{"self": "y"}, "settings": map[string]any{"emOptInStatus": "NONE"}}
		if err := k.Encode(value, owner, doc); err != nil {
			t.Skip("description too long")
		}
		wire, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		var back map[string]any
		if err := json.Unmarshal(wire, &back); err != nil {
			t.Fatal(err)
		}
		got, gotOwner, err := k.Decode(back)
		if err != nil || gotOwner != owner || !k.Equal(k.Normal(got), k.Normal(value)) {
			t.Fatalf("%s\nreads as %#v, %+v, %v\nwant %#v, %+v", wire, k.Normal(got), gotOwner, err, k.Normal(value), owner)
		}
		if back["id"] != "x" || back["_links"].(map[string]any)["self"] != "y" ||
			back["settings"].(map[string]any)["emOptInStatus"] != "NONE" {
			t.Fatalf("what the kind doesn't know must stay: %s", wire)
		}
	})
}

func TestDecodeOddDocuments(t *testing.T) {
	for _, k := range kinds.All() {
		value, owner, err := k.Decode(map[string]any{"profile": nil, "settings": "?", "credentials": []any{}})
		if err != nil || !owner.IsZero() || !value.Cty().Type().Equals(k.Type()) {
			t.Errorf("%s: %v, %+v", k.Name, err, owner)
		}
	}
	_, _, err := kinds.Named("web_app").Decode(map[string]any{"label": []any{1}})
	if err == nil || err.Error() == "" {
		t.Error("a label that is no text must be an error")
	}
}

func TestNormal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, value := eachKind(t, true)
		normal := k.Normal(value)
		if !normal.Cty().Type().Equals(k.Type()) {
			t.Fatalf("type %#v", normal.Cty().Type())
		}
		if again := k.Normal(k.New(normal.Values())); !again.RawEquals(normal) {
			t.Fatalf("not idempotent: %#v, then %#v", normal, again)
		}
		if other := k.Normal(shuffled(t, k, value)); !other.RawEquals(normal) {
			t.Fatalf("the order of sets counts: %#v, and %#v", normal, other)
		}
		if changed := k.Changed(normal, k.Normal(shuffled(t, k, value))); len(changed) > 0 {
			t.Fatal("changed:", changed)
		}
	})
}

// That a value was normal before a part of it was changed makes no difference to what
// it is normally.
func TestNormalAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, value := eachKind(t, true)
		other := values(k, true).Draw(t, "other")
		changed := k.Normal(value)
		for name, v := range other.All() {
			if rapid.Bool().Draw(t, name+" is changed") {
				changed = changed.With(schema.Values{name: v})
			}
		}
		if got, want := k.Normal(changed), k.Normal(k.New(changed.Values())); !got.RawEquals(want) {
			t.Fatalf("%#v, instead of %#v", got, want)
		}
	})
}

// shuffled reorders what Okta treats as a set, and repeats some of it.
func shuffled(t *rapid.T, k *schema.Kind, value schema.Value) schema.Value {
	attrs := value.Values()
	set := func(name string) {
		list := attrs[name]
		if list.IsNull() || list.LengthInt() == 0 {
			return
		}
		elems := rapid.Permutation(list.AsValueSlice()).Draw(t, name+" shuffled")
		attrs[name] = cty.ListVal(append(elems, elems[0]))
	}
	for _, a := range k.Attrs {
		if a.Unordered {
			set(a.Name)
		}
	}
	for i := range k.Blocks {
		set(k.Blocks[i].Type)
	}
	return k.New(attrs)
}

func TestNormalDefaults(t *testing.T) {
	k := kinds.Named("user")
	attrs := schema.Values{}
	attrs["login"] = cty.StringVal("ada@example.com")
	normal := k.Object(attrs)
	if got := normal.GetAttr("email"); !got.RawEquals(cty.StringVal("ada@example.com")) {
		t.Errorf("email defaults to the login, not %#v", got)
	}
	if got := normal.GetAttr("status"); !got.RawEquals(cty.StringVal("ACTIVE")) {
		t.Errorf("status %#v", got)
	}
	if got := normal.GetAttr("admin_role"); got.IsNull() || got.LengthInt() != 0 {
		t.Errorf("roles left out means none, not %#v", got)
	}
	group := kinds.Named("group")
	members := group.Normal(schema.Value{})
	if !members.IsNull() {
		t.Error("null stays null")
	}
}

func TestOrderOfRedirectURIsCounts(t *testing.T) {
	k := kinds.Named("web_app")
	doc := func(uris ...any) schema.Value {
		v, _, err := k.Decode(map[string]any{"label": "L", "settings": map[string]any{"oauthClient": map[string]any{"redirect_uris": uris}}})
		if err != nil {
			t.Fatal(err)
		}
		return k.Normal(v)
	}
	if got := k.Changed(doc("a", "b"), doc("b", "a")); !slices.Equal(got, []string{"redirect_uris"}) {
		t.Error("changed:", got)
	}
}

func TestSnapshotJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, value := eachKind(t, true)
		s := schema.Snapshot{OrgID: "00o1", URL: "https://example.okta.com", Principal: "0oa1", Objects: []schema.Object{{
			Kind: k.Name, ID: "id1", Complete: rapid.Bool().Draw(t, "complete"), Value: value, ClientID: "0oa2"}}}
		if rapid.Bool().Draw(t, "owned") {
			s.Objects[0].Owner = owners().Draw(t, "owner")
		}
		data, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		back, err := kinds.DecodeSnapshot(data)
		if err != nil {
			t.Fatal(err)
		}
		got, want := back.Objects[0], s.Objects[0]
		if !got.Value.RawEquals(want.Value) || got.ClientID != want.ClientID || got.Owner != want.Owner || got.Kind != want.Kind ||
			got.ID != want.ID || got.Complete != want.Complete || back.OrgID != s.OrgID || back.URL != s.URL || back.Principal != s.Principal {
			t.Fatalf("got  %#v\nwant %#v", back, s)
		}
	})
	value := kinds.Named("group").New(schema.Values{})
	if _, err := json.Marshal(schema.Object{Kind: "nosuch", Value: value}); err == nil {
		t.Error("an unknown kind must be an error")
	}
	if _, err := kinds.DecodeObject([]byte(`{"kind":"nosuch","value":{}}`)); err == nil {
		t.Error("an unknown kind must be an error")
	}
	if err := json.Unmarshal([]byte(`{"kind":"group","value":{}}`), &schema.Object{}); err == nil {
		t.Error("a value that no kind decodes must be an error")
	}
}

// References to one object are one element, whatever they call it; a block's address
// is kept.
func TestNormalHasEachObjectOnce(t *testing.T) {
	ref := func(id, addr string) cty.Value {
		return cty.ObjectVal(map[string]cty.Value{"id": cty.StringVal(id), "addr": cty.StringVal(addr), "name": cty.StringVal("Staff")})
	}
	for _, test := range []struct {
		refs []cty.Value
		want []string // addresses
	}{
		{[]cty.Value{ref("1", "data.group.a"), ref("1", "data.group.b")}, []string{"data.group.a"}},
		{[]cty.Value{ref("1", "data.group.b"), ref("1", "data.group.a"), ref("2", "data.group.c")}, []string{"data.group.a", "data.group.c"}},
		{[]cty.Value{ref("1", "data.group.a"), ref("2", "group.a"), ref("1", "group.b")}, []string{"group.a", "group.b"}},
		{[]cty.Value{ref("1", ""), ref("1", "module.m.data.group.a"), ref("1", "group.b")}, []string{"group.b"}},
		{[]cty.Value{ref("1", "group.a"), ref("2", "group.b")}, []string{"group.a", "group.b"}},
	} {
		k := kinds.Named("web_app")
		list := k.Object(schema.Values{"assigned_groups": cty.ListVal(test.refs)}).GetAttr("assigned_groups")
		var got []string
		for _, v := range schema.Elements(list) {
			got = append(got, schema.Text(v.GetAttr("addr")))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%#v: %q, want %q", test.refs, got, test.want)
		}
	}
}

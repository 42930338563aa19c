package schema_test

import (
	"testing"

	"github.com/oktaform/oktaform/schema"
)

func TestMoves(t *testing.T) {
	id := schema.Identity{Moves: []schema.Move{
		{From: "group.b", To: "group.c"},
		{From: "group.a", To: "group.b"},
		{From: "module.old", To: "module.new"},
		{From: `module.new.web_app.w["x"]`, To: `module.new.web_app.w["y"]`},
		{From: "service_app.s", To: `service_app.s["main"]`, Exact: true},
	}}
	for from, to := range map[string]string{
		"group.a":                          "group.c",
		`group.a["k"]`:                     `group.c["k"]`,
		"group.ab":                         "group.ab",
		"group.c":                          "group.c",
		"module.old.group.g":               "module.new.group.g",
		`module.old["k"].group.g`:          `module.new["k"].group.g`,
		"module.older.group.g":             "module.older.group.g",
		`module.old.web_app.w["x"]`:        `module.new.web_app.w["y"]`,
		"service_app.s":                    `service_app.s["main"]`,
		`service_app.s["other"]`:           `service_app.s["other"]`,
		`module.old.web_app.w["x"].nested`: `module.new.web_app.w["y"].nested`,
	} {
		if got := id.To(from); got != to {
			t.Errorf("%s has moved to %s, want %s", from, got, to)
		}
		if from == to {
			continue
		}
		found := false
		for _, was := range id.From(to) {
			found = found || was == from
		}
		if !found {
			t.Errorf("%s may be marked with %q, want %s among them", to, id.From(to), from)
		}
	}
}

// Moves that go in a circle are refused elsewhere; here they must not hang.
func TestMovesInACircle(t *testing.T) {
	id := schema.Identity{Moves: []schema.Move{{From: "group.a", To: "group.b"}, {From: "group.b", To: "group.a"}}}
	if got := id.To("group.c"); got != "group.c" {
		t.Error(got)
	}
	_, _ = id.To("group.a"), id.From("group.a")
}

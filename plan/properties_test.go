package plan_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// blocksOf draws the blocks of a configuration: users, groups that they are
// members of, apps that the groups are assigned to. The names come from a small
// stock, so that two configurations have some in common.
func blocksOf(t *rapid.T, label string) []string {
	draw := func(n int, what string) []int {
		return rapid.SliceOfNDistinct(rapid.IntRange(0, n-1), 0, n, rapid.ID[int]).Draw(t, label+" "+what)
	}
	refs := func(kind string, of []int, what string) string {
		if len(of) == 0 || rapid.Bool().Draw(t, what+" unmanaged") {
			return ""
		}
		var list []string
		for _, i := range rapid.SliceOfDistinct(rapid.SampledFrom(of), rapid.ID[int]).Draw(t, what) {
			list = append(list, fmt.Sprintf("%s%d", kind, i))
		}
		return fmt.Sprintf("  %s = [%s]\n", what, strings.Join(list, ", "))
	}
	users, groups, apps := draw(3, "users"), draw(3, "groups"), draw(3, "apps")
	clients := "" // client ids are unique in an org: others have others
	if label == "their" {
		clients = "x"
	}
	var out []string
	for _, i := range users {
		out = append(out, fmt.Sprintf("user \"u%d\" {\n  login = \"u%d@example.com\"\n  first_name = \"U\"\n  last_name = %q\n}\n", i, i,
			rapid.SampledFrom([]string{"A", "B"}).Draw(t, "last name")))
	}
	for n, i := range groups {
		// Names go round among the addresses.
		name := (i + rapid.IntRange(0, 1).Draw(t, label+" shift")*(n+1)) % 7
		out = append(out, fmt.Sprintf("group \"g%d\" {\n  name = \"G%d-%d\"\n%s}\n", i, name, i%2, refs("user.u", users, "members")))
	}
	for _, i := range apps {
		out = append(out, fmt.Sprintf("web_app \"w%d\" {\n  label = \"W\"\n  client_id = \"%sclient-%d-%d\"\n  redirect_uris = [\"https://example.com/cb\"]\n%s%s}\n",
			i, clients, i, rapid.IntRange(0, 1).Draw(t, "client id"), refs("group.g", groups, "assigned_groups"), refs("user.u", users, "assigned_users")))
	}
	return out
}

// loadBlocks loads the blocks, spread over several files in their order.
func loadBlocks(t *testing.T, owner string, blocks []string) *config.Config {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{"f0.hcl": fmt.Sprintf("org {\n  owner = %q\n}\n", owner)}
	for i, block := range blocks {
		files[fmt.Sprintf("f%d.hcl", i%3)] += block
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, diags := config.Load(dir, config.Options{})
	if diags = append(diags, c.Validate()...); diags.HasErrors() {
		return nil // two groups with one name
	}
	return c
}

// TestLaws plans from one configuration to another, among objects of others.
func TestLaws(outer *testing.T) {
	rapid.Check(outer, func(t *rapid.T) {
		blocks := blocksOf(t, "new")
		c := loadBlocks(outer, "me", blocks)
		old, other := loadBlocks(outer, "me", blocksOf(t, "old")), loadBlocks(outer, "them", blocksOf(t, "their"))
		if c == nil || old == nil || other == nil {
			t.Skip("not valid")
		}
		s := &schema.Snapshot{Objects: held(outer, "own.hcl", old)}
		for _, o := range held(outer, "other.hcl", other) {
			if o.Kind != "user" { // users belong to nobody
				if o.Kind == "group" { // whose name is unique in an org
					o.Value = o.Value.With(schema.Values{"name": cty.StringVal("theirs " + o.ID)})
				}
				s.Objects = append(s.Objects, o)
			}
		}
		options := plan.Options{Owner: "me", TakeOver: true, Destroy: rapid.Bool().Draw(t, "destroy")}
		p, diags := plan.Make(c, s, options)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		first := short(p, diags)
		for _, change := range p.Changes {
			if strings.HasPrefix(change.ID, "other-") {
				t.Fatalf("an object of another owner:\n%s", first)
			}
		}
		if stuck := circle(p); len(stuck) > 0 {
			t.Fatalf("%v wait for each other:\n%s", stuck, first)
		}

		written(t, p, options)

		shuffled := loadBlocks(outer, "me", rapid.Permutation(blocks).Draw(t, "blocks"))
		s2 := &schema.Snapshot{Objects: rapid.Permutation(s.Objects).Draw(t, "objects")}
		if again := short(plan.Make(shuffled, s2, options)); again != first {
			t.Fatalf("the order of blocks or objects counts:\n%s\n%s", first, again)
		}

		if options.Destroy {
			return
		}
		after := &schema.Snapshot{Objects: held(outer, "own.hcl", c)}
		if p, diags := plan.Make(c, after, options); diags.HasErrors() || !p.Empty() {
			t.Fatalf("not empty after it was applied:\n%s", short(p, diags))
		}
	})
}

// circle lists the changes that could never be started, since they wait for
// each other.
func circle(p *plan.Plan) []schema.Addr {
	waits := map[string][]schema.Addr{}
	for _, c := range p.Changes {
		waits[c.Addr.String()] = append(waits[c.Addr.String()], c.DependsOn...)
	}
	for more := true; more; {
		more = false
		for addr, deps := range waits {
			if !slices.ContainsFunc(deps, func(a schema.Addr) bool { _, waiting := waits[a.String()]; return waiting }) {
				delete(waits, addr)
				more = true
			}
		}
	}
	var stuck []schema.Addr
	for _, c := range p.Changes {
		if _, ok := waits[c.Addr.String()]; ok {
			stuck = append(stuck, c.Addr)
		}
	}
	return stuck
}

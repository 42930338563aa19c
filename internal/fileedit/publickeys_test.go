package fileedit

import (
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/schema"
)

// TestKeyEdits is a file through the steps of a rotation, in the forms in which
// people write blocks.
func TestKeyEdits(t *testing.T) {
	since := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, step := range map[string]struct{ before, begun, retired, removed string }{
		"on one line": {
			"service_app \"bot\" {\n  public_key \"k\" { file = \"k.pem\" }\n}\n",
			"service_app \"bot\" {\n  public_key \"k-2\" {\n    private_key_file = \"keys/k-2.pem\"\n  }\n\n  public_key \"k\" {\n    # rotation: replaced by \"k-2\"\n    file = \"k.pem\"\n  }\n}\n",
			"service_app \"bot\" {\n  public_key \"k-2\" {\n    private_key_file = \"keys/k-2.pem\"\n  }\n\n  public_key \"k\" {\n    # rotation: replaced by \"k-2\", inactive since 2026-01-02T03:04:05Z\n    status = \"INACTIVE\"\n    file = \"k.pem\"\n  }\n}\n",
			"service_app \"bot\" {\n  public_key \"k-2\" {\n    private_key_file = \"keys/k-2.pem\"\n  }\n\n}\n",
		},
		"with a status and a tab": {
			"service_app \"bot\" {\n\t// ours\n\tpublic_key \"k\" {\n\t\tfile = \"k.pem\"\n\t\tstatus = var.s # why\n\t}\n\n\tlabel = \"Bot\"\n}\n",
			"service_app \"bot\" {\n\tpublic_key \"k-2\" {\n\t  private_key_file = \"keys/k-2.pem\"\n\t}\n\n\t// ours\n\tpublic_key \"k\" {\n\t  # rotation: replaced by \"k-2\"\n\t\tfile = \"k.pem\"\n\t\tstatus = var.s # why\n\t}\n\n\tlabel = \"Bot\"\n}\n",
			"service_app \"bot\" {\n\tpublic_key \"k-2\" {\n\t  private_key_file = \"keys/k-2.pem\"\n\t}\n\n\t// ours\n\tpublic_key \"k\" {\n\t  # rotation: replaced by \"k-2\", inactive since 2026-01-02T03:04:05Z\n\t\tfile = \"k.pem\"\n\t\tstatus = \"INACTIVE\" # why\n\t}\n\n\tlabel = \"Bot\"\n}\n",
			"service_app \"bot\" {\n\tpublic_key \"k-2\" {\n\t  private_key_file = \"keys/k-2.pem\"\n\t}\n\n\t// ours\n\tlabel = \"Bot\"\n}\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			blocks := func(src string) *KeyBlocks {
				file, diags := hclsyntax.ParseConfig([]byte(src), "main.hcl", hcl.InitialPos)
				if diags.HasErrors() {
					t.Fatalf("%v\n%s", diags, src)
				}
				k, err := FindKeys(map[string]*hcl.File{"main.hcl": file}, schema.Addr{Kind: "service_app", Name: "bot"})
				if err != nil {
					t.Fatal(err)
				}
				return k
			}
			is := func(got []byte, want string) {
				t.Helper()
				if string(got) != want {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			}
			r := Rotation{Old: "k", New: "k-2"}
			is(blocks(step.before).Add(r, "keys/k-2.pem"), step.begun)
			if got, ok := blocks(step.begun).Rotation(); !ok || got != r {
				t.Errorf("read back as %+v, %v", got, ok)
			}
			r.Since = since
			is(blocks(step.begun).Retire(r), step.retired)
			if got, ok := blocks(step.retired).Rotation(); !ok || !got.Since.Equal(since) {
				t.Errorf("read back as %+v, %v", got, ok)
			}
			is(blocks(step.retired).Remove(r), step.removed)
			if _, ok := blocks(step.removed).Rotation(); ok {
				t.Error("still under way")
			}
		})
	}
}

func TestNextName(t *testing.T) {
	for name, want := range map[string]string{"reporter-1": "reporter-2", "bot": "bot-2", "k09": "k10", "a-2": "a-4"} {
		if got := NextName(name, func(kid string) bool { return kid == "a-3" }); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

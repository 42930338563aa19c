package accessview

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/skip"
	"github.com/oktaform/oktaform/internal/terminal"
)

// shownPage is what a browser reports of a page at one width.
type shownPage struct {
	Width, Needed int      // of the window, and what the page takes
	Headings      []string // with their level: "H1 ..."
	Graph         string   // where the graph stands: after what
	Cards, Supers int      // boxes of principals, lines to "super admin"
	Styled        bool
	Loaded        []string // addresses that the page asked for
}

// frames shows the page at several widths, opens all that is folded, and reports what comes of it.
const frames = `<!DOCTYPE html><link rel="icon" href="data:,">
<iframe src="/page" style="border:0; width:320px; height:800px"></iframe><iframe src="/page" style="border:0; width:1280px; height:800px"></iframe>
<pre id="out"></pre>
<script>
addEventListener("load", () => {
  const pages = [...document.querySelectorAll("iframe")].map((f) => f.contentWindow);
  for (const p of pages) for (const d of p.document.querySelectorAll("details")) d.open = true;
  setTimeout(() => {
    document.getElementById("out").textContent = JSON.stringify(pages.map((p) => {
      const d = p.document, graph = d.getElementById("drawing");
      const before = (id) => graph && d.getElementById(id).compareDocumentPosition(graph) & Node.DOCUMENT_POSITION_FOLLOWING;
      return {
        Width: d.documentElement.clientWidth, Needed: d.documentElement.scrollWidth,
        Headings: [...d.querySelectorAll("h1, h2")].map((h) => h.tagName + " " + h.textContent),
        Graph: ["findings", "list"].filter(before).join(" "),
        Cards: d.querySelectorAll(".principal").length, Supers: d.querySelectorAll("path.super").length,
        Styled: p.getComputedStyle(d.querySelector(".skip")).position === "absolute",
        Loaded: p.performance.getEntriesByType("resource").map((e) => e.name),
      };
    }));
  }, 500);
});
</script>`

// show opens a page in a browser, at 320 and at 1280 pixels.
func show(t *testing.T, page string) (shown []shownPage) {
	t.Helper()
	skip.WithoutTool(t, "chromium")
	var mu sync.Mutex
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.URL.Path)
		mu.Unlock()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch r.URL.Path {
		case "/":
			fmt.Fprint(w, frames)
		case "/page":
			fmt.Fprint(w, page)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	// As root, as which containers run, Chromium starts only without its sandbox; it opens only our
	// page.
	out, err := exec.CommandContext(ctx, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--hide-scrollbars", "--user-data-dir="+t.TempDir(), "--window-size=1700,900", "--virtual-time-budget=20000", "--dump-dom", server.URL+"/").Output()
	if err != nil {
		t.Fatalf("chromium: %v", err)
	}
	_, text, _ := strings.Cut(string(out), `<pre id="out">`)
	text, _, _ = strings.Cut(text, "</pre>")
	if err := json.Unmarshal([]byte(html.UnescapeString(text)), &shown); err != nil || len(shown) != 2 {
		t.Fatalf("the browser reports nothing: %v\n%.2000s", err, out)
	}
	mu.Lock()
	defer mu.Unlock()
	for _, path := range asked {
		if path != "/" && path != "/page" {
			t.Errorf("the page asks for %s", path)
		}
	}
	return shown
}

// printed returns a text as standard output gets it.
func printed(t *testing.T, text string) string {
	t.Helper()
	var out strings.Builder
	if _, err := (&terminal.Writer{W: &out}).Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestPagesArePrintedAsTheyAre: the safeguard of standard output changes neither style nor script.
// If it did, their hashes would be wrong, and a browser would ignore them.
func TestPagesArePrintedAsTheyAre(t *testing.T) {
	for name, text := range map[string]string{"style": reviewStyle, "script": reviewScript} {
		if printed(t, text) != text {
			t.Errorf("the %s of the page is not printed as it is: no line may begin with ::", name)
		}
	}
}

// TestReviewPageInBrowser opens the page of small and large reviews, with everything unfolded and
// with words that don't break: it fits a phone, loads nothing, and says the verdict first.
func TestReviewPageInBrowser(t *testing.T) {
	long := many(300)
	long.Verdict = "Bot 0 becomes a super admin."
	long.Principals[0].SuperAdmin = true
	long.Principals[1].Name = strings.Repeat("Unbreakable", 30)
	long.Principals[2].Address = "service_app." + strings.Repeat("w", 200)
	long.Findings[0].Message = strings.Repeat("https://portal.example.com/", 20)
	long.Findings[0].Diff = "-  redirect_uris = [\"" + strings.Repeat("x", 300) + "\"]\n+  redirect_uris = []"
	long.Principals[0].Comparison = []ReviewRow{{Name: strings.Repeat("attribute", 12), Before: strings.Repeat("b", 200), After: strings.Repeat("a", 200)}}
	long.Evidence = &ReviewEvidence{Repository: "https://git.example.com/" + strings.Repeat("r", 200), Digest: strings.Repeat("0", 64), Time: "2026-11-01T08:00:00Z", Version: "1.0.0"}
	small := hostileDocument("harmless")
	small.Verdict = "EMEA bot may now reset the password of any user."
	for name, d := range map[string]*ReviewDocument{"300 principals": long, "one principal": small} {
		t.Run(name, func(t *testing.T) {
			page, err := ReviewHTML(d)
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range show(t, printed(t, page)) {
				if want := []int{320, 1280}[i]; p.Width != want || p.Needed > want {
					t.Errorf("at %d pixels, the page is %d wide and needs %d", want, p.Width, p.Needed)
				}
				if !p.Styled {
					t.Error("the page's policy blocks its own style")
				}
				if len(p.Loaded) > 0 {
					t.Errorf("the page loads %v", p.Loaded)
				}
				if len(p.Headings) < 3 || p.Headings[0] != "H1 "+d.Verdict || strings.Count(strings.Join(p.Headings, "\n"), "H1 ") != 1 {
					t.Errorf("the verdict is not the first heading, or not alone: %q", p.Headings)
				}
				if p.Graph != "findings list" {
					t.Errorf("before the graph stand only: %q", p.Graph)
				}
				if want := min(len(d.changed()), 50); p.Cards != want {
					t.Errorf("%d cards, not %d", p.Cards, want)
				}
				if becomes := d.Principals[0].SuperAdmin; becomes != (p.Supers == 1) {
					t.Errorf("%d lines to super admin", p.Supers)
				}
			}
		})
	}
}

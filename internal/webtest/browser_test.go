package webtest_test

import (
	"bytes"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/webtest"
)

// serve answers every path with the page, and /policy with it under a policy
// that allows this host alone.
func serve(t *testing.T, body string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/absent":
			http.NotFound(w, r)
			return
		case "/policy":
			w.Header().Set("Content-Security-Policy", "default-src 'self'; script-src 'unsafe-inline'; img-src data:")
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><link rel="icon" href="data:,"><body>%s</body>`, body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestInBrowser(t *testing.T) {
	browser := webtest.Start(t)
	for name, test := range map[string]func(*testing.T, *webtest.Browser){
		"problems are seen":       problemsAreSeen,
		"a clean page is clean":   cleanPageIsClean,
		"click hits what moves":   clickHitsWhatMoves,
		"view and screenshot":     viewAndScreenshot,
		"tabs keep to themselves": tabsKeepToThemselves,
	} {
		t.Run(name, func(t *testing.T) { test(t, browser) })
	}
}

func problemsAreSeen(t *testing.T, browser *webtest.Browser) {
	for _, c := range []struct{ path, body, want string }{
		{"/", `<script>console.error("wrong", 7)</script>`, `console error: "wrong" 7`},
		{"/", `<script>console.assert(false, "untrue")</script>`, `console error: "untrue"`},
		{"/", `<script>throw new Error("thrown")</script>`, "Error: thrown"},
		{"/", `<script>Promise.reject(new Error("rejected"))</script>`, "Error: rejected"},
		{"/", `<img src="/absent">`, "404"},
		{"/", `<img src="http://other.example/a.png">`, "request to another host: http://other.example/a.png"},
		{"/", `<script>fetch("//other.example/b").catch(() => {})</script>`, "request to another host: http://other.example/b"},
		{"/", `<script>new WebSocket("ws://other.example/c")</script>`, "request to another host: ws://other.example/c"},
		{"/", `<img src="http://127.0.0.1:1/d">`, "request to another host: http://127.0.0.1:1/d"},
		{"/policy", `<img src="http://other.example/e">`, "request to another host: http://other.example/e"},
		{"/policy", `<img src="http://other.example/f">`, "Content Security Policy"},
	} {
		tab := browser.Open(t)
		tab.Visit(serve(t, c.body) + c.path)
		tab.WaitIdle()
		if got := strings.Join(tab.Problems(), "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%s %s: problems are %q, want %q among them", c.path, c.body, got, c.want)
		}
	}
}

func cleanPageIsClean(t *testing.T, browser *webtest.Browser) {
	tab := browser.Open(t)
	host := serve(t, `here <img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><script>console.log("a"); console.warn("b"); fetch("/c")</script>`)
	tab.Visit(host + "/")
	tab.WaitText("here")
	tab.WaitIdle()
	tab.CheckClean()
	if got := strings.Join(tab.Requests(), " "); got != host+"/ "+host+"/c" {
		t.Errorf("requests are %s, want the page and what it fetched", got)
	}
}

func clickHitsWhatMoves(t *testing.T, browser *webtest.Browser) {
	tab := browser.Open(t)
	tab.Visit(serve(t, `<div id="space" style="height:3000px"></div>
		<button hidden>hidden</button><button onclick="this.textContent = 'hit'">shown</button>
		<script>
		let frames = 0;
		const move = () => { space.style.height = (3000 - 40 * ++frames) + "px"; if (frames < 30) requestAnimationFrame(move) };
		requestAnimationFrame(move);
		</script>`))
	tab.Click("button")
	tab.WaitText("hit")
	tab.CheckClean()
}

func viewAndScreenshot(t *testing.T, browser *webtest.Browser) {
	folder := filepath.Join(t.TempDir(), "shots")
	t.Setenv(webtest.ScreenshotEnv, folder)
	tab := browser.Open(t)
	tab.View(390, 700, webtest.Dark)
	tab.Visit(serve(t, "page"))
	media := `innerWidth + " " + matchMedia("(prefers-color-scheme: dark)").matches + " " + matchMedia("(prefers-reduced-motion)").matches`
	if got := webtest.Run(tab, chromedp.Evaluate[string](media)); got != "390 true true" {
		t.Errorf("width, dark and reduced motion are %s, want 390 true true", got)
	}
	picture := tab.Screenshot("page")
	size, err := png.DecodeConfig(bytes.NewReader(picture))
	if err != nil || size.Width != 390 || size.Height != 700 {
		t.Errorf("the picture is %d by %d (%v), want 390 by 700", size.Width, size.Height, err)
	}
	kept, err := os.ReadFile(filepath.Join(folder, "page.png"))
	if err != nil || !bytes.Equal(kept, picture) {
		t.Errorf("the kept picture has %d bytes (%v), want %d", len(kept), err, len(picture))
	}
}

func tabsKeepToThemselves(t *testing.T, browser *webtest.Browser) {
	host := serve(t, "page")
	first, second := browser.Open(t), browser.Open(t)
	first.Visit(host)
	second.Visit(host)
	first.Do(chromedp.Evaluate[chromedp.Void](`document.cookie = "a=1"; localStorage.a = 1`))
	if got := webtest.Run(second, chromedp.Evaluate[string](`document.cookie + localStorage.length`)); got != "0" {
		t.Errorf("the second tab sees %q of the first, want nothing", got)
	}
}

// outcome stands in for a test that is skipped or failed by Start.
type outcome struct {
	testing.TB
	skipped, failed string
}

func (o *outcome) Helper() {}

func (o *outcome) Skipf(format string, args ...any) {
	o.skipped = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func (o *outcome) Fatalf(format string, args ...any) {
	o.failed = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func startWithoutBrowser(t *testing.T) *outcome {
	t.Helper()
	if runtime.GOOS == "darwin" {
		t.Skip("SKIP: on macOS the browser is found without the PATH")
	}
	t.Setenv("PATH", "")
	o := &outcome{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		webtest.Start(o)
	}()
	<-done
	return o
}

func TestMissingBrowserSkips(t *testing.T) {
	t.Setenv(webtest.RequireEnv, "")
	if o := startWithoutBrowser(t); !strings.HasPrefix(o.skipped, "SKIP: ") || o.failed != "" {
		t.Errorf("skipped with %q, failed with %q; want a visible skip", o.skipped, o.failed)
	}
}

func TestMissingBrowserFailsWhereRequired(t *testing.T) {
	t.Setenv(webtest.RequireEnv, "1")
	if o := startWithoutBrowser(t); !strings.Contains(o.failed, webtest.RequireEnv) || o.skipped != "" {
		t.Errorf("skipped with %q, failed with %q; want a failure that names %s", o.skipped, o.failed, webtest.RequireEnv)
	}
}

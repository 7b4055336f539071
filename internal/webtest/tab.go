package webtest

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// ScreenshotEnv names the variable with the folder that screenshots go to.
const ScreenshotEnv = "ORDERLY_SCREENSHOTS"

// stepLimit bounds one step, such as a click or a wait for text.
const stepLimit = 30 * time.Second

// shownText bounds how much of the page a failed wait quotes.
const shownText = 2000

// Scheme is the color scheme that the person at the browser prefers.
type Scheme string

const (
	Light Scheme = "light"
	Dark  Scheme = "dark"
)

// Tab is one page under watch. Its methods fail the test that opened it, so
// they must run on that test's goroutine.
type Tab struct {
	t     testing.TB
	ctx   context.Context
	watch *watch
}

// Open opens an empty tab, 1280 by 800 and light, until t ends.
func (b *Browser) Open(t testing.TB) *Tab {
	t.Helper()
	w := newWatch()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(w.event))
	t.Cleanup(cancel)
	tab := &Tab{t: t, ctx: ctx, watch: w}
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	w.mu.Lock()
	w.main = cdp.FrameID(chromedp.FromContext(ctx).Target.TargetID)
	w.mu.Unlock()
	tab.View(1280, 800, Light)
	return tab
}

// Context is for chromedp calls that Tab has no method for. A timeout must be
// put on a context derived from it.
func (tab *Tab) Context() context.Context { return tab.ctx }

// Do runs steps, each within stepLimit.
func (tab *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	for i, step := range steps {
		if _, err := bounded(tab.ctx, step); err != nil {
			tab.t.Fatalf("step %d of %d: %v\n%s", i+1, len(steps), err, tab.seen())
		}
	}
}

// Run runs one action in the tab and returns its value.
func Run[T any](tab *Tab, action chromedp.Action[T]) T {
	tab.t.Helper()
	value, err := bounded(tab.ctx, action)
	if err != nil {
		tab.t.Fatalf("run in the tab: %v\n%s", err, tab.seen())
	}
	return value
}

func bounded[T any](ctx context.Context, action chromedp.Action[T]) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	return chromedp.Run(ctx, action)
}

// Visit loads a page and allows the tab to talk to that page's host.
func (tab *Tab) Visit(address string) {
	tab.t.Helper()
	if err := tab.watch.allow(address); err != nil {
		tab.t.Fatalf("visit %s: %v", address, err)
	}
	tab.Do(chromedp.Navigate(address))
}

// Before runs a script in every page that is loaded from now on, ahead of the
// page's own: for what a browser on this machine does not have.
func (tab *Tab) Before(script string) {
	tab.t.Helper()
	tab.Do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	}))
}

// View sets the size in CSS pixels and the color scheme. It also asks for
// reduced motion, so that a screenshot does not catch a page halfway.
func (tab *Tab) View(width, height int64, scheme Scheme) {
	tab.t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: string(scheme)},
		{Name: "prefers-reduced-motion", Value: "reduce"},
	}}
	tab.Do(
		chromedp.EmulateViewport(width, height),
		chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, media)
			return err
		}),
	)
}

// WaitText waits until the page shows the text. It looks from inside the page,
// and needs no eval that a strict policy would refuse.
func (tab *Tab) WaitText(text string) {
	tab.t.Helper()
	tab.WaitTrue("document.body?.innerText.includes(" + quote(text) + ")")
}

// WaitTrue waits until a JavaScript expression is true. It looks some times a
// second: a look at every frame, of which each lays the page out, would keep the
// machine from what is waited for.
func (tab *Tab) WaitTrue(expression string) {
	tab.t.Helper()
	wait := "new Promise(done => { const look = () => (" + expression + ") ? done(true) : setTimeout(look, 40); look() })"
	ctx, cancel := context.WithTimeout(tab.ctx, stepLimit)
	defer cancel()
	for {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](wait, chromedp.EvalAwaitPromise))
		if err == nil {
			return
		}
		if ctx.Err() != nil || !wentOn(err) {
			tab.t.Fatalf("wait until %s: %v\n%s", expression, err, tab.seen())
		}
	}
}

// wentOn reports whether a page was left while it was asked something: the one
// that comes is asked again.
func wentOn(err error) bool {
	text := err.Error()
	for _, said := range []string{"navigated or closed", "context was destroyed", "Cannot find context", "context with specified id"} {
		if strings.Contains(text, said) {
			return true
		}
	}
	return false
}

// WaitIdle waits until the network of the page has been quiet for half a
// second since it was loaded. A page that holds a stream open never is.
func (tab *Tab) WaitIdle() {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, stepLimit)
	defer cancel()
	for {
		idle, changed := tab.watch.quiet()
		if idle {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			tab.t.Fatalf("the page still talks to the network after %s", stepLimit)
		}
	}
}

// Text is what the page shows.
func (tab *Tab) Text() string {
	tab.t.Helper()
	return Run(tab, chromedp.Evaluate[string]("document.body.innerText"))
}

// Requests lists every address that the tab asked for so far, in order.
func (tab *Tab) Requests() []string {
	tab.watch.mu.Lock()
	defer tab.watch.mu.Unlock()
	return slices.Clone(tab.watch.requests)
}

// Problems lists console errors, uncaught exceptions, failed loads, breaches
// of the page's policy, and requests to a host that was not visited.
func (tab *Tab) Problems() []string {
	tab.watch.mu.Lock()
	defer tab.watch.mu.Unlock()
	return slices.Clone(tab.watch.problems)
}

// CheckClean fails the test, and lets it go on, if there are Problems.
func (tab *Tab) CheckClean() {
	tab.t.Helper()
	for _, problem := range tab.Problems() {
		tab.t.Errorf("page: %s", problem)
	}
}

// endAnimations brings everything that moves to where it ends. Ending one may
// start others, such as a color that passes down the page, hence the rounds.
// What repeats for ever cannot be finished, and throws.
const endAnimations = `for (let round = 0; round < 20; round++) {
	for (const a of document.getAnimations()) { try { a.finish() } catch {} }
}`

// Screenshot returns the visible part of the page as a PNG, and keeps it as
// name.png in the folder that ScreenshotEnv names.
func (tab *Tab) Screenshot(name string) []byte {
	tab.t.Helper()
	folder := os.Getenv(ScreenshotEnv)
	if folder == "" {
		return nil
	}
	tab.Do(chromedp.Evaluate[chromedp.Void](endAnimations))
	picture := Run(tab, chromedp.CaptureScreenshot())
	if err := os.MkdirAll(folder, 0o755); err != nil {
		tab.t.Fatalf("keep a screenshot: %v", err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644); err != nil {
		tab.t.Fatalf("keep a screenshot: %v", err)
	}
	return picture
}

// seen describes the page for a failure; it must not fail itself.
func (tab *Tab) seen() string {
	ctx, cancel := context.WithTimeout(tab.ctx, stopLimit)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.body ? document.body.innerText : ''"))
	if err != nil {
		return "the page cannot be read: " + err.Error()
	}
	if len(text) > shownText {
		text = text[:shownText] + " ..."
	}
	return "the page shows: " + text
}

// quote makes a JavaScript string literal; JSON is one.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

package webtest

import (
	_ "embed"

	"github.com/chromedp/chromedp"
)

//go:embed target.js
var targetScript string

// Click presses the left button of the mouse on the first visible element that
// matches the CSS selector, once the element lies still and nothing covers it.
// A page that is still building itself moves things between the look and the
// click of a plain chromedp.Click, which then hits something else.
func (tab *Tab) Click(css string) {
	tab.t.Helper()
	call := "(" + targetScript + ")(" + quote(css) + ")"
	at, err := bounded(tab.ctx, chromedp.Evaluate[[]float64](call, chromedp.EvalAwaitPromise))
	if err != nil {
		tab.t.Fatalf("find %s to click on: %v\n%s", css, err, tab.seen())
	}
	if len(at) != 2 {
		tab.t.Fatalf("find %s to click on: got %d numbers for a point", css, len(at))
	}
	tab.Do(chromedp.MouseClickXY(at[0], at[1]))
}

package webtest

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/chromedp/chromedp"
)

// The checker of axe-core 4.14.1 (MPL-2.0), as its makers publish it.
//
//go:embed axe/axe.min.js.gz
var axeStored []byte

var axe = sync.OnceValue(func() string {
	z, err := gzip.NewReader(bytes.NewReader(axeStored))
	if err != nil {
		panic(err) // a fault of the build
	}
	text, err := io.ReadAll(z)
	if err != nil {
		panic(err)
	}
	return string(text)
})

// Violation is a rule of accessibility that a page breaks.
type Violation struct {
	ID, Help string
	Nodes    []string // where, as selectors with what is wrong
}

// Violations are the rules of WCAG 2.2 A and AA, and of good practice, that
// the page as it is now breaks.
func (tab *Tab) Violations() []Violation {
	tab.t.Helper()
	if !Run(tab, chromedp.Evaluate[bool]("!!window.axe")) { // reading it takes longer than what it does
		tab.Do(chromedp.Evaluate[chromedp.Void](axe()))
	}
	text := Run(tab, chromedp.Evaluate[string](`
		axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations.map(v => ({
			ID: v.id, Help: v.help, Nodes: v.nodes.slice(0, 5).map(n => n.target.join(" ") + ": " + (n.any.concat(n.all, n.none)[0]?.message ?? n.html))
		}))))`, chromedp.EvalAwaitPromise))
	var out []Violation
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		tab.t.Fatalf("read what axe found: %v", err)
	}
	return out
}

// CheckLooks visits a page and looks whether it fits at every size and in both
// schemes; a page that has to be loaded anew to fit a turned tablet does not.
// Rules of accessibility are checked where they can differ: in both schemes on
// the widest, for contrast, and on the narrowest. The names of its screenshots
// begin with name.
func (tab *Tab) CheckLooks(name, address string) {
	tab.t.Helper()
	tab.Visit(address)
	tab.WaitTrue("document.readyState === 'complete'")
	for _, size := range [][2]int64{{1440, 900}, {1024, 768}, {390, 844}} {
		for _, scheme := range []Scheme{Light, Dark} {
			full := fmt.Sprintf("%s-%d-%s", name, size[0], scheme)
			tab.View(size[0], size[1], scheme)
			if scheme == Light && size[0] != 1024 || size[0] == 1440 {
				tab.CheckPage(full)
			} else {
				tab.checkFits(full)
			}
			tab.Screenshot(full)
		}
	}
}

// CheckAccess fails the test for every rule of accessibility that the page
// breaks.
func (tab *Tab) CheckAccess() {
	tab.t.Helper()
	for _, v := range tab.Violations() {
		tab.t.Errorf("%s: %s\n\t%s", v.ID, v.Help, strings.Join(v.Nodes, "\n\t"))
	}
}

// CheckFits fails the test when the page is wider than the screen.
func (tab *Tab) CheckFits() {
	tab.t.Helper()
	if over := Run(tab, chromedp.Evaluate[int]("document.documentElement.scrollWidth - innerWidth")); over > 0 {
		tab.t.Errorf("the page is %d pixels wider than the screen", over)
	}
}

// CheckPage fails the test when the page breaks a rule of accessibility, does
// not fit the screen, or troubles the console or anybody else's network. The
// name says which page it was.
func (tab *Tab) CheckPage(name string) {
	tab.t.Helper()
	for _, v := range tab.Violations() {
		tab.t.Errorf("%s: %s: %s\n\t%s", name, v.ID, v.Help, strings.Join(v.Nodes, "\n\t"))
	}
	tab.checkFits(name)
	tab.CheckClean()
}

func (tab *Tab) checkFits(name string) {
	tab.t.Helper()
	if over := Run(tab, chromedp.Evaluate[int]("document.documentElement.scrollWidth - innerWidth")); over > 0 {
		tab.t.Errorf("%s: the page is %d pixels wider than the screen", name, over)
	}
}

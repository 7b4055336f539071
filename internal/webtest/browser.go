// Package webtest opens pages of the product in a real Chromium, for tests.
//
// What belongs here: starting the browser, opening tabs that watch the console
// and the network, waiting for text, screenshots, and the report that a browser
// test really ran. What does not: anything about one page or one edge, and
// anything that the shipped binary links; only test files import this package.
//
// A test starts one Browser and opens a Tab for each of its subtests. Every tab
// has cookies and storage of its own, so tabs of one browser do not see each
// other. The browser cannot reach anything but loopback: a page that asks for
// another host is reported by CheckClean and gets no answer.
package webtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// RequireEnv names the variable that turns a missing browser from a skipped
// test into a failed one.
const RequireEnv = "ORDERLY_REQUIRE_CHROMIUM"

// startLimit bounds a cold start on a busy machine; stopLimit a graceful end.
const (
	startLimit = 60 * time.Second
	stopLimit  = 10 * time.Second
)

// names are tried in order; the first that is on the PATH is used. A shell
// without windows starts in a third of the time and runs the same pages.
var names = []string{
	"chromium-headless-shell", "headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
	"/Applications/Chromium.app/Contents/MacOS/Chromium",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
}

// publicName reaches loopback in the browser, and in nothing else. It is under
// a domain that is never public but that scripts, unlike .test, do not know.
const publicName = "orderly.internal"

// Public renames the loopback host of an address to one that a page takes for
// a public one. Pages treat loopback kindly: it is a secure context, and some
// scripts leave out what they would do elsewhere.
func Public(address string) string {
	return strings.Replace(address, "//127.0.0.1", "//"+publicName, 1)
}

// FakeCamera gives the browser a camera that shows a moving pattern, and lets
// every page use it.
var FakeCamera = []string{"use-fake-device-for-media-stream", "use-fake-ui-for-media-stream"}

// Browser is one running Chromium with an empty profile. Its methods are for
// the goroutine of the test that started it and for its subtests.
type Browser struct {
	ctx context.Context
}

// Start gives a browser for t. Where there is no Chromium it skips t, or fails
// it if RequireEnv is 1. Tests of a process whose TestMain asks for Shared have
// one browser together: to start it takes seconds, and no tab sees another's
// cookies anyway. also are switches of Chromium for what a test needs beside,
// such as FakeCamera; it has a browser of its own then.
func Start(t testing.TB, also ...string) *Browser {
	t.Helper()
	path := find(t)
	report.write(t, os.Getenv(ReportEnv))
	if shared.on && len(also) == 0 {
		return shared.get(t, path)
	}
	b, end, err := launch(path, also)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { end(t.Logf) })
	return b
}

// launch runs a browser until end is called.
func launch(path string, also []string) (b *Browser, end func(log func(string, ...any)), err error) {
	allocator, release := chromedp.NewExecAllocator(context.Background(), flags(path, also)...)
	// The browser lives as long as the context of its first run, which is why
	// the limit on the start is a timer beside that context and not on it.
	ctx, cancel := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {})) // a tab tells its own faults
	late := time.AfterFunc(startLimit, cancel)
	if err := chromedp.Do(ctx); err != nil {
		cancel()
		release()
		return nil, nil, fmt.Errorf("start %s within %s: %w", path, startLimit, err)
	}
	late.Stop()
	return &Browser{ctx: ctx}, func(log func(string, ...any)) {
		stop(ctx, log)
		cancel()
		release()
	}, nil
}

func find(t testing.TB) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv(RequireEnv) == "1" {
		t.Fatalf("no Chromium on the PATH and %s=1: install it (Debian: apt-get install chromium)", RequireEnv)
	}
	t.Skipf("SKIP: no Chromium on the PATH; %s=1 makes this a failure", RequireEnv)
	return ""
}

// flags keep the browser quiet: what it would ask for on its own account must
// not be mistaken for what a page asks for. The profile is a fresh temporary
// directory, which chromedp makes and removes when none is named.
func flags(path string, also []string) []chromedp.ExecAllocatorOption {
	out := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // the pages are our own, and root in a container has no sandbox
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP "+publicName+" 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"),
	)
	for _, name := range also {
		out = append(out, chromedp.Flag(name, true))
	}
	return out
}

func stop(ctx context.Context, log func(string, ...any)) {
	ctx, cancel := context.WithTimeout(ctx, stopLimit)
	defer cancel()
	if err := chromedp.Cancel(ctx); err != nil {
		log("stop the browser: %v", err)
	}
}

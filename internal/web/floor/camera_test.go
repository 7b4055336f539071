package floor_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

// reader stands in for what a browser on a phone has: it wants a picture, and
// reads from it what the test has put before the camera.
const reader = `window.codes = []; window.pictures = 0;
window.BarcodeDetector = class {
  static async getSupportedFormats() { return window.formats ?? ["ean_13", "code_128"]; }
  async detect(video) {
    if (!(video instanceof HTMLVideoElement) || video.readyState < 2 || !video.videoWidth || !video.srcObject.active) throw new Error("no picture");
    window.pictures++;
    const code = window.codes.shift();
    return code ? [{ rawValue: code }] : [];
  }
};
const ask = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
if (ask) navigator.mediaDevices.getUserMedia = async (what) => { const s = await ask(what); window.tracks = s.getTracks(); return s; };
`

const off = `window.tracks.every((t) => t.readyState === "ended")`

func show(tab *webtest.Tab, code string) {
	tab.Do(chromedp.Evaluate[chromedp.Void](`window.codes.push("` + code + `")`))
}

// Kills: a button that leads nowhere; a code that the camera read and that is
// not a scan; a camera that goes on looking where nobody sees it.
func TestCamera(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	goods(s, "MUG", "500", 20)
	goods(s, "TEA", "600", 5)
	first := s.Place("MUG", 7, "TEA", 1).Fulfillments[0].ID
	s.Work(first, "release")
	browser := webtest.Start(t, webtest.FakeCamera...)

	t.Run("picking", func(t *testing.T) {
		tab := at(t, s, browser, "/floor")
		tab.View(390, 844, webtest.Light)
		tab.Before(reader)
		tab.Visit(s.Address + "/floor/pick/" + first.String())
		tab.WaitTrue(`document.querySelector("[data-camera]").hidden === false`)
		tab.Click("[data-camera]")
		tab.WaitTrue(`document.getElementById("floor-camera").open && window.pictures > 0`)
		tab.CheckAccess()
		show(tab, "5006")
		tab.WaitTrue(`document.querySelector('[data-line="1"] [data-left]').textContent === "1" && document.getElementById("floor-camera").open`)
		show(tab, "600")
		tab.WaitTrue(`document.querySelector('[data-line="2"] [data-left]').textContent === "0" && document.documentElement.dataset.waiting === "0"`)
		if f := work(t, s, first); f.Lines[0].Picked != 6 || f.Lines[1].Picked != 1 {
			t.Errorf("picked %+v", f.Lines)
		}
		show(tab, "999") // a wrong one stops the work, and the camera with it
		tab.WaitText("Wrong item")
		tab.WaitTrue(`!document.getElementById("floor-camera").open && ` + off)
		tab.Click("[data-stop-ok]")
	})
	t.Run("a sheet that is drawn anew", func(t *testing.T) {
		tab := at(t, s, browser, "/floor")
		tab.View(390, 844, webtest.Light)
		tab.Before(reader)
		tab.Visit(s.Address + "/floor/receive")
		tab.Click("[data-camera]")
		tab.WaitTrue(`window.pictures > 0`)
		show(tab, "6006")
		tab.WaitTrue(`document.querySelector('[name="line_quantity"]')?.value === "6" && document.getElementById("floor-camera").open`)
		show(tab, "600")
		tab.WaitTrue(`document.querySelector('[name="line_quantity"]')?.value === "7" && document.getElementById("floor-camera").open`)
		tab.Click("#floor-camera [data-closes]")
		tab.WaitTrue(off)
		show(tab, "500")
		tab.Do(chromedp.Evaluate[chromedp.Void](`window.pictures = 0`))
		tab.Click("[data-camera]")
		tab.WaitTrue(`document.querySelectorAll('[name="line_quantity"]').length === 2`)
		show(tab, "nothing")
		tab.WaitText("No item has")
		tab.WaitTrue(`!document.getElementById("floor-camera").open && ` + off)
		tab.Click("[data-stop-ok]")
	})
	t.Run("without a way to read", func(t *testing.T) {
		for name, before := range map[string]string{
			"no detector":      `delete window.BarcodeDetector`,
			"it reads no code": reader + `window.formats = [];`,
			"not secure":       reader + `Object.defineProperty(window, "isSecureContext", { value: false });`,
		} {
			tab := at(t, s, browser, "/floor")
			tab.Before(before)
			for _, path := range []string{"/floor/pick/" + first.String(), "/floor/receive", "/floor/count", "/floor/ship"} {
				tab.Visit(s.Address + path)
				tab.WaitTrue(`document.documentElement.dataset.waiting === "0" && [...document.querySelectorAll("[data-camera]")].every((b) => b.hidden && !b.offsetParent)`)
			}
			tab.CheckClean()
			if t.Failed() {
				t.Fatal(name)
			}
		}
	})
	t.Run("nobody may use it", func(t *testing.T) {
		tab := at(t, s, browser, "/floor")
		tab.Before(reader + `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));`)
		tab.Visit(s.Address + "/floor/count")
		tab.WaitTrue(`document.querySelector("[data-camera]").hidden === false`)
		tab.Click("[data-camera]")
		tab.WaitText("Allow it for this page in the browser")
		tab.CheckClean()
	})
}

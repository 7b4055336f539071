package track_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/help"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/storetest"
	"orderly/internal/support"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

// send posts a form with pictures as a browser does.
func send(t *testing.T, s *pagetest.Site, path string, fields map[string]string, photos ...[]byte) pagetest.Answer {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, text := range fields {
		if err := w.WriteField(name, text); err != nil {
			t.Fatal(err)
		}
	}
	for _, data := range photos {
		part, err := w.CreateFormFile("photos", `"><script>.png`)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return s.Ask("", http.MethodPost, path, &b, http.Header{"Content-Type": {w.FormDataContentType()}})
}

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var caseAt = regexp.MustCompile(`/cases/(cas_[0-9a-z]+)`)

// A customer asks, is answered and answers, without scripts.
//
// Kills: a note or another order's case on the page, words that become markup, a
// form that loses what was typed, a picture that is none.
func TestCases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, p, at := open(t, db)
		const evil = `<img src=x onerror=alert(1)>`
		got := send(t, s, at+"/cases", map[string]string{"want": "damaged", "text": evil})
		if got.Status != 422 || !strings.Contains(got.Body, "which goods") || !strings.Contains(got.Body, "&lt;img src=x") || strings.Contains(got.Body, "<img src=x") {
			t.Errorf("without goods: %d", got.Status)
		}
		if got = send(t, s, at+"/cases", map[string]string{"want": "damaged", "n_1": "1", "text": "a\x00b" + evil}, []byte("<svg/>")); got.Status != 422 || !strings.Contains(got.Body, "JPEG, PNG or WebP") {
			t.Errorf("no picture: %d", got.Status)
		}
		if got = send(t, s, at+"/cases", map[string]string{"want": "damaged", "n_1": "1", "text": "Broken " + evil, "idempotency_key": "a\x00b"}, picture(t)); got.Status != 303 {
			t.Fatalf("asked: %d %.2000s", got.Status, got.Body)
		}
		path := got.Header.Get("Location")
		id, err := support.ParseID(caseAt.FindStringSubmatch(path)[1])
		if err != nil {
			t.Fatal(err)
		}
		desktest.Must(s.Shop, help.Note, help.SayCommand{Case: id, Text: "INTERNAL"})
		desktest.Must(s.Shop, help.Hear, help.SayCommand{Case: id, Text: "INTERNAL on the phone"})
		if got := s.Get(access.Support, "/cases/"+id.String()); !strings.Contains(got.Body, "photo-1.png") || !strings.Contains(got.Body, "from the order") || strings.Contains(got.Body, "<img src=x") {
			t.Error("staff do not see what was asked")
		}
		if got := s.Post(access.Support, "/cases/"+id.String()+"/reply", map[string][]string{"text": {"We send another one"}}); got.Status != 303 {
			t.Fatalf("answered: %d", got.Status)
		}
		page := s.Get("", path)
		for _, want := range []string{"Thank you. We have your message", "We send another one", "With 1 photo", "Broken &lt;img", "We have answered"} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("the customer does not see %q", want)
			}
		}
		for _, never := range []string{"INTERNAL", "Support", "support@example.com", "<img src=x", "ada@example.com"} {
			if strings.Contains(page.Body, never) {
				t.Errorf("the customer sees %q", never)
			}
		}
		own := strings.TrimSuffix(path, "?done=asked#top")
		if got := send(t, s, own, map[string]string{"text": "Thanks"}); got.Status != 303 {
			t.Errorf("written: %d", got.Status)
		}
		if got := s.Get("", at); !strings.Contains(got.Body, "Your message to us") {
			t.Error("the order's page does not lead there")
		}
		theirs := linkOf(s, s.Place("MUG", 1))
		phoned := support.ID(desktest.Must(s.Shop, help.Open, help.OpenCommand{Text: "INTERNAL", Case: support.Case{Subject: "By phone", Order: int64(p.Order.ID)}}).ID)
		for name, address := range map[string]string{"another order's link": theirs + "/cases/" + id.String(), "a case of a call": at + "/cases/" + phoned.String(), "nobody's": at + "/cases/cas_0pmnqh2000400", "garbage": at + "/cases/%3Cscript%3E"} {
			if got := s.Get("", address); got.Status != 404 || strings.Contains(got.Body, "Broken") || strings.Contains(got.Body, "INTERNAL") {
				t.Errorf("%s: %d", name, got.Status)
			}
		}
		if got := send(t, s, theirs+"/cases/"+id.String(), map[string]string{"text": "x"}); got.Status != 404 {
			t.Errorf("another order's link writes: %d", got.Status)
		}
		if body := s.Get("", at+"/cases").Body; strings.Contains(body, "By phone") || !strings.Contains(body, "C-1001") {
			t.Error("the list shows what did not begin there")
		}
	})
}

// Kills: a body without end, a form that is none, a stranger who may send much.
func TestCasesTooMuch(t *testing.T) {
	s, _, at := open(t, storetest.SQLite(t))
	big := make([]byte, support.MaxPhoto+1)
	copy(big, picture(t))
	if got := send(t, s, at+"/cases", map[string]string{"want": "question", "text": "x"}, big); got.Status != 422 {
		t.Errorf("a large picture: %d", got.Status)
	}
	if got := send(t, s, at+"/cases", map[string]string{"want": "question", "text": "x"}, big, big, big, big, big); got.Status != 413 || !strings.Contains(got.Body, "at most 4 photos") {
		t.Errorf("all too large: %d", got.Status)
	}
	if got := s.Ask("", "POST", at+"/cases", strings.NewReader("--x"), http.Header{"Content-Type": {"multipart/form-data; boundary=x"}}); got.Status != 422 && got.Status != 400 {
		t.Errorf("half a form: %d", got.Status)
	}
	if got := s.Ask("", "POST", at+"/cases", nil, http.Header{"Sec-Fetch-Site": {"cross-site"}}); got.Status != 403 {
		t.Errorf("another site: %d", got.Status)
	}
	if got := s.Post("", "/t/1_3kd5w78sb5drg6rsbmehjq4ws1/cases", nil); got.Status != 404 {
		t.Errorf("a link of nothing: %d", got.Status)
	}
	statuses := map[int]int{}
	for range 6 {
		statuses[s.Post("", at+"/cases", nil).Status]++
	}
	if statuses[429] < 2 {
		t.Errorf("a script is not asked to wait: %v", statuses)
	}
}

// From the tracking page to the answer, in a browser.
func TestCaseInABrowser(t *testing.T) {
	browser := webtest.Start(t)
	s, _, at := open(t, storetest.SQLite(t))
	file := filepath.Join(t.TempDir(), "mug.png")
	if err := os.WriteFile(file, picture(t), 0o600); err != nil {
		t.Fatal(err)
	}
	tab := browser.Open(t)
	tab.View(390, 844, webtest.Light)
	tab.Visit(s.Address + at)
	tab.WaitText("A question, or something is wrong?")
	tab.Click(`a[href$="/cases"]`)
	tab.WaitText("How can we help?")
	tab.Do(chromedp.SetValue("#want", "damaged"), chromedp.SendKeys("#n_1", "1"), chromedp.SendKeys("#text", "The handle is off"), chromedp.SetUploadFiles("#photos", []string{file}))
	tab.CheckPage("portal-ask")
	tab.Screenshot("portal-ask")
	tab.Click(".track-form .track-btn")
	tab.WaitText("We have your message and will answer")

	staff := s.Tab(t, browser, access.Support, "/cases/C-1001")
	staff.WaitText("The handle is off")
	staff.WaitText("photo-1.png")
	staff.Do(chromedp.SendKeys("#reply-text", "Another mug is on its way to you."))
	staff.Screenshot("portal-staff")
	staff.Click(`#reply-act button[type=submit]`)
	staff.WaitText("Waiting for customer")
	staff.CheckClean()

	tab.Do(chromedp.Evaluate[chromedp.Void]("location.reload()"))
	tab.WaitText("Another mug is on its way to you.")
	tab.Do(chromedp.SendKeys("#text", "Thank you!"))
	tab.Click(".track-form .track-btn")
	tab.WaitText("Thank you!")
	tab.CheckPage("portal-case")
	tab.Screenshot("portal-case")
	tab.View(1440, 900, webtest.Dark)
	tab.CheckPage("portal-case-dark")
	tab.Screenshot("portal-case-dark")
	tab.CheckClean()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		c, err := cases.ByNumber(r, 1001)
		if c.State != support.Open {
			t.Errorf("%+v", c)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

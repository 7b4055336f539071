package items_test

import (
	"bytes"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"

	"github.com/chromedp/chromedp"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// Kills: an edit that is lost because two people edit one item.
func TestTwoEditors(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	mug := s.Goods("MUG-1", catalog.Backorder, "A", 3)
	path := "/items/" + mug.String()
	one, two := s.Tab(t, browser, access.Admin, path), s.Tab(t, browser, access.Admin, path)
	one.Do(chromedp.SetValue("#name", "Blue mug"))
	two.Do(chromedp.SetValue("#name", "Red mug"))
	one.Click("form[data-main] [data-submit]")
	one.WaitText("MUG-1 saved")
	two.Click("form[data-main] [data-submit]")
	two.WaitText("This changed while you were here")
	two.WaitTrue("document.querySelector('#name').value === 'Red mug'")
	if body := s.Get(access.Admin, path).Body; !strings.Contains(body, "Blue mug") || strings.Contains(body, "Red mug") {
		t.Error("the second edit took the place of the first")
	}
	two.Click("form[data-main] [data-submit]") // knowing of it
	two.WaitText("MUG-1 saved")
	tab := s.Tab(t, browser, access.Admin, "/items") // a tab that was refused nothing
	for _, page := range [][2]string{{"items", "/items"}, {"item", path}, {"item-new", "/items/new"}} {
		tab.CheckLooks(page[0], s.Address+page[1])
	}
}

// Kills: a new item that cannot be made by the form, faults that stand nowhere,
// an archived item among the others, a picture that is not served again.
func TestItems(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		bad := s.Post(access.Admin, "/items/new", url.Values{"sku": {"TEA-1"}, "name": {""}, "kind": {"goods"}, "unit": {"pcs"}, "when_short": {"backorder"}, "price": {"dear"}})
		if bad.Status != http.StatusUnprocessableEntity || !strings.Contains(bad.Body, "price-error") || !strings.Contains(bad.Body, `value="dear"`) {
			t.Fatalf("%d %.2000s", bad.Status, bad.Body)
		}
		made := s.Post(access.Admin, "/items/new", url.Values{"sku": {"TEA-1"}, "name": {`<b>"Tea"</b>`}, "kind": {"goods"}, "unit": {"pcs"}, "when_short": {"backorder"}, "price": {"6.50"}, "barcode": {"4006381333931", ""}, "barcode_quantity": {"12", ""}})
		path := made.Header.Get("Location")
		if made.Status != http.StatusSeeOther || !strings.HasPrefix(path, "/items/itm_") {
			t.Fatalf("%d %.2000s", made.Status, made.Body)
		}
		if body := s.Get(access.Admin, path).Body; !strings.Contains(body, "4006381333931") || strings.Contains(body, "<b>\"Tea") {
			t.Errorf("%.3000s", body)
		}
		if found := s.Get(access.Admin, "/items?q=400638").Body; !strings.Contains(found, "TEA-1") {
			t.Error("not found by its barcode")
		}
		address := sendPicture(t, s, path)
		got := s.Get(access.Admin, address)
		if got.Status != http.StatusOK || got.Header.Get("Content-Type") != "image/png" || !strings.Contains(got.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%d %v", got.Status, got.Header)
		}
		if gone := s.Get("", address); gone.Status == http.StatusOK {
			t.Error("a picture is shown to nobody")
		}
		if a := s.Post(access.Admin, path+"/archive", url.Values{"archived": {"true"}}); a.Status != http.StatusSeeOther {
			t.Fatalf("%d %.1000s", a.Status, a.Body)
		}
		if body := s.Get(access.Admin, "/items").Body; strings.Contains(body, "TEA-1") {
			t.Error("an archived item stands among the others")
		}
		if body := s.Get(access.Admin, "/items?archived=1").Body; !strings.Contains(body, "TEA-1") {
			t.Error("an archived item stands nowhere")
		}
	})
}

func sendPicture(t *testing.T, s *pagetest.Site, path string) (address string) {
	t.Helper()
	var body, picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("picture", "tea.png")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(picture.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got := s.Ask(access.Admin, http.MethodPost, path+"/picture", &body, http.Header{"Content-Type": {w.FormDataContentType()}})
	if got.Status != http.StatusSeeOther {
		t.Fatalf("%d %.2000s", got.Status, got.Body)
	}
	page := s.Get(access.Admin, path).Body
	_, rest, ok := strings.Cut(page, `<img src="`)
	address, _, _ = strings.Cut(rest, `"`)
	if !ok || !strings.HasPrefix(address, path+"/picture/") {
		t.Fatalf("no picture on %.3000s", page)
	}
	return address
}

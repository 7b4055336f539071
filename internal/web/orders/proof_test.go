package orders_test

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/fulfillment"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

// door is a picture of a parcel on a mat.
func door(t *testing.T) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 60, 60))
	for i := range 60 * 60 {
		m.Set(i%60, i/60, color.RGBA{R: uint8(i % 60 * 4), G: 120, B: uint8(i / 60 * 4), A: 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Somebody delivers with a name and a picture and sees both; the customer sees
// the name and no more.
//
// Kills: a name that is run; a picture that is not one; a picture read at
// another order, or by who sees no parcels; a place told to the customer; a
// proof of a delivery that was taken back.
func TestDelivered(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Goods("MUG", catalog.Backorder, "A", 5)
	p, other := s.Place("MUG", 1), s.Place("MUG", 1)
	s.Work(p.Fulfillments[0].ID, "release", "pick", "pack")
	id := fulfillment.ParcelID(desktest.Must(s.Shop, floor.Parcel, floor.ParcelCommand{Fulfillment: p.Fulfillments[0].ID, Act: "ship", Carrier: "DPD", Tracking: "DPD-1"}).ID)
	page := "/orders/" + p.Order.ID.String()
	parcel := page + "/parcels/" + id.String()
	link := "/t/" + desktest.Must(s.Shop, care.MakeLink, care.LinkCommand{Order: p.Order.ID}).Value.(string)

	if got := s.Get(access.Sales, page); strings.Contains(got.Body, "deliver-par_") || sendDelivery(t, s, access.Sales, parcel, nil).Status != http.StatusForbidden {
		t.Error("who does no work of the warehouse may deliver")
	}
	if got := sendDelivery(t, s, access.Warehouse, parcel, []byte("<svg/>")); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "a JPEG, PNG or WebP") || !strings.Contains(got.Body, `value="Ada"`) {
		t.Errorf("a drawing: %d", got.Status)
	}
	if got := sendDelivery(t, s, access.Warehouse, parcel, make([]byte, fulfillment.MaxProof+1)); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "at most 2 MB") {
		t.Errorf("too large: %d", got.Status)
	}

	const name = `Zoë <img src=x onerror="document.title='run'">`
	tab := s.Tab(t, browser, access.Warehouse, page)
	tab.View(1440, 900, webtest.Light)
	tab.Click("[data-opens^=deliver-par_]")
	tab.WaitTrue("!!document.querySelector('dialog[open] input[type=file]')")
	tab.Do(chromedp.SendKeys("dialog[open] [name=received_by]", name), chromedp.SendKeys("dialog[open] [name=place]", "behind the shed"))
	tab.Do(chromedp.Evaluate[chromedp.Void](`(() => {
		const to = new DataTransfer();
		to.items.add(new File([Uint8Array.from(atob("` + base64.StdEncoding.EncodeToString(door(t)) + `"), c => c.charCodeAt(0))], "door.exe"));
		document.querySelector("dialog[open] [name=file]").files = to.files;
	})()`))
	tab.Screenshot("deliver-1440-light")
	tab.CheckPage("deliver")
	tab.Click("dialog[open] [data-submit]")
	tab.WaitText("Taken by " + name)
	tab.WaitText("behind the shed")
	tab.WaitTrue("document.querySelector('.proof img').naturalWidth === 60 && document.title !== 'run' && !document.querySelector('[onerror]')")
	tab.CheckClean()
	tab.CheckLooks("delivered", s.Address+page)

	got := s.Get(access.Sales, parcel+"/proof")
	if got.Status != 200 || got.Body != string(door(t)) || got.Header.Get("Content-Type") != "image/png" || !strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the picture: %d %v", got.Status, got.Header)
	}
	if got := s.Get(access.Sales, "/orders/"+other.Order.ID.String()+"/parcels/"+id.String()+"/proof"); got.Status != http.StatusNotFound {
		t.Errorf("the picture at another order: %d", got.Status)
	}
	tab.Visit(s.Address + link)
	tab.WaitText("Taken by " + name)
	if text := tab.Text(); strings.Contains(text, "shed") || strings.Contains(s.Get("", link).Body, "/proof") {
		t.Errorf("the customer is told where: %s", text)
	}
	tab.WaitTrue("document.title !== 'run' && !document.querySelector('[onerror]')")
	tab.CheckLooks("delivered-customer", s.Address+link)

	if got := s.Post(access.Warehouse, parcel+"/undeliver", nil); got.Status != http.StatusSeeOther {
		t.Fatalf("taking it back: %d", got.Status)
	}
	for round := range 2 {
		if strings.Contains(s.Get(access.Sales, page).Body+s.Get("", link).Body, "Taken by Zo") || s.Get(access.Sales, parcel+"/proof").Status != http.StatusNotFound {
			t.Errorf("round %d: a delivery that was taken back is proved", round)
		}
		if round == 0 {
			s.Work(p.Fulfillments[0].ID, "deliver")
		}
	}
}

// sendDelivery posts the form as a browser does.
func sendDelivery(t *testing.T, s *pagetest.Site, role access.Role, parcel string, file []byte) pagetest.Answer {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", "x.png")
	if err == nil {
		_, err = part.Write(file)
	}
	if err == nil {
		err = w.WriteField("received_by", "Ada")
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return s.Ask(role, http.MethodPost, parcel+"/deliver", &b, http.Header{"Content-Type": {w.FormDataContentType()}})
}

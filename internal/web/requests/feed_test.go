package requests_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
)

func send(t *testing.T, s *pagetest.Site, at, text string, complete bool) pagetest.Answer {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	file, err := w.CreateFormFile("file", "stock.csv")
	if err == nil {
		_, err = file.Write([]byte(text))
	}
	if err == nil {
		err = w.WriteField("at", at)
	}
	if err == nil && complete {
		err = w.WriteField("complete", "on")
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return s.Ask(access.Partner, http.MethodPost, "/requests/stock/file", &body, http.Header{"Content-Type": {w.FormDataContentType()}})
}

// Kills: a file that a partner cannot hand in, or hands in for another; a line that
// cannot be read and is not told; a setting that the page does not keep, or by which
// a secret is shown.
func TestStockFiles(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := site(t, db)
		at := s.Locations["S"].String()
		for text, want := range map[string]string{"sku,quantity\nMUG,x\nTEA,3\n": "line 2", "No,There\nMUG,3\n": "sku", "sku,quantity\nNOT,1\n": "item of ours"} {
			if got := send(t, s, at, text, true); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, want) {
				t.Errorf("%q: %d, without %q", text, got.Status, want)
			}
		}
		if got := send(t, s, at, "qty;sku\n8;MUG\n", false); got.Status != http.StatusSeeOther {
			t.Errorf("%d %s", got.Status, got.Body)
		}
		if got := s.Get(access.Partner, "/requests/feed"); got.Status != http.StatusForbidden && got.Status != http.StatusNotFound {
			t.Errorf("a partner sees where its list is fetched from: %d", got.Status)
		}
		form := url.Values{"at": {at}, "version": {"0"}, "source": {"url"}, "address": {"https://acme.example/stock.csv"}, "named": {"supplier"}, "minutes": {"1"}, "active": {"on"}}
		if got := s.Post(access.Admin, "/requests/feed", form); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "looked at every") {
			t.Errorf("every minute: %d", got.Status)
		}
		form.Set("minutes", "30")
		if got := s.Post(access.Admin, "/requests/feed", form); got.Status != http.StatusSeeOther {
			t.Errorf("saved: %d %s", got.Status, got.Body)
		}
		if page := s.Get(access.Admin, "/requests/feed?at="+at).Body; !strings.Contains(page, "acme.example") || !strings.Contains(page, `value="30"`) {
			t.Error("the page does not show what was saved")
		}
		if got := s.Post(access.Admin, "/requests/feed", form); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "meanwhile") {
			t.Errorf("the second of two: %d", got.Status)
		}
	})
}

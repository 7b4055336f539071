package statements_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

func send(s *pagetest.Site, act, text string) pagetest.Answer {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("act", act)
	part, _ := w.CreateFormFile("file", "bank.csv")
	_, _ = part.Write([]byte(text))
	w.Close()
	return s.Ask(access.Support, http.MethodPost, "/statements", &body, http.Header{"Content-Type": {w.FormDataContentType()}})
}

var lineOf = regexp.MustCompile(`/statements/lines/(bln_[0-9a-z]+)"`)

// Kills: a preview that keeps something; a file that is taken twice; a line
// that cannot be accepted, split or put aside.
func TestForms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		s.Goods("MUG", "backorder", "A", 50)
		a, b := s.Place("MUG", 2).Order, s.Place("MUG", 1).Order
		text := fmt.Sprintf("Date,Name,Description,Amount\n2026-01-30,<b>Ada</b>,Order %d,25.90\n2026-01-30,Bob,for %d,13.95\n2026-01-30,Bank,fee,-3.00\n", a.Number, b.Number)
		if got := send(s, "preview", text); got.Status != http.StatusOK || !strings.Contains(got.Body, "Certain") || strings.Contains(got.Body, "<b>Ada") {
			t.Fatalf("previewed: %d %.3000s", got.Status, got.Body)
		}
		if got := s.Get(access.Support, "/statements"); lineOf.MatchString(got.Body) {
			t.Fatal("the preview has kept lines")
		}
		for range 2 {
			if got := send(s, "take", text); got.Status != http.StatusSeeOther {
				t.Fatalf("taken: %d %.1000s", got.Status, got.Body)
			}
		}
		page := s.Get(access.Support, "/statements").Body
		lines := lineOf.FindAllStringSubmatch(page, -1)
		seen := map[string]bool{}
		var at []string
		for _, x := range lines {
			if !seen[x[1]] {
				seen[x[1]] = true
				at = append(at, "/statements/lines/"+x[1])
			}
		}
		if len(at) != 3 {
			t.Fatalf("%d lines wait", len(at))
		}
		if got := s.Post(access.Support, at[0], url.Values{"act": {"accept"}, "order": {a.ID.String()}}); got.Status != http.StatusSeeOther {
			t.Errorf("accepted: %d %.500s", got.Status, got.Body)
		}
		split := url.Values{"act": {"preview"}, "order0": {fmt.Sprint(b.Number)}, "amount0": {"13.95"}}
		if got := s.Post(access.Support, at[1], split); got.Status != http.StatusOK || !strings.Contains(got.Body, "more than is due") {
			t.Errorf("previewed: %d", got.Status)
		}
		split.Set("act", "split")
		split.Set("amount0", "13.00")
		if got := s.Post(access.Support, at[1], split); got.Status != http.StatusUnprocessableEntity && got.Status != http.StatusConflict {
			t.Errorf("less than all of it: %d", got.Status)
		}
		split.Set("amount0", "13.95")
		if got := s.Post(access.Support, at[1], split); got.Status != http.StatusSeeOther {
			t.Errorf("booked: %d %.500s", got.Status, got.Body)
		}
		if got := s.Post(access.Support, at[2], url.Values{"act": {"ignore"}, "reason": {"a fee"}}); got.Status != http.StatusSeeOther {
			t.Errorf("ignored: %d", got.Status)
		}
		if got := send(s, "take", "no,table\n1,2\n"); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("a table of nothing: %d", got.Status)
		}
	})
}

// Kills: a page that is not for everybody or does not fit.
func TestLooks(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Goods("MUG", "backorder", "A", 50)
	n := s.Place("MUG", 2).Order.Number
	send(s, "take", fmt.Sprintf("Date,Name,Description,Amount\n2026-01-30,Ada Byron,Order %d,25.90\n2026-01-30,Bob,somewhere,1.00\n", n))
	at := lineOf.FindStringSubmatch(s.Get(access.Support, "/statements").Body)
	tab := s.Tab(t, webtest.Start(t), access.Support, "/statements")
	tab.CheckLooks("statements", s.Address+"/statements")
	tab.CheckLooks("statements-line", s.Address+"/statements/lines/"+at[1])
}

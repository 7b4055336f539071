package settings_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
)

// What stands on invoices is said on a page, and when they are issued.
//
// Kills: a field that is not kept; a refusal that loses what was typed; a page
// for who may not change the shop.
func TestInvoices(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		s.Goods("TEA-1", "backorder", "A", 9)
		s.Place("TEA-1", 1)
		if got := s.Get(access.Finance, "/settings/invoices"); got.Status != http.StatusForbidden {
			t.Errorf("for who may not change the shop: %d", got.Status)
		}
		when := url.Values{"channel": {"web"}, "when": {"placement"}}
		if got := s.Post(access.Admin, "/settings/invoices/when", when); !strings.Contains(got.Body, "legal name") {
			t.Errorf("without a seller: %d", got.Status)
		}
		form := url.Values{"legal_name": {"Müller & Söhne"}, "address": {"1 High Street\r\nLeeds"}, "pattern": {"x"}, "series": {"R"}, "credit_series": {"G"}, "terms": {"At once."}}
		if got := s.Post(access.Admin, "/settings/invoices", form); got.Status < 400 || !strings.Contains(got.Body, "A pattern has") && !strings.Contains(got.Body, "a pattern has") || !strings.Contains(got.Body, "At once.") {
			t.Errorf("a pattern without a number: %d", got.Status)
		}
		form.Set("pattern", "{series}{year}/{number:4}")
		if got := s.Post(access.Admin, "/settings/invoices", form); got.Status != http.StatusSeeOther {
			t.Fatalf("saved: %d %.300s", got.Status, got.Body)
		}
		if got := s.Post(access.Admin, "/settings/invoices/when", when); got.Status != http.StatusSeeOther {
			t.Fatalf("when: %d %.300s", got.Status, got.Body)
		}
		page := s.Get(access.Admin, "/settings/invoices").Body
		for _, want := range []string{"Müller &amp; Söhne", "1 High Street\nLeeds", "R2026/0001", `value="placement" selected`} {
			if !strings.Contains(page, want) {
				t.Errorf("%q is not on the page", want)
			}
		}
	})
}

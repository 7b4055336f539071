package httpapi_test

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/order"
)

const sellerOf = `{"legal_name":"Müller & Söhne","address":"1 High Street\nLeeds","tax_id":"GB1","terms":"Pay at once."}`

// sells says what stands on documents.
func sells(s *shop) {
	s.t.Helper()
	s.do("PATCH", "/v1/invoice-settings", []byte(sellerOf), "If-Match", `"0"`).want(200).is("pattern", "{series}{year}-{number:5}").is("edit_version", 1)
}

// An order is billed, changed and corrected through the API: what a preview
// shows is issued, a key issues once, and the papers say the same.
//
// Kills: a preview that takes a number; a retry that issues again; a credit
// note that does not say of what.
func TestScenarioInvoiceAndCreditNote(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 10)
		p := s.Place("MUG", 3)
		at := "/v1/orders/" + p.Order.ID.String() + "/invoices"
		s.post(at, `{}`).problem(409, "seller_incomplete")
		s.do("PATCH", "/v1/invoice-settings", []byte(`{"pattern":"x","series":""}`), "If-Match", `"0"`).problem(422, "invalid", "/legal_name missing", "/address missing", "/pattern invalid_pattern", "/series invalid_series")
		sells(s)
		s.post("/v1/invoice-settings/channels", `{"channels":{"web":"hand","shop":"never"}}`).problem(422, "invalid", "/channels/shop unknown_moment")
		s.post("/v1/invoice-settings/channels", `{"channels":{"web":"hand"}}`).want(200).is("channels/web", "")
		s.get("/v1/invoice-settings").want(200).is("legal_name", "Müller & Söhne").is("series", "INV-")

		s.post(at+"?dry_run=true", `{}`).want(200).is("dry_run", true).is("data/0/gross", "38.85").is("data/0/number", "")
		if n := s.get("/v1/invoices").want(200).len("data"); n != 0 {
			t.Errorf("a preview issued %d documents", n)
		}
		s.post(at, `{"units":"shipped"}`).problem(409, "nothing_to_bill")
		s.post(at, `{"units":"some"}`).problem(422, "invalid", "/units unknown_basis")
		s.post(at, `{"credit":{"amount":"1.00","reason":"late"}}`).problem(409, "more_than_given_back")
		s.post(at, `{"credit":{"amount":"0","reason":""}}`).problem(422, "invalid", "/credit/amount missing")
		first := s.do("POST", at, []byte(`{}`), "Idempotency-Key", "k1").want(201).is("data/0/kind", "invoice").is("data/0/lines/0/quantity", 3).is("data/0/buyer/name", "Ada Byron")
		id, number := first.text("data/0/id"), first.text("data/0/number")
		if again := s.do("POST", at, []byte(`{}`), "Idempotency-Key", "k1").want(201); again.text("data/0/id") != id || again.header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("the same key issued %s", again.body)
		}
		s.post(at, `{}`).problem(409, "nothing_to_bill")
		s.get("/v1/invoices/"+id).want(200).is("number", number).is("gross", "38.85")
		s.get("/v1/invoices/inv_0pmnqh2000400").problem(404, "no_such_invoice")
		text := paperText(t, s.get("/v1/invoices/"+id+"/document.pdf").want(200))
		for _, want := range []string{"Invoice", number, "Müller & Söhne", "Ada Byron", "MUG", "12.95", "Total 38.85 GBP", "Pay at once.", "GB1"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not on the invoice:\n%s", want, text)
			}
		}

		desktest.Must(s.Shop, intake.Cancel, intake.CancelCommand{Order: p.Order.ID, Parts: []order.Part{{Line: 1, Quantity: 1}}})
		credit := s.post(at, nil).want(201).is("data/0/kind", "credit_note").is("data/0/of/0/number", number).is("data/0/gross", "12.95")
		text = paperText(t, s.get("/v1/invoices/"+credit.text("data/0/id")+"/document.pdf").want(200))
		if !strings.Contains(text, "Credit note") || !strings.Contains(text, "Corrects invoice "+number) {
			t.Errorf("the credit note says\n%s", text)
		}

		page := s.get("/v1/invoices?limit=1").want(200).is("data/0/kind", "credit_note")
		s.get("/v1/invoices?limit=1&cursor="+page.text("next_cursor")).want(200).is("data/0/id", id).is("next_cursor", "")
		s.get("/v1/invoices?order="+p.Order.ID.String()).want(200).is("data/1/id", id)
		s.get("/v1/invoices?number="+number).want(200).is("data/0/id", id)
		if n := s.get("/v1/invoices?issued_from=2020-01-01&issued_to=2020-12-31").want(200).len("data"); n != 0 {
			t.Errorf("%d documents of another year", n)
		}
		s.get("/v1/invoices?issued_from=x").problem(422, "invalid_parameter")
		s.get("/v1/entries?after=0&limit=250").want(200)
		s.key = s.newKey([]access.Permission{access.OrdersRead})
		s.post(at, `{}`).problem(403, "missing_scope")
		s.do("PATCH", "/v1/invoice-settings", []byte(`{}`), "If-Match", `"1"`).problem(403, "missing_scope")
	})
}

// An accountant reads every booking of a period with the documents of its
// order, and what they make on each account; debits equal credits.
//
// Kills: half a booking; a booking of another period; a reference that a
// spreadsheet runs.
func TestLedger(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 10)
		sells(s)
		var documents []string
		for i := range 3 {
			p := s.Place("MUG", i+1)
			desktest.Must(s.Shop, intake.Pay, intake.PayCommand{Order: p.Order.ID, Amount: int64(1000 * (i + 1)), Reference: "=1+1"})
			desktest.Must(s.Shop, intake.Pay, intake.PayCommand{Order: p.Order.ID, Amount: 100, Reference: "R", Refund: true})
			documents = append(documents, s.post("/v1/orders/"+p.Order.ID.String()+"/invoices", nil).want(201).text("data/0/number"))
		}
		rows := table(t, s.get("/v1/ledger.csv").want(200))
		if len(rows) != 1+3*4 || strings.Join(rows[0], " ") != "booked_at order documents account debit credit currency reference entry booking" {
			t.Fatalf("%d rows, the first %q", len(rows), rows[0])
		}
		if r := rows[1]; r[1] != "1001" || r[2] != documents[0] || r[4]+r[5] != "10.00" || r[6] != "GBP" || r[7] != "'=1+1" {
			t.Errorf("the first booking is %q", r)
		}
		balance := table(t, s.get("/v1/ledger.csv?sheet=balance").want(200))
		if got := fmt.Sprint(balance[len(balance)-1]); got != "[GBP total 63.00 63.00 0.00]" {
			t.Errorf("in total %s of %q", got, balance)
		}
		if rows := table(t, s.get("/v1/ledger.csv?from=2020-01-01&to=2020-01-31").want(200)); len(rows) != 1 {
			t.Errorf("in another period %q", rows)
		}
		s.get("/v1/ledger.csv?from=2020").problem(422, "invalid_parameter")
		s.key = s.newKey([]access.Permission{access.OrdersRead}, s.Locations["A"])
		s.get("/v1/ledger.csv").problem(403, "restricted_key")
	})
}

func table(t *testing.T, a *answered) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(string(a.body))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

package partner_test

import (
	"context"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/partner"
	"orderly/internal/fault"
	terms "orderly/internal/partner"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// counted are the tables that a trial order must leave alone.
var counted = []string{"movement", "fulfillment", "request", "purchase", "purchase_line", "money_entry", "orders", "level"}

// A partner leads a trial order to its end by itself; only then is anything asked of
// it, where its terms say so.
//
// Kills: a partner that works by signed webhooks and is said to have no way to work;
// a trial that moves stock or money, or makes an order; one that passes
// because one of us answered it; a live request before it passed; another partner's
// trial answered; an answer that is noted twice.
func TestTrial(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		at := stock.LocationID(desktest.Must(s, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "S", Name: "Acme", Kind: "3pl", Active: true, Priority: 9, Address: party.Address{Country: "GB"}}}).ID)
		s.Goods("MUG", catalog.Backorder)
		desktest.Must(s, floor.Report, floor.ReportCommand{Location: at, Lines: []stock.Line{{SKU: "MUG", Quantity: 50}}})
		before := s.Place("MUG", 2).Fulfillments[0].ID
		usual := terms.Usual(at)
		usual.TrialFirst = true
		desktest.Must(s, partner.SetTerms, partner.TermsCommand{Terms: usual})
		if _, err := desktest.Try(s, floor.Release, floor.WorkCommand{Fulfillment: before}); fault.CodeOf(err) != "trial_first" {
			t.Errorf("asked before a trial: %v", err)
		}
		r := s.Request("MUG", 1)
		if p := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed); len(p.Fulfillments) != 0 {
			t.Error("it is sourced from who waits for a trial")
		}
		was := rows(t, db)
		start := func() terms.TrialID {
			t.Helper()
			return terms.TrialID(desktest.Must(s, partner.StartTrial, partner.TrialCommand{Location: at, Lines: []terms.TrialLine{{SKU: "MUG", Quantity: 3}}}).ID)
		}
		for name, c := range map[string]partner.TrialCommand{"no partner": {Location: s.Locations["A"], Lines: []terms.TrialLine{{SKU: "MUG", Quantity: 1}}}, "no item": {Location: at, Lines: []terms.TrialLine{{SKU: "NO", Quantity: 1}}}, "nothing": {Location: at}, "no units": {Location: at, Lines: []terms.TrialLine{{SKU: "MUG"}}}} {
			if _, err := desktest.Try(s, partner.StartTrial, c); fault.KindOf(err) != fault.Invalid && fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		theirs := access.Scope{Merchant: s.Scope.Merchant, Actor: access.Actor{Kind: "key", ID: "theirs"}, Permissions: access.Partner.Permissions(), Locations: []int64{int64(at)}}
		other := theirs
		other.Locations = []int64{int64(s.Locations["B"])}
		answer := func(by access.Scope, id terms.TrialID, a terms.TrialAnswer) (string, error) {
			r, err := desk.One(context.Background(), s.Desk, partner.AnswerTrial, by, partner.TrialAnswerCommand{Trial: id, TrialAnswer: a}, desk.Options{})
			return r.Status, err
		}
		send := terms.TrialAnswer{Act: "send", Carrier: "dpd", Tracking: "T-1"}
		spoken := start()
		if _, err := answer(s.Scope, spoken, send); err != nil {
			t.Fatal(err)
		}
		if k := known(t, s, at); k.PassedAt != 0 {
			t.Error("it passed by what one of us said")
		}
		id := start()
		if _, err := answer(other, id, terms.TrialAnswer{Act: "accept"}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another partner answers: %v", err)
		}
		if _, err := answer(theirs, id, terms.TrialAnswer{Act: "withdraw"}); fault.KindOf(err) != fault.Denied {
			t.Errorf("the partner withdraws: %v", err)
		}
		if _, err := answer(theirs, id, terms.TrialAnswer{Act: "send"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("sent without a number: %v", err)
		}
		for i, want := range []string{"done", "unchanged"} {
			if got, err := answer(theirs, id, terms.TrialAnswer{Act: "accept", Reference: "SO-1"}); err != nil || got != want {
				t.Errorf("accepted %d: %s %v", i, got, err)
			}
		}
		if got := rows(t, db); got != was {
			t.Errorf("a trial order changed rows of %v: %v, they were %v", counted, got, was)
		}
		for i, want := range []string{"done", "unchanged"} {
			if got, err := answer(theirs, id, send); err != nil || got != want {
				t.Errorf("sent %d: %s %v", i, got, err)
			}
		}
		k := known(t, s, at)
		if k.PassedAt == 0 {
			t.Fatal("it has not passed")
		}
		was = rows(t, db) // who waited was served from it
		if _, err := answer(theirs, start(), send); err != nil {
			t.Fatal(err)
		}
		if got := rows(t, db); got != was {
			t.Errorf("a trial order changed rows of %v: %v, they were %v", counted, got, was)
		}
		if k := known(t, s, at); k.Keys != 0 {
			t.Error("it works by a key that nobody has made")
		}
		hook := access.System(s.Scope.Merchant, "partner", at.String())
		hook.Permissions, hook.Locations = theirs.Permissions, theirs.Locations
		if _, err := answer(hook, start(), send); err != nil {
			t.Fatal(err)
		}
		storetest.Exec(t, db, "INSERT INTO partner_hook (m, location, secret, previous, previous_until, active, created_at, updated_at, version) SELECT m, id, '', '', 0, 1, 1, 1, 1 FROM location WHERE code = 'S'")
		if k := known(t, s, at); k.Keys != 1 {
			t.Error("it has no way of work, and answered by signed webhooks")
		}
		desktest.Must(s, floor.Release, floor.WorkCommand{Fulfillment: before})
		for range terms.MaxOpenTrials {
			start()
		}
		if _, err := desktest.Try(s, partner.StartTrial, partner.TrialCommand{Location: at, Lines: []terms.TrialLine{{SKU: "MUG", Quantity: 3}}}); fault.CodeOf(err) != "too_many" {
			t.Errorf("one more: %v", err)
		}
	})
}

// rows counts the rows and units of tables that a trial order must leave alone.
func rows(t *testing.T, db *store.DB) (out [8]int64) {
	t.Helper()
	err := db.Read(context.Background(), access.System(admin.Main, "test", "rows"), func(r *store.Reader) error {
		for i, table := range counted {
			what := "count(*)"
			if table == "level" {
				what = "coalesce(sum(on_hand * 1000 + reserved), 0)"
			}
			if err := r.Row("SELECT "+what+" FROM "+table+" WHERE m = $1", r.M).Scan(&out[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func known(t *testing.T, s *desktest.Shop, at stock.LocationID) (k terms.Known) {
	t.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		k, err = partner.KnownOf(r, nil, at, s.DB.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

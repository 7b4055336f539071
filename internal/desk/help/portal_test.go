package help_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/help"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/storetest"
	"orderly/internal/support"
)

func photo(t *testing.T) support.File {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	return support.File{Name: "../x", Data: b.Bytes()}
}

// as does something as whoever holds the link to an order.
func as[C any](s *desktest.Shop, of int64, op *desk.Operation[C], c C) (desk.Result, error) {
	return desk.One(context.Background(), s.Desk, op, access.Link(s.Scope.Merchant, of, ""), c, desk.Options{})
}

// Kills: a link that reaches another order's cases or those that did not begin
// there; a case that does not open again when its customer writes; an answer
// that nobody sees because no mail can be sent.
func TestPortal(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, p := shop(t, db)
		of := int64(p.Order.ID)
		c := help.AskCommand{Order: of, Ask: support.Ask{Want: "damaged", Text: "SECRETLY broken", Lines: []support.Part{{Line: 1, Quantity: 1}}}, Photos: []support.File{photo(t)}}
		made, err := as(s, of, help.Ask, c)
		if err != nil {
			t.Fatal(err)
		}
		id := support.ID(made.ID)
		x, thread := reread(s, id)
		if x.Source != support.Portal || x.Kind != support.Claim || x.Email != "ada@example.com" || len(thread) != 1 || thread[0].Actor != "customer:link" {
			t.Fatalf("%+v %+v", x, thread)
		}
		if err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			files, err := cases.Files(r, []support.MessageID{thread[0].ID})
			if len(files) != 1 || files[0].Name != "photo-1.png" || files[0].Kind != "image/png" {
				t.Errorf("%+v", files)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		desktest.Must(s, help.Reply, help.ReplyCommand{Case: id, Text: "We send another one"}) // there is no mail server
		if x, thread = reread(s, id); x.State != support.Waiting || thread[1].Way != support.Out || thread[1].State != support.Kept || x.AnsweredAt == 0 {
			t.Errorf("%+v %+v", x, thread)
		}
		if _, err := as(s, of, help.Write, help.WriteCommand{Case: id, Text: "Thank you"}); err != nil {
			t.Fatal(err)
		}
		if x, _ = reread(s, id); x.State != support.Open || x.PausedAt != 0 {
			t.Errorf("written: %+v", x)
		}
		desktest.Must(s, help.Resolve, help.MoveCommand{Case: id, Cause: "no_fault"})
		if _, err := as(s, of, help.Write, help.WriteCommand{Case: id, Text: "It is broken too"}); err != nil {
			t.Fatal(err)
		}
		if x, _ = reread(s, id); x.State != support.Reopened {
			t.Errorf("reopened: %+v", x)
		}
		other := s.Place("MUG", 1)
		phoned := support.ID(desktest.Must(s, help.Open, help.OpenCommand{Case: support.Case{Subject: "x", Order: of}}).ID)
		for name, err := range map[string]error{
			"another link":       second(as(s, int64(other.Order.ID), help.Write, help.WriteCommand{Case: id, Text: "x"})),
			"a case of a call":   second(as(s, of, help.Write, help.WriteCommand{Case: phoned, Text: "x"})),
			"for another order":  second(as(s, int64(other.Order.ID), help.Ask, c)),
			"nobody's case":      second(as(s, of, help.Write, help.WriteCommand{Case: 7, Text: "x"})),
			"staff without link": second(desktest.Try(s, help.Ask, c)),
		} {
			if k := fault.KindOf(err); k != fault.NotFound && k != fault.Denied {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, err := range map[string]error{
			"a note": second(as(s, of, help.Note, help.SayCommand{Case: id, Text: "x"})), "goodwill": second(as(s, of, help.Goodwill, help.GoodwillCommand{Case: id, Amount: 1, Reason: "x"})),
		} {
			if fault.KindOf(err) != fault.Denied {
				t.Errorf("a customer does %s: %v", name, err)
			}
		}
		silent(t, s)
	})
}

func second(_ desk.Result, err error) error { return err }

// Kills: a list that a script fills, a line or units that are not of the order, a
// file that is no picture, all of which must have changed nothing.
func TestPortalLimits(t *testing.T) {
	s, p := shop(t, storetest.SQLite(t))
	of := int64(p.Order.ID)
	ask := support.Ask{Want: "question", Text: "Where?"}
	for name, c := range map[string]help.AskCommand{
		"no such line": {Order: of, Ask: support.Ask{Want: "wrong", Text: "x", Lines: []support.Part{{Line: 9, Quantity: 1}}}},
		"more units":   {Order: of, Ask: support.Ask{Want: "wrong", Text: "x", Lines: []support.Part{{Line: 1, Quantity: 3}}}},
		"less units":   {Order: of, Ask: support.Ask{Want: "wrong", Text: "x", Lines: []support.Part{{Line: 1, Quantity: -1}}}},
		"no picture":   {Order: of, Ask: ask, Photos: []support.File{{Data: []byte("<svg/>")}}},
		"five":         {Order: of, Ask: ask, Photos: slices.Repeat([]support.File{photo(t)}, 5)},
		"long":         {Order: of, Ask: support.Ask{Want: "question", Text: strings.Repeat("x", support.MaxWords+1)}},
	} {
		if _, err := as(s, of, help.Ask, c); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	var last support.ID
	for n := range support.MaxReport {
		r, err := as(s, of, help.Ask, help.AskCommand{Order: of, Ask: ask})
		if err != nil {
			t.Fatalf("%d: %v", n, err)
		}
		last = support.ID(r.ID)
	}
	if x, _ := reread(s, last); x.Number != 1000+support.MaxReport {
		t.Errorf("what was refused has a number: %s", x.Called())
	}
	if _, err := as(s, of, help.Ask, help.AskCommand{Order: of, Ask: ask}); fault.CodeOf(err) != "too_many_cases" {
		t.Errorf("one more: %v", err)
	}
	for n := 1; n < support.MaxInARow; n++ {
		if _, err := as(s, of, help.Write, help.WriteCommand{Case: last, Text: "x", Photos: []support.File{photo(t), photo(t)}}); err != nil {
			t.Fatalf("%d: %v", n, err)
		}
	}
	if _, err := as(s, of, help.Write, help.WriteCommand{Case: last, Text: "x"}); fault.CodeOf(err) != "too_many_messages" {
		t.Errorf("without an answer: %v", err)
	}
	desktest.Must(s, help.Reply, help.ReplyCommand{Case: last, Text: "Here"})
	if _, err := as(s, of, help.Write, help.WriteCommand{Case: last, Text: "x", Photos: []support.File{photo(t), photo(t), photo(t)}}); fault.CodeOf(err) != "too_many_photos" {
		t.Errorf("photos: %v", err)
	}
	if _, err := as(s, of, help.Write, help.WriteCommand{Case: last, Text: "x", Photos: []support.File{photo(t), photo(t)}}); err != nil {
		t.Error(err)
	}
}

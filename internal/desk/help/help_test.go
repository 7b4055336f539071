package help_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/help"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/entries"
	"orderly/internal/store/storetest"
	"orderly/internal/support"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

func shop(t *testing.T, db *store.DB) (*desktest.Shop, *intake.Placed) {
	t.Helper()
	s := desktest.Open(t, db)
	s.Goods("MUG", catalog.Backorder, "A", 100)
	r := s.Request("MUG", 2)
	r.Parties.Customer.Name, r.Parties.Customer.Email = "Ada Byron", "Ada@Example.com"
	return s, desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
}

func refused[C any](s *desktest.Shop, op *desk.Operation[C], c C) error {
	_, err := desktest.Try(s, op, c)
	return err
}

func reread(s *desktest.Shop, id support.ID) (c *support.Case, thread []support.Message) {
	s.T.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		if c, err = cases.Get(r, id); err != nil {
			return err
		}
		if thread, err = cases.Thread(r, id); err != nil {
			return err
		}
		list, err := entries.OfSubject(r, int64(id), 0, 0, 1000)
		var told []support.Told
		for i := range list {
			x, bad := support.ReadTold(&list[i])
			if bad != nil {
				return bad
			}
			told = append(told, x)
		}
		outs := 0
		for _, m := range thread {
			if m.Way == support.Out {
				outs++
			}
		}
		for _, why := range c.Faults(told, outs) {
			s.T.Errorf("case %s: %s", c.Called(), why)
		}
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return c, thread
}

// Kills: a case that forgets who it is about, an act that is possible when it is
// not, a resolution without a cause, words in the journal.
func TestLife(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, p := shop(t, db)
		made := desktest.Must(s, help.Open, help.OpenCommand{Text: "My mug is SECRETLY broken", Case: support.Case{
			Kind: support.Claim, About: "damaged", Source: "phone", Subject: "Broken mug", Order: int64(p.Order.ID), Lines: []support.Part{{Line: 1, Quantity: 2}}, Claimed: 1295,
		}})
		id := support.ID(made.ID)
		c, thread := reread(s, id)
		if c.Called() != "C-1001" || c.Email != "ada@example.com" || c.Name != "Ada Byron" || c.Currency == "" || c.State != support.Open || len(thread) != 1 || c.NextDue != c.FirstDue || len(c.Token) != support.TokenLength {
			t.Fatalf("%+v %+v", c, thread)
		}
		if err := refused(s, help.Resolve, help.MoveCommand{Case: id}); fault.CodeOf(err) != "invalid" && !strings.Contains(err.Error(), "caused") {
			t.Errorf("without a cause: %v", err)
		}
		desktest.Must(s, help.Wait, help.MoveCommand{Case: id, Note: "She sends a picture"})
		if c, _ := reread(s, id); c.NextDue != 0 || c.PausedAt == 0 {
			t.Errorf("the clocks run while the customer is to answer: %+v", c)
		}
		desktest.Must(s, help.Hear, help.SayCommand{Case: id, Text: "Here it is"})
		c, _ = reread(s, id)
		if c.State != support.Open || c.PausedAt != 0 {
			t.Errorf("heard: %+v", c)
		}
		stale := c.Version - 1
		urgent := "urgent"
		if err := refused(s, help.Edit, help.EditCommand{Case: id, Priority: &urgent, Version: &stale}); fault.CodeOf(err) != "edited_meanwhile" {
			t.Errorf("an old version: %v", err)
		}
		due := c.FirstDue
		desktest.Must(s, help.Edit, help.EditCommand{Case: id, Priority: &urgent})
		if c, _ = reread(s, id); c.FirstDue >= due {
			t.Error("a more pressing case is not due earlier")
		}
		desktest.Must(s, help.Resolve, help.MoveCommand{Case: id, Cause: "damaged_in_transit"})
		if err := refused(s, help.Wait, help.MoveCommand{Case: id}); fault.CodeOf(err) != "not_possible" {
			t.Errorf("waiting of a resolved case: %v", err)
		}
		desktest.Must(s, help.Reopen, help.MoveCommand{Case: id})
		c, thread = reread(s, id)
		if c.State != support.Reopened || c.NextDue == 0 || len(thread) != 3 {
			t.Errorf("reopened: %+v, %d messages", c, len(thread))
		}
		silent(t, s)
	})
}

// silent looks for what somebody wrote in the journal.
func silent(t *testing.T, s *desktest.Shop) {
	t.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		list, err := entries.After(r, 0, 1000)
		for _, e := range list {
			if strings.Contains(string(e.Data), "SECRET") || strings.Contains(strings.ToLower(string(e.Data)), "ada@") {
				t.Errorf("%s tells what was written: %s", e.Type, e.Data)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Kills: a case of an order, a line or a person that is not there.
func TestNames(t *testing.T) {
	s, p := shop(t, storetest.SQLite(t))
	for _, c := range []support.Case{
		{Subject: "x", Order: 7},
		{Subject: "x", Customer: 7},
		{Subject: "x", Assignee: 7},
		{Subject: "x", Order: int64(p.Order.ID), Lines: []support.Part{{Line: 2, Quantity: 1}}},
		{Subject: "x", Order: int64(p.Order.ID), Lines: []support.Part{{Line: 1, Quantity: 3}}},
		{Subject: "", Order: int64(p.Order.ID)},
		{Subject: "x", Kind: support.Claim, About: "payment"},
		{Subject: "x", Cause: "gremlins"},
		{Subject: "x", Claimed: 5},
		{Subject: "x", Tags: []string{"two words"}},
	} {
		if err := refused(s, help.Open, help.OpenCommand{Case: c}); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}

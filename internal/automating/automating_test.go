package automating_test

import (
	"context"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/automating"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/automate"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/duty"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/kit/verify"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/outbound"
	"orderly/internal/party"
	"orderly/internal/rule"
	"orderly/internal/seal"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/messages"
	"orderly/internal/store/orders"
	"orderly/internal/store/rules"
	"orderly/internal/store/storetest"
	"orderly/internal/store/troubles"
	"orderly/internal/trouble"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

type shop struct{ *desktest.Shop }

func each(t *testing.T, f func(*testing.T, *shop)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := &shop{desktest.Open(t, db)}
		s.Goods("MUG", catalog.Backorder, "A", 100, "B", 100)
		f(t, s)
		report, err := verify.Run(t.Context(), db, verify.Options{Level: verify.Deep})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range report.Violations {
			if v.ID != "R1" && v.ID != "R2" { // nobody follows for search and figures here
				t.Errorf("%+v", v)
			}
		}
	})
}

// rule saves a rule and uses it for something.
func (s *shop) rule(state rule.State, name string, on []string, when string, do ...rule.Action) rule.ID {
	s.T.Helper()
	id := rule.ID(desktest.Must(s.Shop, admin.SaveRule, admin.RuleCommand{Body: rule.Body{Name: name, On: on, If: when, Do: do}}).ID)
	if state != rule.Off {
		desktest.Must(s.Shop, admin.MoveRule, admin.RuleStateCommand{ID: id, State: state})
	}
	return id
}

func follower(d *desk.Desk) *automating.Follower {
	return &automating.Follower{Desk: d, Log: slog.New(slog.DiscardHandler)}
}

func (s *shop) follow() {
	s.T.Helper()
	if err := follower(s.Desk).CatchUp(context.Background()); err != nil {
		s.T.Fatal(err)
	}
}

func (s *shop) read(f func(*store.Reader) error) {
	s.T.Helper()
	if err := s.DB.Read(context.Background(), s.Scope, f); err != nil {
		s.T.Fatal(err)
	}
}

func (s *shop) order(id order.ID) (o *order.Order) {
	s.T.Helper()
	s.read(func(r *store.Reader) (err error) {
		o, err = orders.Get(r, id)
		return err
	})
	return o
}

func (s *shop) runs(id order.ID) (out []rule.Run) {
	s.T.Helper()
	s.read(func(r *store.Reader) (err error) {
		out, err = rules.OfOrder(r, id, 100)
		return err
	})
	return out
}

// outcomes are what became of the turns on an order, the oldest first.
func (s *shop) outcomes(id order.ID) string {
	var words []string
	for _, x := range s.runs(id) {
		words = append(words, strings.TrimSpace(string(x.Outcome)+" "+x.Why))
	}
	slices.Reverse(words)
	return strings.Join(words, ", ")
}

func (s *shop) troubles(kind string) (out []trouble.Trouble) {
	s.T.Helper()
	s.read(func(r *store.Reader) (err error) {
		out, err = troubles.Open(r, kind, 0, 100)
		return err
	})
	return out
}

func placed(list ...string) []string { return append([]string{journal.OrderPlaced}, list...) }

func tag(t string) rule.Action { return rule.Action{Kind: rule.Tag, Tag: t} }

// What a rule says is done, told as done by it and because of the entry, and
// kept with what became of it.
func TestActs(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		ring, err := seal.Parse(seal.NewKey())
		if err != nil {
			t.Fatal(err)
		}
		admin.UseSeal(s.Desk, ring)
		desktest.Must(s.Shop, admin.MakeWebhook, admin.WebhookCommand{Name: "chat", Address: "https://example.com/hook", Types: []string{journal.RuleCalled}, Secret: admin.NewWebhookSecret()})
		desktest.Must(s.Shop, admin.SaveSender, admin.SenderCommand{Sender: message.Sender{Host: "mail.example.com", Port: 25, Security: "none", FromAddress: "shop@example.com", ShopAddress: "https://shop.example.com"}})
		all := s.rule(rule.On, "everything", placed(), `"gift" in tags && units == 2`,
			rule.Action{Kind: rule.Hold, Reason: "payment_review", Hours: 48}, tag("checked"), rule.Action{Kind: rule.Untag, Tag: "gift"}, rule.Action{Kind: rule.Note, Text: "look twice"},
			rule.Action{Kind: rule.Priority, Priority: 7}, rule.Action{Kind: rule.Move, Location: "B"}, rule.Action{Kind: rule.Message, Message: "delayed"},
			rule.Action{Kind: rule.Webhook, Signal: "gift"}, rule.Action{Kind: rule.Task, Text: "wrap it"}, rule.Action{Kind: rule.Lift, Reason: "address"})
		r := s.Request("MUG", 2)
		r.Tags, r.Holds = []string{"gift"}, []order.Hold{{Reason: "address"}}
		id := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed).Order.ID
		other := s.Place("MUG", 2).Order.ID
		s.follow()
		s.follow()
		if got := s.outcomes(id) + "/" + s.outcomes(other); got != "done/" {
			t.Fatalf("%s: %+v", got, s.runs(id))
		}
		o, run := s.order(id), s.runs(id)[0]
		if !slices.Equal(o.Tags, []string{"checked"}) || o.Priority != 7 || len(o.Holds) != 2 || o.Holds[1].Reason != "payment_review" || o.Holds[1].Until == 0 || o.Holds[1].PlacedBy != "rule:"+all.String() || o.Holds[0].LiftedBy != "rule:"+all.String() {
			t.Errorf("%v %d %+v", o.Tags, o.Priority, o.Holds)
		}
		s.read(func(r *store.Reader) error {
			sent, err := messages.OfOrder(r, int64(id))
			if len(sent) != 1 || sent[0].Kind != "delayed" || sent[0].By != "rule:"+all.String() {
				t.Errorf("messages: %+v", sent)
			}
			work, err2 := fulfillments.OfSources(r, []int64{int64(id)})
			if last := work[len(work)-1]; last.Location != s.Locations["B"] || last.WorkStatus != fulfillment.Pending {
				t.Errorf("its work is at %s, %s", last.Location, last.WorkStatus)
			}
			list, err3 := entries.After(r, run.First-1, int(run.Last-run.First)+1)
			for _, e := range list {
				if e.Actor != (access.Actor{Kind: "rule", ID: all.String()}) || e.Cause != (rule.Cause{}).Then(run.Entry, rule.Link{Rule: all, Version: 1}).String() {
					t.Errorf("%s was told by %s because of %s", e.Type, e.Actor, e.Cause)
				}
			}
			if len(list) < 8 {
				t.Errorf("%d entries", len(list))
			}
			for _, e := range []error{err, err2, err3} {
				if e != nil {
					return e
				}
			}
			return nil
		})
		tasks := s.troubles(trouble.Task)
		if len(tasks) != 1 || tasks[0].Text != "wrap it" || tasks[0].Order != int64(id) {
			t.Fatalf("tasks: %+v", tasks)
		}
		desktest.Must(s.Shop, duty.Settle, duty.SettleCommand{Trouble: tasks[0].ID})
		if len(s.troubles(trouble.Task)) != 0 {
			t.Error("the task cannot be closed")
		}
	})
}

// Kills: a second effect after a restart between effect and cursor, by a second
// node, or of entries from before the rule was on.
func TestExactlyOnce(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		early := s.Place("MUG", 1).Order.ID
		s.rule(rule.On, "note it", placed(), "", rule.Action{Kind: rule.Note, Text: "seen"})
		var ids []order.ID
		for range 12 {
			ids = append(ids, s.Place("MUG", 1).Order.ID)
		}
		second := desk.New(s.DB, nil)
		t.Cleanup(second.Close)
		var work sync.WaitGroup
		for _, d := range []*desk.Desk{s.Desk, second} {
			work.Go(func() {
				if err := follower(d).CatchUp(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		work.Wait()
		storetest.Exec(t, s.DB, "UPDATE cursor SET seq = 0 WHERE m = 1 AND consumer = $1", automating.Consumer) // as if it had died before it moved on
		s.Restart()
		s.follow()
		for _, id := range ids {
			s.read(func(r *store.Reader) error {
				notes, err := orders.Notes(r, id)
				if len(notes) != 1 || len(s.runs(id)) != 1 {
					t.Errorf("%d notes, %d runs", len(notes), len(s.runs(id)))
				}
				return err
			})
		}
		if n := len(s.runs(early)); n != 0 {
			t.Errorf("%d runs on an order from before the rule", n)
		}
	})
}

// A shadow does nothing and says what it would have done; a new version goes on
// and the old one stays; what is off is silent, and is not caught up with later.
func TestShadowVersionsOff(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		id := s.rule(rule.Shadow, "big", placed(), "total > 20", tag("big"))
		first := s.Place("MUG", 2).Order
		s.follow()
		if got := s.outcomes(first.ID); got != "shadow" || len(s.order(first.ID).Tags) != 0 || s.order(first.ID).Version != first.Version {
			t.Fatalf("a shadow: %s, tags %v", got, s.order(first.ID).Tags)
		}
		if x := s.runs(first.ID)[0]; len(x.Results) != 1 || x.Results[0].Tag != "big" || x.First != 0 {
			t.Errorf("what it would have done: %+v", x)
		}
		seen := int64(1)
		_, err := desktest.Try(s.Shop, admin.SaveRule, admin.RuleCommand{ID: id, Version: &seen, Body: rule.Body{Name: "big", On: placed(), If: "true", Do: []rule.Action{tag("any")}}})
		if fault.CodeOf(err) != "edited_meanwhile" {
			t.Errorf("an edit of what was seen before: %v", err)
		}
		desktest.Must(s.Shop, admin.SaveRule, admin.RuleCommand{ID: id, Body: rule.Body{Name: "big", On: placed(), If: "total > 10", Do: []rule.Action{tag("any")}}})
		desktest.Must(s.Shop, admin.MoveRule, admin.RuleStateCommand{ID: id, State: rule.On})
		next := s.Place("MUG", 1).Order.ID
		s.follow()
		if x := s.runs(next); len(x) != 1 || x[0].Version != 2 || !slices.Equal(s.order(next).Tags, []string{"any"}) {
			t.Errorf("the second version: %+v", x)
		}
		desktest.Must(s.Shop, admin.MoveRule, admin.RuleStateCommand{ID: id, State: rule.Off})
		missed := s.Place("MUG", 1).Order.ID
		s.follow()
		desktest.Must(s.Shop, admin.MoveRule, admin.RuleStateCommand{ID: id, State: rule.On})
		s.follow()
		if got := s.outcomes(missed); got != "" {
			t.Errorf("while it was off: %s", got)
		}
		s.read(func(r *store.Reader) error {
			all, err := rules.Versions(r, id)
			if len(all) != 2 || all[1].If != "total > 20" || all[0].Version != 2 {
				t.Errorf("versions: %+v", all)
			}
			return err
		})
	})
}

// Kills: rules that answer each other for ever; one that answers itself; a chain
// without an end; what was stopped and nobody is told of.
func TestLoopsAreStopped(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		edited := []string{journal.OrderEdited}
		s.rule(rule.On, "start", placed(), "", tag("a0"))
		s.rule(rule.On, "itself", edited, `"ping" in tags`, rule.Action{Kind: rule.Note, Text: "ping"})
		s.rule(rule.On, "back", edited, `"ping" in tags`, rule.Action{Kind: rule.Note, Text: "pong"})
		alone := s.Place("MUG", 1).Order.ID
		s.follow()
		desktest.Must(s.Shop, intake.Edit, intake.EditCommand{Order: alone, AddTags: []string{"ping"}})
		s.follow()
		if n := strings.Count(s.outcomes(alone), rule.StopLoop); n != 2 {
			t.Errorf("two that answer each other: %s", s.outcomes(alone))
		}
		if n := len(s.troubles(trouble.Rule)); n != 2 {
			t.Errorf("%d rules stand in Today", n)
		}
		for i := range slices.Backward(make([]int, 7)) { // the last step first: at one entry each rule sees what those before it did
			s.rule(rule.On, "step "+string(rune('0'+i)), edited, `"a`+string(rune('0'+i))+`" in tags && "a`+string(rune('1'+i))+`" not in tags`, tag("a"+string(rune('1'+i))))
		}
		chained := s.Place("MUG", 1).Order.ID
		s.follow()
		if got := s.order(chained).Tags; !slices.Equal(got, []string{"a0", "a1", "a2", "a3", "a4"}) || !strings.HasSuffix(s.outcomes(chained), "stopped chain") {
			t.Errorf("a chain: %v, %s", got, s.outcomes(chained))
		}
		s.rule(rule.On, "busy", []string{journal.OrderPaid}, "", rule.Action{Kind: rule.Note, Text: "money"})
		often := s.Place("MUG", 1).Order.ID
		for range rule.MaxOften + 3 {
			desktest.Must(s.Shop, intake.Pay, intake.PayCommand{Order: often, Amount: 1})
		}
		s.follow()
		if n := strings.Count(s.outcomes(often), rule.StopOften); n != 3 {
			t.Errorf("%d stopped: %s", n, s.outcomes(often))
		}
	})
}

// Kills: a rule that acts by what it said before somebody changed it, and one
// that was switched off between the look and the act.
func TestChangedMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		id := s.rule(rule.On, "old", placed(), "", tag("old"))
		var ready automate.Ready
		s.read(func(r *store.Reader) error {
			x, err := rules.Get(r, id)
			if err == nil {
				ready, err = automate.Prepare(x)
			}
			return err
		})
		of := s.Place("MUG", 1).Order
		entry := journal.Entry{Seq: of.Version, Kind: journal.Order, Subject: int64(of.ID), Type: journal.OrderPlaced}
		s.read(func(r *store.Reader) error {
			list, err := entries.OfSubject(r, int64(of.ID), 0, 0, 1)
			entry.Seq = list[0].Seq
			return err
		})
		desktest.Must(s.Shop, admin.SaveRule, admin.RuleCommand{ID: id, Body: rule.Body{Name: "new", On: placed(), Do: []rule.Action{tag("new")}}})
		if r := desktest.Must(s.Shop, automate.Run, automate.RunCommand{Rule: ready, Entry: entry}); r.Status != automate.Superseded {
			t.Errorf("by what it said before: %s", r.Status)
		}
		desktest.Must(s.Shop, admin.MoveRule, admin.RuleStateCommand{ID: id, State: rule.Off})
		if r := desktest.Must(s.Shop, automate.Run, automate.RunCommand{Rule: ready, Entry: entry}); r.Status != automate.Nothing {
			t.Errorf("when it is off: %s", r.Status)
		}
		if _, err := desktest.Try(s.Shop, automate.Run, automate.RunCommand{Rule: ready, Entry: entry, Trial: true}); err == nil {
			t.Error("a trial was carried out")
		}
		if len(s.order(of.ID).Tags)+len(s.runs(of.ID)) != 0 {
			t.Error("something was done")
		}
	})
}

// What is refused is kept with its reason, and the rest is done; a condition
// that cannot be worked out is told once.
func TestRefused(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		shipped := s.rule(rule.On, "late hold", []string{journal.ParcelStepped + "delivered"}, "", rule.Action{Kind: rule.Hold, Reason: "fraud"}, tag("seen"))
		s.rule(rule.On, "wrong", placed(), "custom.weight > 5", tag("heavy"))
		s.rule(rule.On, "mail", placed(), "units == 3", rule.Action{Kind: rule.Message, Message: "placed"}, rule.Action{Kind: rule.Move, Location: "C"})
		p := s.Place("MUG", 1)
		s.Ship(p)
		s.Work(p.Fulfillments[0].ID, "deliver")
		three := s.Place("MUG", 3).Order.ID
		s.follow()
		var ours rule.Run
		for _, x := range s.runs(p.Order.ID) {
			if x.Rule == shipped {
				ours = x
			}
		}
		if ours.Outcome != rule.Partly || ours.Results[0].Outcome != rule.Refused || !strings.Contains(ours.Results[0].Why, "no open work") || ours.Results[1].Outcome != rule.Done {
			t.Errorf("a hold that comes too late: %+v", ours)
		}
		if got := s.outcomes(three); !strings.Contains(got, "refused") || !strings.Contains(got, "failed") || len(s.order(three).Tags) != 0 {
			t.Errorf("%s: %+v", got, s.runs(three))
		}
		open := s.troubles(trouble.Rule)
		if len(open) != 1 || open[0].Reason != "failed" || open[0].Text != "wrong" {
			t.Errorf("told are %+v", open)
		}
	})
}

// A rule does no more than whoever saved it may, and is refused when saved.
func TestPermissions(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		by := s.Scope
		by.Permissions = []access.Permission{access.RulesWrite, access.OrdersRead}
		_, err := desk.One(context.Background(), s.Desk, admin.SaveRule, by, admin.RuleCommand{Body: rule.Body{Name: "x", On: placed(), If: `person.email == ""`, Do: []rule.Action{tag("x"), {Kind: rule.Move, Location: "NOWHERE"}, {Kind: rule.Webhook, Signal: "x"}}}}, desk.Options{})
		f, ok := err.(*fault.Error)
		var at []string
		if ok {
			for _, x := range f.Fields {
				at = append(at, x.Pointer)
			}
		}
		if !slices.Equal(at, []string{"/if", "/do/0/kind", "/do/1/kind", "/do/2/kind", "/do/1/location", "/do/2/kind"}) {
			t.Errorf("%v: %v", at, err)
		}
		by.Permissions = []access.Permission{access.OrdersRead, access.OrdersWrite}
		if _, err := desk.One(context.Background(), s.Desk, admin.SaveRule, by, admin.RuleCommand{}, desk.Options{}); fault.CodeOf(err) != "missing_scope" {
			t.Errorf("who may not change settings: %v", err)
		}
	})
}

// A dry run says what would have happened at past entries, and changes nothing.
func TestForesee(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		who := desktest.Must(s.Shop, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{ExternalID: "C-1", Contact: party.Contact{Name: "Grace"}}})
		for i := range 6 {
			r := s.Request("MUG", i+1)
			if i > 2 {
				r.CustomerID = party.ID(who.ID)
			}
			desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r})
		}
		before := s.counts()
		x := &rule.Rule{Body: rule.Body{Name: "x", On: placed(), If: "units >= 3 && customer.orders < 2", Do: []rule.Action{{Kind: rule.Hold, Reason: "review"}, {Kind: rule.Move, Location: "C"}}}, May: access.All}
		var none fault.List
		if x.Check(access.All, &none); none.Err() != nil {
			t.Fatal(none.Err())
		}
		f, err := automate.Foresee(context.Background(), s.Desk, s.Scope, x, automate.Past{})
		if err != nil {
			t.Fatal(err)
		}
		if f.Judged != 6 || f.Matched != 3 || f.Orders != 3 || len(f.Runs) != 3 || f.Runs[0].Results[0].Outcome != rule.Done || f.Runs[0].Results[1].Outcome != rule.Refused || f.Cut {
			t.Errorf("%+v", f)
		}
		f, err = automate.Foresee(context.Background(), s.Desk, s.Scope, x, automate.Past{Entries: 2})
		if err != nil || f.Looked != 2 || f.Judged > 2 {
			t.Errorf("%+v, %v", f, err)
		}
		f, err = automate.Foresee(context.Background(), s.Desk, s.Scope, x, automate.Past{From: s.DB.Now() + time.Hour.Microseconds()})
		if err != nil || f.Judged != 0 {
			t.Errorf("%+v, %v", f, err)
		}
		if got := s.counts(); got != before {
			t.Errorf("a dry run wrote: %v, before %v", got, before)
		}
	})
}

func (s *shop) counts() (out [3]int64) {
	s.T.Helper()
	s.read(func(r *store.Reader) (err error) {
		for i, text := range []string{"SELECT entry_seq FROM merchant_seq WHERE m = $1", "SELECT count(*) FROM rule_run WHERE m = $1", "SELECT count(*) FROM order_hold WHERE m = $1"} {
			if err = r.Row(text, r.M).Scan(&out[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return out
}

// A signal is one entry that endpoints are sent, of the rule's own history.
func TestSignal(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		ring, err := seal.Parse(seal.NewKey())
		if err != nil {
			t.Fatal(err)
		}
		admin.UseSeal(s.Desk, ring)
		hook := outbound.ID(desktest.Must(s.Shop, admin.MakeWebhook, admin.WebhookCommand{Name: "chat", Address: "https://example.com/hook", Types: []string{"*"}, Secret: admin.NewWebhookSecret()}).ID)
		id := s.rule(rule.On, "lost", []string{"parcel.lost"}, "", rule.Action{Kind: rule.Webhook, Signal: "parcel_lost"})
		lose := func() order.ID {
			p := s.Place("MUG", 1)
			s.Ship(p)
			s.Work(p.Fulfillments[0].ID, "lose")
			s.follow()
			return p.Order.ID
		}
		of := lose()
		s.read(func(r *store.Reader) error {
			list, err := entries.OfSubject(r, int64(id), 0, 0, 10)
			if len(list) != 3 || list[2].Type != journal.RuleCalled || !strings.Contains(string(list[2].Data), `"signal":"parcel_lost"`) || !strings.Contains(string(list[2].Data), of.String()) {
				t.Errorf("%+v", list)
			}
			return err
		})
		desktest.Must(s.Shop, admin.EndWebhook, admin.WebhookID{ID: hook})
		if got := s.outcomes(lose()); got != "refused" {
			t.Errorf("when nobody hears it: %s", got)
		}
	})
}

package post_test

import (
	"context"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/connect/mail/mailtest"
	"orderly/internal/delivery"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/jobs"
	"orderly/internal/journal"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/post"
	"orderly/internal/project"
	"orderly/internal/seal"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/messages"
	"orderly/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// shop is a shop whose messages leave by a mail server.
type shop struct {
	*desktest.Shop
	box    *mailtest.Server
	runner *jobs.Runner
}

func open(t *testing.T, db *store.DB) *shop {
	t.Helper()
	s := &shop{Shop: desktest.Open(t, db), box: mailtest.Start(t, func(s *mailtest.Server) {})}
	s.Goods("MUG", catalog.Backorder, "A", 100)
	ring, err := seal.Parse(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	admin.UseSeal(s.Desk, ring)
	s.runner = jobs.New(db, post.Kinds(s.Desk, slog.New(slog.DiscardHandler)), jobs.Options{})
	return s
}

func (s *shop) sender() message.Sender {
	return message.Sender{Host: "127.0.0.1", Port: s.box.Port, Security: "none", FromAddress: "shop@shop.test", ShopAddress: "https://orders.shop.test", Kinds: message.Kinds}
}

func (s *shop) enable() {
	s.T.Helper()
	desktest.Must(s.Shop, admin.SaveSender, admin.SenderCommand{Sender: s.sender(), Enabled: true})
}

// placed places an order of somebody with an address.
func (s *shop) placed(email string, due int64) *intake.Placed {
	s.T.Helper()
	r := s.Request("MUG", 2)
	r.Parties.Customer.Name, r.Parties.Customer.Email, r.DueAt = "Ada Byron", email, due
	return desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
}

// settle has everything noted and every job that is due done.
func (s *shop) settle() {
	s.T.Helper()
	ctx := context.Background()
	if err := (&project.Messages{DB: s.DB}).CatchUp(ctx); err != nil {
		s.T.Fatal(err)
	}
	for {
		began, err := s.runner.Round(ctx)
		if err != nil {
			s.T.Fatal(err)
		}
		s.runner.Wait()
		if began == 0 {
			return
		}
	}
}

// hurry makes every job due.
func (s *shop) hurry() { storetest.Exec(s.T, s.DB, "UPDATE job SET due_at = 0 WHERE m = 1") }

func (s *shop) of(id order.ID) (out []message.Message) {
	s.T.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		out, err = messages.OfOrder(r, int64(id))
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return out
}

func states(list []message.Message) string {
	var out []string
	for _, x := range list {
		out = append(out, string(x.Kind)+" "+string(x.State))
	}
	return strings.Join(out, ", ")
}

// Kills: a happening that is told twice, not at all, or without the way to the
// order; a past that is told when messages are switched on.
func TestLife(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		before := s.placed("old@example.com", 0)
		s.settle()
		s.enable()
		p := s.placed("ada@example.com", 0)
		s.settle()
		s.Ship(p)
		s.settle()
		s.settle() // the journal read again finds nothing new
		s.Work(p.Fulfillments[0].ID, "deliver")
		s.settle()
		if got := states(s.of(p.Order.ID)); got != "placed sent, shipped sent, delivered sent" {
			t.Fatal(got)
		}
		if got := states(s.of(before.Order.ID)); got != "" {
			t.Errorf("an order from before: %s", got)
		}
		list := s.box.Mail()
		if len(list) != 3 {
			t.Fatalf("%d letters", len(list))
		}
		m := list[0]
		if m.To != "ada@example.com" || !strings.Contains(m.Text, "2 × ") || !strings.Contains(m.Text, "https://orders.shop.test/t/1_") || !strings.Contains(m.HTML, "Follow your order") {
			t.Errorf("%+v", m)
		}
		if strings.Contains(m.Text, "{") || strings.Contains(m.Text, "Expected by") {
			t.Errorf("a line about nothing: %s", m.Text)
		}
	})
}

// Kills: a letter whose answer was lost that is given up, or sent as another
// one; a mail server that is away for a while.
func TestTriesAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		s.enable()
		s.box.Say("RCPT", "450 greylisted")
		s.box.Lose(1)
		p := s.placed("ada@example.com", 0)
		s.settle()
		if x := s.of(p.Order.ID)[0]; x.State != message.Waiting || x.Attempts != 1 || !strings.Contains(x.Why, "450") {
			t.Fatalf("after a refusal: %+v", x)
		}
		s.hurry()
		s.settle() // taken, but the answer is lost
		if x := s.of(p.Order.ID)[0]; x.State != message.Waiting {
			t.Fatalf("after a lost answer: %+v", x)
		}
		s.hurry()
		s.settle()
		if x := s.of(p.Order.ID)[0]; x.State != message.Sent || x.Attempts != 3 || x.Why != "" {
			t.Fatalf("at last: %+v", x)
		}
		list := s.box.Mail()
		if len(list) != 2 || list[0].Header.Get("Message-Id") != list[1].Header.Get("Message-Id") {
			t.Errorf("%d letters, %v", len(list), list)
		}
	})
}

// Kills: another day that nobody is told of; one that is told of where it is not
// to be.
func TestPromised(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		s.enable()
		p := s.placed("ada@example.com", 0)
		day := time.UnixMicro(s.DB.Now()).AddDate(0, 0, 20)
		desktest.Must(s.Shop, intake.PromiseAgain, intake.PromiseCommand{Order: p.Order.ID, DeliverBy: day.UnixMicro(), Cause: delivery.Delay})
		s.settle()
		told := 0
		for _, x := range s.box.Mail() {
			if x.Header.Get("Subject") == "Another day for your order #1001" && strings.Contains(x.Text, "Expected by "+day.In(london(t)).Format("2 January 2006")) {
				told++
			}
		}
		if told != 1 || len(s.box.Mail()) != 2 {
			t.Errorf("told %d times: %v", told, s.box.Mail())
		}
	})
}

func london(t *testing.T) *time.Location {
	z, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// Kills: trying for ever what will never go, and an address that stays where it
// should not.
func TestNeverLeaves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		s.enable()
		s.box.Say("RCPT", "550 <ada@example.com> is nobody here")
		p, none := s.placed("ada@example.com", 0), s.placed("", 0)
		s.settle()
		if x := s.of(p.Order.ID)[0]; x.State != message.Failed || x.Why == "" {
			t.Errorf("%+v", x)
		}
		if x := s.of(none.Order.ID)[0]; x.State != message.Skipped || x.Why != post.NoAddress {
			t.Errorf("%+v", x)
		}
		if x := s.of(p.Order.ID)[0]; strings.Contains(x.Why, "ada@") {
			t.Errorf("the row names the customer: %s", x.Why)
		}
		err := db.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			list, err := entries.After(r, 0, 1000)
			told := 0
			for _, e := range list {
				if strings.Contains(string(e.Data), "ada@") {
					t.Errorf("the journal names the customer: %s %s", e.Type, e.Data)
				}
				if e.Type == journal.MessageFailed {
					told++
				}
			}
			if told != 2 {
				t.Errorf("%d of 2 failures were told", told)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Kills: a late order that is told at every look, a new promise that is not, and
// one that has left.
func TestLate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		s.enable()
		late, gone, later := s.placed("late@example.com", db.Now()+2000), s.placed("gone@example.com", db.Now()+2000), s.placed("later@example.com", db.Now()+int64(time.Hour/time.Microsecond))
		s.Ship(gone)
		for db.Now() < late.Order.DueAt {
			runtime.Gosched()
		}
		if _, err := s.runner.Round(context.Background()); err != nil { // the schedule is arranged
			t.Fatal(err)
		}
		s.runner.Wait()
		for range 2 {
			s.hurry()
			s.settle()
		}
		if got := states(s.of(late.Order.ID)); got != "placed sent, delayed sent" {
			t.Errorf("late: %s", got)
		}
		for _, p := range []*intake.Placed{gone, later} {
			if got := states(s.of(p.Order.ID)); strings.Contains(got, "delayed") {
				t.Errorf("order %d: %s", p.Order.Number, got)
			}
		}
	})
}

// Kills: a message that a person asked for that tells nobody who it was, and
// one of somebody who may not.
func TestAsked(t *testing.T) {
	s := open(t, storetest.SQLite(t))
	s.enable()
	p := s.placed("ada@example.com", 0)
	s.settle()
	for range 2 {
		desktest.Must(s.Shop, care.SendMessage, care.MessageCommand{Order: p.Order.ID, Kind: message.Placed})
	}
	s.settle()
	list := s.of(p.Order.ID)
	if got := states(list); got != "placed sent, placed sent, placed sent" || list[1].By == "" || list[0].By != "" {
		t.Errorf("%s %+v", got, list)
	}
	if _, err := desk.One(context.Background(), s.Desk, care.SendMessage, s.Scope, care.MessageCommand{Order: p.Order.ID + 1, Kind: message.Placed}, desk.Options{}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an order that is not there: %v", err)
	}
	if _, err := desk.One(context.Background(), s.Desk, care.SendMessage, s.Scope, care.MessageCommand{Order: p.Order.ID, Kind: "x"}, desk.Options{}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("no kind: %v", err)
	}
}

// Kills: words of one channel told to another, and a language nobody asked for.
func TestWording(t *testing.T) {
	s := open(t, storetest.SQLite(t))
	s.enable()
	for _, x := range []message.Template{
		{Kind: message.Placed, Language: "de", Subject: "Ihre Bestellung {order}", Body: "Guten Tag {name}"},
		{Kind: message.Placed, Channel: "other", Language: "en", Subject: "wrong", Body: "wrong"},
	} {
		desktest.Must(s.Shop, admin.SaveWording, admin.WordingCommand{Template: x})
	}
	r := s.Request("MUG", 1)
	r.Parties.Customer.Email, r.Custom = "eva@example.com", []byte(`{"language":"de"}`)
	desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r})
	s.placed("ada@example.com", 0)
	s.settle()
	subjects := map[string]string{}
	for _, m := range s.box.Mail() {
		subjects[m.To] = m.Header.Get("Subject")
	}
	if !strings.HasPrefix(subjects["eva@example.com"], "Ihre Bestellung #") || !strings.HasPrefix(subjects["ada@example.com"], "We have your order #") {
		t.Error(subjects)
	}
	desktest.Must(s.Shop, admin.SaveWording, admin.WordingCommand{Template: message.Template{Kind: message.Placed, Language: "de"}, Drop: true})
	if _, err := desk.One(context.Background(), s.Desk, admin.SaveWording, s.Scope, admin.WordingCommand{Template: message.Template{Kind: message.Placed, Language: "de"}, Drop: true}, desk.Options{}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("given up twice: %v", err)
	}
}

// Kills: a password that is shown, kept in the open, lost by a later save or
// told to another server.
func TestPassword(t *testing.T) {
	s := open(t, storetest.SQLite(t))
	c := admin.SenderCommand{Sender: s.sender(), Password: "open sesame"}
	c.Sender.Username, c.Sender.Security = "shop", "tls"
	desktest.Must(s.Shop, admin.SaveSender, c)
	c.Password = ""
	kept := desktest.Must(s.Shop, admin.SaveSender, c).Value.(message.Sender)
	if text, err := admin.MailPassword(s.Desk, kept); err != nil || text != "open sesame" || strings.Contains(kept.Password, "sesame") {
		t.Errorf("%q %q %v", text, kept.Password, err)
	}
	c.Sender.Host = "mail.elsewhere.test"
	if _, err := desk.One(context.Background(), s.Desk, admin.SaveSender, s.Scope, c, desk.Options{}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("another server got the password: %v", err)
	}
	c.Sender.Security, c.Password = "none", "x"
	if _, err := desk.One(context.Background(), s.Desk, admin.SaveSender, s.Scope, c, desk.Options{}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a password over an open line: %v", err)
	}
	version := int64(99)
	c.Version, c.Sender.Security = &version, "tls"
	if _, err := desk.One(context.Background(), s.Desk, admin.SaveSender, s.Scope, c, desk.Options{}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("over somebody else's change: %v", err)
	}
}

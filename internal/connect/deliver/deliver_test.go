package deliver_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"orderly/internal/connect/deliver"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/jobs"
	"orderly/internal/journal"
	"orderly/internal/outbound"
)

// Kills: an entry that is lost, doubled or out of order; a form that receivers'
// libraries do not read; types that nobody asked for.
func TestSendsWhatIsWanted(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		some, secret := s.hook("order.placed", "parcel.shipped")
		_, p := s.endpoint(some)
		for range 3 {
			s.Ship(s.Place("MUG", 1))
		}
		s.work()
		s.complete(p.Seq, func(e journal.Entry) bool { return e.Type == "order.placed" || e.Type == "parcel.shipped" })
		m := s.taken()[0]
		e := m.Event
		if e.SpecVersion != "1.0" || e.Source != "urn:orderly:mer_0000000000001" || e.Subject != e.Data.Subject || !strings.HasPrefix(e.Subject, "ord_") || e.Type != e.Data.Type || e.DataContentType != "application/json" {
			t.Errorf("the event: %+v", e)
		}
		if _, err := time.Parse(time.RFC3339, e.Time); err != nil || m.Header.Get("Content-Type") != "application/cloudevents+json; charset=utf-8" || m.Header.Get("User-Agent") != "test" {
			t.Errorf("%v %v", err, m.Header)
		}
		w, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Verify(m.Body, m.Header); err != nil {
			t.Errorf("the library does not verify it: %v", err)
		}
		if err := w.Verify(append(m.Body, ' '), m.Header); err == nil {
			t.Error("it verifies what was not sent")
		}
		if _, p := s.endpoint(some); p.Taken != 6 || p.FailingSince != 0 || len(s.in(some, outbound.Waiting)) != 0 || len(s.attempts(some)) != 6 {
			t.Errorf("afterwards: %+v", p)
		}
	})
}

// An endpoint that is dead for a week: after five days a person is told, nothing
// is given up, and when it is back everything comes, in order and once.
//
// Kills: giving up while nothing is taken at all; a backlog that grows beside the
// journal; hammering one that is down.
func TestScenarioS19DeadWeek(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		id, _ := s.hook("*")
		_, p := s.endpoint(id)
		placed := s.Place("MUG", 1)
		s.work()
		s.answers(func(message) int { return 0 })
		before := s.count()
		for hour := range 7 * 24 {
			switch hour % 12 {
			case 0:
				placed = s.Place("MUG", 1)
			case 1:
				desktest.Must(s.Shop, intake.Edit, intake.EditCommand{Order: placed.Order.ID, Note: "hurry"})
			case 2:
				s.Ship(placed)
			}
			s.work()
			s.later(time.Hour)
			if n := len(s.in(id, outbound.Waiting)); n > outbound.Batch {
				t.Fatalf("after %d hours %d wait beside the journal", hour, n)
			}
		}
		e, dead := s.endpoint(id)
		if e.State != outbound.Quarantined || len(s.in(id, outbound.GivenUp)) != 0 || dead.FailingSince == 0 {
			t.Errorf("after a week it is %s, %d were given up", e.State, len(s.in(id, outbound.GivenUp)))
		}
		if n := s.count() - before; n < 5*24 || n > 6*24 {
			t.Errorf("it was called %d times in five days", n)
		}
		s.answers(nil)
		s.work()
		if s.count()-before > 6*24 {
			t.Error("it is called though it is quarantined")
		}
		desktest.Must(s.Shop, admin.ResumeWebhook, admin.WebhookID{ID: id})
		s.work()
		s.complete(p.Seq, every)
		if e, p := s.endpoint(id); e.State != outbound.Active || p.FailingSince != 0 || p.Hungry == false {
			t.Errorf("afterwards: %s %+v", e.State, p)
		}
	})
}

// Nobody needs to be told of a few hours: what waits is tried as soon as it
// answers again, however long its rest was.
func TestComesBackByItself(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		id, _ := s.hook("*")
		_, p := s.endpoint(id)
		s.answers(func(message) int { return http.StatusServiceUnavailable })
		for range 20 {
			s.Place("MUG", 1)
		}
		for range 30 {
			s.work()
			s.later(time.Hour)
		}
		s.answers(nil)
		s.work()
		s.complete(p.Seq, every)
	})
}

// An object that is refused holds up its own entries alone, is given up after ten
// attempts in 75 hours, and what follows then goes on.
func TestRefusedHoldsUpItselfAlone(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		id, _ := s.hook("*")
		bad := s.Place("MUG", 1)
		refused := bad.Order.ID.String()
		s.answers(func(m message) int {
			if m.Event.Subject == refused && m.Event.Type == journal.OrderPlaced {
				return http.StatusUnprocessableEntity
			}
			return http.StatusOK
		})
		s.Ship(bad)
		s.Place("MUG", 1)
		s.work()
		for _, m := range s.taken() {
			if m.Event.Subject == refused {
				t.Errorf("%s came before what was refused", m.Event.Type)
			}
		}
		waiting := s.in(id, outbound.Waiting)
		if len(waiting) < 5 || waiting[0].Attempts != 1 || waiting[1].Attempts != 0 {
			t.Fatalf("%d wait: %+v", len(waiting), waiting)
		}
		hours := 0
		for ; len(s.in(id, outbound.GivenUp)) == 0 && hours < 100; hours++ {
			s.later(time.Hour)
			s.Place("MUG", 1)
			s.work()
		}
		if hours < 75 || hours > 85 {
			t.Errorf("given up after %d hours", hours)
		}
		gone := s.in(id, outbound.GivenUp)
		if len(gone) != 1 || gone[0].Attempts != outbound.MaxAttempts || gone[0].Status != http.StatusUnprocessableEntity || len(s.in(id, outbound.Waiting)) != 0 {
			t.Errorf("given up: %+v", gone)
		}
		if e, _ := s.endpoint(id); e.State != outbound.Active {
			t.Errorf("the endpoint is %s", e.State)
		}
		s.answers(nil)
		desktest.Must(s.Shop, admin.ReplayWebhook, admin.ReplayCommand{ID: id, Delivery: gone[0].ID})
		s.work()
		again := slices.ContainsFunc(s.taken(), func(m message) bool { return m.Event.Data.Seq == gone[0].Seq })
		if !again || len(s.in(id, outbound.GivenUp)) != 0 {
			t.Error("what was given up cannot be sent again")
		}
	})
}

// Kills: going on at an endpoint that says that it is no more.
func TestGone(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		id, _ := s.hook("*")
		s.answers(func(message) int { return http.StatusGone })
		s.Place("MUG", 1)
		s.work()
		calls := s.count()
		s.Place("MUG", 1)
		s.later(80 * time.Hour)
		s.work()
		if e, _ := s.endpoint(id); e.State != outbound.Paused || e.Why != outbound.WhyGone || s.count() != calls {
			t.Errorf("it is %s %q, and was called %d times more", e.State, e.Why, s.count()-calls)
		}
		list := s.journal(0)
		if last := list[len(list)-2]; last.Type != journal.EndpointGone {
			t.Errorf("the journal says %s", last.Type)
		}
	})
}

// Kills: calling before the time that an endpoint asked for, or never again.
func TestRetryAfter(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		id, _ := s.hook("*")
		_, p := s.endpoint(id)
		s.receiver.headers = func(h http.Header) { h.Set("Retry-After", "7200") }
		s.answers(func(message) int { return http.StatusTooManyRequests })
		s.Place("MUG", 1)
		s.work()
		if _, p := s.endpoint(id); s.count() != 1 || p.HoldUntil < s.now()+110*time.Minute.Microseconds() {
			t.Errorf("%d calls, held until %d minutes from now", s.count(), (p.HoldUntil-s.now())/60e6)
		}
		s.answers(nil)
		s.Place("MUG", 1)
		s.later(110 * time.Minute)
		s.work()
		if s.count() != 1 {
			t.Errorf("%d calls before the time", s.count())
		}
		s.later(20 * time.Minute)
		s.work()
		s.complete(p.Seq, every)
	})
}

// A redirect is a failure: where it leads to nobody has looked at.
func TestRedirectIsNotFollowed(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		id, _ := s.hook("*")
		s.receiver.headers = func(h http.Header) { h.Set("Location", s.address+"/elsewhere") }
		s.answers(func(message) int { return http.StatusTemporaryRedirect })
		s.Place("MUG", 1)
		s.work()
		if w := s.in(id, outbound.Waiting); len(w) == 0 || w[0].Status != 307 || s.count() != 1 {
			t.Errorf("%d calls, %+v", s.count(), w)
		}
	})
}

// Kills: a receiver that knows one of two secrets and is shut out while they
// change; a secret that signs after its end.
func TestRotation(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		id, old := s.hook("*")
		fresh := admin.NewWebhookSecret()
		desktest.Must(s.Shop, admin.RotateWebhook, admin.RotateCommand{ID: id, Secret: fresh, Keep: time.Hour})
		verifies := func(secret string) bool {
			w, err := standardwebhooks.NewWebhook(secret)
			if err != nil {
				t.Fatal(err)
			}
			list := s.taken()
			m := list[len(list)-1]
			return w.VerifyIgnoringTimestamp(m.Body, m.Header) == nil
		}
		s.Place("MUG", 1)
		s.work()
		if !verifies(old) || !verifies(fresh) {
			t.Error("not both secrets sign while they change")
		}
		s.later(61 * time.Minute)
		s.Place("MUG", 1)
		s.work()
		if verifies(old) || !verifies(fresh) {
			t.Error("the old secret signs after its end, or the new one does not")
		}
		e, _ := s.endpoint(id)
		if strings.Contains(e.Secret+e.Previous, strings.TrimPrefix(fresh, "whsec_")) {
			t.Error("a secret lies open in its row")
		}
	})
}

// Kills: a replay with other ids, of more or of less; one that cannot be tried
// before.
func TestReplay(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		id, _ := s.hook("order.placed")
		_, p := s.endpoint(id)
		for range 5 {
			s.Place("MUG", 1)
		}
		s.work()
		first := s.taken()
		s.later(time.Hour)
		from := s.now()
		s.Place("MUG", 1)
		s.work()
		replay := func(c admin.ReplayCommand) (again []message) {
			t.Helper()
			c.ID = id
			n := len(s.taken())
			desktest.Must(s.Shop, admin.ReplayWebhook, c)
			s.work()
			return s.taken()[n:]
		}
		after := p.Seq
		again := replay(admin.ReplayCommand{After: &after})
		if len(again) != 6 {
			t.Fatalf("%d came again", len(again))
		}
		for i := range first {
			found := false
			for _, m := range again {
				found = found || m.ID == first[i].ID && string(m.Body) == string(first[i].Body)
			}
			if !found {
				t.Errorf("%s did not come again as it was", first[i].ID)
			}
		}
		if again := replay(admin.ReplayCommand{From: from}); len(again) != 1 {
			t.Errorf("of the last hour %d came again", len(again))
		}
		_, err := desktest.Try(s.Shop, admin.ReplayWebhook, admin.ReplayCommand{ID: id, After: &after, From: from})
		if fault.CodeOf(err) != "what_to_replay" {
			t.Errorf("two wishes at once: %v", err)
		}
	})
}

func TestPauseAndPing(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		id, _ := s.hook("*")
		_, p := s.endpoint(id)
		desktest.Must(s.Shop, admin.PauseWebhook, admin.WebhookID{ID: id})
		s.Place("MUG", 1)
		s.work()
		if s.count() != 0 {
			t.Fatal("it is called though it is paused")
		}
		desktest.Must(s.Shop, admin.PingWebhook, admin.WebhookID{ID: id})
		s.work()
		if list := s.taken(); len(list) != 1 || list[0].Event.Type != outbound.PingType {
			t.Errorf("the ping: %+v", list)
		}
		s.answers(func(message) int { return http.StatusTeapot })
		desktest.Must(s.Shop, admin.PingWebhook, admin.WebhookID{ID: id})
		s.work()
		s.later(time.Hour)
		s.work()
		log := s.attempts(id)
		if s.count() != 2 || len(log) != 2 || log[0].Outcome != outbound.Refused || log[0].Status != http.StatusTeapot || log[1].Outcome != outbound.Taken {
			t.Errorf("the log: %+v", log)
		}
		s.answers(nil)
		desktest.Must(s.Shop, admin.ResumeWebhook, admin.WebhookID{ID: id})
		s.work()
		s.complete(p.Seq, every)
		desktest.Must(s.Shop, admin.EndWebhook, admin.WebhookID{ID: id})
		n := s.count()
		s.Place("MUG", 1)
		s.work()
		if e, _ := s.endpoint(id); s.count() != n || e.State != outbound.Ended || e.Secret != "" {
			t.Errorf("ended: %+v", e)
		}
	})
}

// Two nodes at work at once: each entry comes once, and never twice at a time.
func TestTwoNodes(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		s.node("two")
		id, _ := s.hook("*")
		_, p := s.endpoint(id)
		for _, n := range s.nodes {
			n.Start()
		}
		for range 40 {
			s.Ship(s.Place("MUG", 1))
		}
		for end := time.Now().Add(limit); time.Now().Before(end); {
			if _, now := s.endpoint(id); len(s.journal(now.Seq)) == 0 && len(s.in(id, outbound.Waiting)) == 0 {
				break
			}
		}
		for _, n := range s.nodes {
			n.Stop()
		}
		s.complete(p.Seq, every)
		if s.atOnce > 1 {
			t.Errorf("one entry was on its way %d times at once", s.atOnce)
		}
	})
}

// A node that dies between the call and its result: after its lease another
// sends the same again, under the same id.
func TestKilledBetweenCallAndResult(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		id, _ := s.hook("order.placed")
		two := s.node("two")
		called, let := make(chan struct{}), make(chan struct{})
		var once atomic.Bool
		s.answers(func(message) int {
			if once.CompareAndSwap(false, true) {
				close(called)
				<-let
			}
			return http.StatusOK
		})
		s.Place("MUG", 1)
		if _, err := two.Round(context.Background()); err != nil {
			t.Fatal(err)
		}
		<-called
		two.die() // nothing that it does is written any more
		close(let)
		s.wait(1)
		s.nodes = s.nodes[:1]
		s.work()
		if s.count() != 1 || len(s.in(id, outbound.Waiting)) != 1 {
			t.Fatalf("%d calls, %d wait", s.count(), len(s.in(id, outbound.Waiting)))
		}
		s.later(2*jobs.DefaultLease + time.Minute)
		s.work()
		list := s.taken()
		if len(list) != 2 || list[0].ID != list[1].ID || string(list[0].Body) != string(list[1].Body) {
			t.Errorf("it came %d times", len(list))
		}
		if len(s.in(id, outbound.Waiting)) != 0 {
			t.Error("it still waits")
		}
	})
}

// An endpoint that answers slowly delays no other.
func TestSlowDelaysNoOther(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		s.hook("order.placed")
		var quick receiver
		quick.start(t)
		r := desktest.Must(s.Shop, admin.MakeWebhook, admin.WebhookCommand{Name: "quick", Address: quick.address, Types: []string{"order.placed"}, Secret: admin.NewWebhookSecret()})
		let := make(chan struct{})
		s.answers(func(message) int { <-let; return http.StatusOK })
		for range 5 {
			s.Place("MUG", 1)
		}
		if _, err := s.nodes[0].Round(context.Background()); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(limit); quick.count() < 5; {
			if time.Now().After(end) {
				t.Fatalf("%d of 5 came while the other was slow", quick.count())
			}
			s.in(outbound.ID(r.ID), outbound.Waiting)
		}
		close(let)
		s.nodes[0].Wait()
	})
}

// What was given up is shown for thirty days.
func TestSweep(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		id, _ := s.hook("order.placed")
		s.Place("MUG", 1)
		s.answers(func(message) int { return http.StatusBadRequest })
		s.work()
		desktest.Must(s.Shop, admin.EndWebhook, admin.WebhookID{ID: id})
		runner := jobs.New(s.DB, deliver.Kinds(s.DB), jobs.Options{})
		sweep := func() {
			t.Helper()
			if _, err := runner.Round(context.Background()); err != nil {
				t.Fatal(err)
			}
			runner.Wait()
		}
		sweep()
		s.later(29 * 24 * time.Hour)
		sweep()
		if len(s.in(id, outbound.Skipped)) != 1 {
			t.Error("it is gone too early")
		}
		s.later(2 * 24 * time.Hour)
		sweep()
		if len(s.in(id, outbound.Skipped)) != 0 {
			t.Error("it is never removed")
		}
	})
}

package teller_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/connect/payments"
	"orderly/internal/connect/payments/fake"
	"orderly/internal/connect/payments/paytest"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/pay"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/seal"
	"orderly/internal/store"
	"orderly/internal/store/ledger"
	"orderly/internal/store/orders"
	kept "orderly/internal/store/payments"
	"orderly/internal/store/storetest"
	"orderly/internal/store/troubles"
	"orderly/internal/teller"
	"orderly/internal/trouble"
)

const secret = "whsec_fake_1"

// shop is a shop that takes money over the fake.
type shop struct {
	*desktest.Shop
	ring   *seal.Ring
	driver *fake.Driver
	fake   *fake.Provider

	// What stands for a provider: the fake, or Stripe's stand-in.
	bank   paytest.Bank
	to     payments.Provider
	code   string
	source string
	also   map[string]payments.Driver
}

func open(t *testing.T, db *store.DB) *shop {
	t.Helper()
	s := &shop{Shop: desktest.Open(t, db), driver: &fake.Driver{}}
	var err error
	if s.ring, err = seal.Parse(seal.NewKey()); err != nil {
		t.Fatal(err)
	}
	s.fake = s.driver.Of(secret)
	s.bank, s.to, s.code, s.source = s.fake, s.fake, "fake", "tok_1"
	s.equip()
	desktest.Must(s.Shop, admin.SaveProvider, admin.ProviderCommand{Code: "fake", Kind: fake.Kind, Active: true, Fields: s.driver.Fields(), Secrets: map[string]string{"signing_secret": secret}})
	s.Goods("MUG", catalog.Backorder, "A", 100)
	return s
}

func (s *shop) equip() {
	admin.UseSeal(s.Desk, s.ring)
	drivers := map[string]payments.Driver{fake.Kind: s.driver}
	maps.Copy(drivers, s.also)
	teller.Use(s.Desk, drivers)
}

// restart is a process that died and another that begins.
func (s *shop) restart() {
	s.Restart()
	s.equip()
}

// card adds a payment by card over the fake for all that is due.
func (s *shop) card(id order.ID, atOnce bool) payment.ID {
	s.T.Helper()
	return payment.ID(desktest.Must(s.Shop, pay.Add, pay.AddCommand{Order: id, Tender: payment.Card, Provider: s.code, Begin: payment.Authorize, Source: s.source, AtOnce: atOnce}).ID)
}

// paid is an order of n mugs, paid by card and captured.
func (s *shop) paid(n int) (order.ID, payment.ID) {
	s.T.Helper()
	o := s.Place("MUG", n).Order.ID
	p := s.card(o, true)
	s.carry()
	return o, p
}

// carry carries out whatever is open, once each. It gives what went wrong.
func (s *shop) carry() (errs []error) {
	s.T.Helper()
	for _, x := range s.open() {
		if err := teller.Carry(context.Background(), s.Desk, s.Scope.Merchant, x.ID); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// settle carries until nothing is open.
func (s *shop) settle() {
	s.T.Helper()
	for range 20 {
		if len(s.open()) == 0 {
			return
		}
		s.carry()
	}
	s.T.Fatalf("still open: %+v", s.open())
}

func (s *shop) read(f func(*store.Reader) error) {
	s.T.Helper()
	if err := s.DB.Read(context.Background(), s.Scope, f); err != nil {
		s.T.Fatal(err)
	}
}

func (s *shop) open() (out []payment.Intent) {
	s.T.Helper()
	s.read(func(r *store.Reader) (err error) {
		out, err = kept.OpenIntents(r, 100)
		return err
	})
	return out
}

func (s *shop) payment(id payment.ID) *payment.Payment {
	s.T.Helper()
	var list []*payment.Payment
	s.read(func(r *store.Reader) (err error) {
		list, err = kept.Load(r, []payment.ID{id})
		return err
	})
	if len(list) != 1 {
		s.T.Fatalf("no payment %s", id)
	}
	return list[0]
}

func (s *shop) order(id order.ID) *order.Order {
	s.T.Helper()
	var found map[order.ID]*order.Order
	s.read(func(r *store.Reader) (err error) {
		found, err = orders.Load(r, []order.ID{id}, orders.Parts{})
		return err
	})
	return found[id]
}

func (s *shop) troubles() (out []string) {
	s.T.Helper()
	s.read(func(r *store.Reader) error {
		list, err := troubles.OpenAnywhere(r, trouble.Payment, 100)
		for _, t := range list {
			out = append(out, t.Reason)
		}
		return err
	})
	return out
}

// deliver gives the fake's events to the shop in an order of their numbers,
// from 0.
func (s *shop) deliver(of ...int) {
	s.T.Helper()
	bodies, headers := s.bank.Told(s.now())
	for _, i := range of {
		s.receive(bodies[i], headers[i])
	}
}

func (s *shop) now() time.Time { return time.UnixMicro(s.DB.Now()) }

func (s *shop) receive(body []byte, header http.Header) {
	s.T.Helper()
	if _, err := teller.Receive(context.Background(), s.Desk, s.code, header, body); err != nil {
		s.T.Fatal(err)
	}
}

// books holds an order's money to its laws: the ledger balances, and header,
// payments, accounts and provider explain each other.
func (s *shop) books(id order.ID) {
	s.T.Helper()
	var entries []payment.Entry
	var list []*payment.Payment
	s.read(func(r *store.Reader) (err error) {
		if entries, err = ledger.OfOrder(r, int64(id)); err != nil {
			return err
		}
		list, err = kept.OfOrders(r, []int64{int64(id)})
		return err
	})
	if err := payment.Balanced(entries); err != nil {
		s.T.Fatal(err)
	}
	o := s.order(id)
	sums := map[string]int64{}
	for _, e := range entries {
		sums[e.Account] += e.Amount
		if e.Seq == 0 {
			s.T.Fatalf("%+v names no entry", e)
		}
	}
	captured, refunded := o.Paid, o.Refunded
	net := map[string]int64{}
	theirs := s.bank.List()
	for _, p := range list {
		captured, refunded = captured-p.Captured, refunded-p.Refunded
		net[p.Tender.Account()] += p.Net()
		if !p.Sound() {
			s.T.Fatalf("%+v", p)
		}
		if t, ok := theirs[p.Reference]; ok && p.Provider != "" && len(s.open()) == 0 && (t.Captured != p.Captured || t.Refunded != p.Refunded) {
			s.T.Fatalf("the provider holds %+v, the books %+v", t, p.Amounts)
		}
	}
	net["channel_clearing"] += captured - refunded
	for _, k := range payment.Tenders {
		if sums[k.Account] != net[k.Account] {
			s.T.Fatalf("%s holds %d, payments say %d", k.Account, sums[k.Account], net[k.Account])
		}
	}
	if captured < 0 || refunded < 0 || refunded > captured || -sums[payment.Receivable] != o.Paid-o.Refunded {
		s.T.Fatalf("order: %d paid, %d refunded; receivable %d", o.Paid, o.Refunded, sums[payment.Receivable])
	}
}

// once fails when the fake did anything twice.
func (s *shop) once() {
	s.T.Helper()
	for key, n := range s.bank.Effects() {
		if n != 1 {
			s.T.Fatalf("%s was done %d times", key, n)
		}
	}
}

func each(t *testing.T, f func(*testing.T, *shop)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { f(t, open(t, db)) })
}

func try[C any](s *shop, op *desk.Operation[C], c C) error {
	_, err := desktest.Try(s.Shop, op, c)
	return err
}

func channelPaid(s *shop, id order.ID, amount int64) {
	desktest.Must(s.Shop, intake.Pay, intake.PayCommand{Order: id, Amount: amount, Reference: "C-1"})
}

func list(words []string) string { return strings.Join(words, " ") }

func seen(p *payment.Payment) string {
	return fmt.Sprintf("%s %d/%d/%d", p.State(), p.Authorized, p.Captured, p.Refunded)
}

// preview is the Value of what an act would do.
func preview[C any](s *shop, op *desk.Operation[C], c C) any {
	s.T.Helper()
	got, err := desk.Preview(context.Background(), s.Desk, op, s.Scope, []C{c})
	if err != nil || got[0].Err != nil {
		s.T.Fatal(err, got)
	}
	return got[0].Value
}

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

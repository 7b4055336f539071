package paytest

import (
	"context"
	"errors"
	"slices"
	"time"

	"orderly/internal/connect/payments"
	"orderly/internal/connect/payments/fake"
	"orderly/internal/payment"
)

func whole(b *bench) {
	ref := b.do(b.ask(payment.Authorize, "", 2590)).Reference
	b.stands(ref, 2590, 0, 0, 0)
	part := b.ask(payment.Capture, ref, 1000)
	part.Keeps = true
	b.do(part)
	b.stands(ref, 2590, 1000, 0, 0)
	b.refuses(b.ask(payment.Capture, ref, 1591))
	b.do(b.ask(payment.Capture, ref, 1590))
	b.stands(ref, 2590, 2590, 0, 0)
	b.do(b.ask(payment.Refund, ref, 600))
	b.refuses(b.ask(payment.Refund, ref, 1991))
	b.do(b.ask(payment.Refund, ref, 1990))
	b.stands(ref, 2590, 2590, 0, 2590)
}

func atOnce(b *bench) {
	a := b.ask(payment.Authorize, "", 500)
	a.AtOnce = true
	got := b.do(a)
	b.stands(got.Reference, 500, 500, 0, 0)
}

// effects are one of each kind, each on a payment where it is possible.
func (b *bench) effects() []payments.Ask {
	held := func() string { return b.do(b.ask(payment.Authorize, "", 2590)).Reference }
	taken := b.ask(payment.Authorize, "", 900)
	taken.AtOnce = true
	return []payments.Ask{
		b.ask(payment.Authorize, "", 700), b.ask(payment.Link, "", 800), b.ask(payment.Capture, held(), 1000), b.ask(payment.Void, held(), 0),
		b.ask(payment.Refund, b.do(taken).Reference, 400),
	}
}

// once: the answer is lost, it is found by its key, and asked for again it is
// done no second time.
func once(b *bench) {
	for _, a := range b.effects() {
		b.Next(fake.LostAfter)
		if _, err := b.Provider.Do(context.Background(), a); err == nil {
			b.Fatalf("%s: an answer that was lost", a.Kind)
		}
		if got := b.find(a); !got.Done {
			b.Fatalf("%s was done and is not found: %+v", a.Kind, got)
		}
		first, again := b.do(a), b.do(a)
		if first.Reference != again.Reference || first.URL != again.URL {
			b.Errorf("%s: %+v, then %+v", a.Kind, first, again)
		}
		if n := b.Effects()[a.Key]; n != 1 {
			b.Errorf("%s was done %d times", a.Kind, n)
		}
	}
}

// neverArrived: what got lost before is not found, and can be asked for again.
func neverArrived(b *bench) {
	for _, a := range b.effects() {
		b.Next(fake.LostBefore)
		var no *payments.Refused
		if _, err := b.Provider.Do(context.Background(), a); err == nil || errors.As(err, &no) {
			b.Fatalf("%s: %v", a.Kind, err)
		}
		if got := b.find(a); got.Done || b.Effects()[a.Key] != 0 {
			b.Fatalf("%s never arrived and is found: %+v", a.Kind, got)
		}
		b.do(a)
		if got := b.find(a); !got.Done || b.Effects()[a.Key] != 1 {
			b.Errorf("%s: %+v, done %d times", a.Kind, got, b.Effects()[a.Key])
		}
	}
}

// refused: nothing happened, and the same key is refused again.
func refused(b *bench) {
	for _, a := range b.effects() {
		b.Next(fake.Refuses)
		b.refuses(a)
		b.refuses(a)
	}
	if b.Declined != "" {
		a := b.ask(payment.Authorize, "", 300)
		a.Source = b.Declined
		if got := b.refuses(a); !got.Amounts.Failed || got.Amounts.Authorized != 0 {
			b.Errorf("a card that is declined: %+v", got)
		}
	}
}

func letGo(b *bench) {
	ref := b.do(b.ask(payment.Authorize, "", 2590)).Reference
	b.do(b.ask(payment.Void, ref, 0))
	b.stands(ref, 2590, 0, 2590, 0)
	b.refuses(b.ask(payment.Capture, ref, 1))
}

func page(b *bench) {
	for _, now := range []bool{true, false} {
		a := b.ask(payment.Link, "", 1295)
		a.AtOnce = now
		got := b.do(a)
		if got.URL == "" || got.Effect == "" || got.Amounts.Authorized != 0 {
			b.Fatalf("%+v", got)
		}
		ref, captured := b.PayAt(got.URL), int64(0)
		if now {
			captured = 1295
		}
		b.stands(ref, 1295, captured, 0, 0)
	}
}

func pageEnded(b *bench) {
	made := b.do(b.ask(payment.Link, "", 1295))
	end := b.ask(payment.Void, made.Reference, 0)
	end.Page = made.Effect
	if got := b.do(end); got.Amounts.Voided == 0 {
		b.Errorf("%+v", got)
	}
	b.PayAt(made.URL)
	for ref, has := range b.List() {
		if has.Authorized != 0 {
			b.Errorf("%s was paid at a page that was ended: %+v", ref, has)
		}
	}
}

func pagePaid(b *bench) {
	ask := b.ask(payment.Link, "", 1295)
	ask.AtOnce = true
	made := b.do(ask)
	ref := b.PayAt(made.URL)
	end := b.ask(payment.Void, made.Reference, 0)
	end.Page = made.Effect
	if got, err := b.Provider.Do(context.Background(), end); err == nil && got.Done && got.Amounts.Captured == 0 {
		b.Errorf("what was paid is let go: %+v", got)
	}
	if has := b.List()[ref]; has.Captured != 1295 || has.Refunded != 0 {
		b.Errorf("%+v", has)
	}
}

func adopted(b *bench) {
	ref := b.Pay("pi_shop_1", "GBP", 4200, false)
	b.stands(ref, 4200, 0, 0, 0)
	b.do(b.ask(payment.Capture, ref, 4200))
	b.stands(ref, 4200, 4200, 0, 0)
}

func unknown(b *bench) {
	if got, err := b.Provider.Look(context.Background(), "pi_nobodys"); !errors.Is(err, payments.ErrUnknown) {
		b.Errorf("%+v, %v", got, err)
	}
	b.refuses(b.ask(payment.Capture, "pi_nobodys", 5))
	b.refuses(b.ask(payment.Refund, "pi_nobodys", 5))
	if _, err := b.Provider.Check(context.Background()); err != nil {
		b.Error(err)
	}
}

func disputes(b *bench) {
	a := b.ask(payment.Authorize, "", 2590)
	a.AtOnce = true
	ref := b.do(a).Reference
	b.Dispute(ref, 1000)
	b.Dispute(ref, 90)
	got, err := b.Provider.Look(context.Background(), ref)
	if err != nil || got.Amounts.Disputed != 1090 || got.Amounts.Won != 0 || got.Amounts.Left() != 1500 {
		b.Fatalf("%+v, %v", got, err)
	}
	b.Win(ref, 1000)
	if got, err = b.Provider.Look(context.Background(), ref); err != nil || got.Amounts.Disputed != 1090 || got.Amounts.Won != 1000 {
		b.Fatalf("%+v, %v", got, err)
	}
	b.refuses(b.ask(payment.Refund, ref, 2501))
	b.do(b.ask(payment.Refund, ref, 2500))
	b.stands(ref, 2590, 2590, 0, 2500)
}

func signatures(b *bench) {
	b.Pay("pi_signed", "GBP", 100, true)
	now := time.Now()
	bodies, headers := b.Told(now)
	for i := range bodies {
		if _, err := b.Provider.Events(headers[i], bodies[i], now.Add(time.Minute)); err != nil {
			b.Fatal(err)
		}
		for name, at := range map[string]time.Time{"too old": now.Add(6 * time.Minute), "of tomorrow": now.Add(-6 * time.Minute)} {
			if _, err := b.Provider.Events(headers[i], bodies[i], at); !errors.Is(err, payments.ErrSignature) {
				b.Errorf("%s: %v", name, err)
			}
		}
		if _, err := b.Provider.Events(headers[i], append(slices.Clone(bodies[i]), ' '), now); !errors.Is(err, payments.ErrSignature) {
			b.Errorf("another body: %v", err)
		}
		if _, err := b.Provider.Events(nil, bodies[i], now); !errors.Is(err, payments.ErrSignature) {
			b.Errorf("unsigned: %v", err)
		}
	}
}

// anyOrder: what is told of a payment through its life ends equal in every
// order of up to seven events, with repeats, once what is not the whole picture
// is asked for.
func anyOrder(b *bench) {
	ask := b.ask(payment.Authorize, "", 2590)
	ref := b.do(ask).Reference
	part := b.ask(payment.Capture, ref, 1500)
	part.Keeps = true
	b.do(part)
	b.do(b.ask(payment.Refund, ref, 300))
	b.Dispute(ref, 700)
	b.Win(ref, 700)
	b.do(b.ask(payment.Capture, ref, 1090))
	want := b.List()[ref]
	var told []payment.Event
	now := time.Now()
	bodies, headers := b.Told(now)
	for i := range bodies {
		list, err := b.Provider.Events(headers[i], bodies[i], now)
		if err != nil {
			b.Fatal(err)
		}
		told = append(told, list...)
	}
	told = told[:min(len(told), 7)]
	partial := slices.ContainsFunc(told, func(e payment.Event) bool { return e.Partial })
	whole, err := b.Provider.Look(context.Background(), ref)
	if err != nil || whole.Amounts != want {
		b.Fatalf("%+v, %v, not %+v", whole.Amounts, err, want)
	}
	n := 0
	permute(len(told), func(order []int) {
		n++
		var a payment.Amounts
		for i, k := range order {
			if e := told[k]; e.Reference != ref || e.ID == "" || !want.Holds(e.Amounts) {
				b.Fatalf("event %+v tells more than %+v", e, want)
			}
			if a = a.Join(told[k].Amounts); i%2 == 0 {
				a = a.Join(told[order[i/2]].Amounts) // once more, late
			}
			if !a.Sound() {
				b.Fatalf("%v: %+v", order[:i+1], a)
			}
		}
		if partial {
			a = a.Join(whole.Amounts)
		}
		if a != want {
			b.Fatalf("%v ends as %+v, not %+v", order, a, want)
		}
	})
	if n < 120 {
		b.Fatalf("%d events were told, which proves little", len(told))
	}
}

// permute calls f with every order of n.
func permute(n int, f func([]int)) {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	var walk func(int)
	walk = func(k int) {
		if k == n {
			f(order)
			return
		}
		for i := k; i < n; i++ {
			order[k], order[i] = order[i], order[k]
			walk(k + 1)
			order[k], order[i] = order[i], order[k]
		}
	}
	walk(0)
}

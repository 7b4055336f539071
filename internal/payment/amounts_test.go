package payment_test

import (
	"slices"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/payment"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// reports are seven that a provider may tell of one payment, as its amounts
// stood then; the last two say less than others do.
var reports = []payment.Amounts{
	{Authorized: 1000},
	{Authorized: 1000, Captured: 600},
	{Authorized: 1000, Captured: 1000},
	{Authorized: 1000, Captured: 1000, Refunded: 300},
	{Captured: 1000, Refunded: 300, Disputed: 700},
	{Disputed: 700, Won: 700},
	{Failed: true},
}

func permute(list []payment.Amounts, use func([]payment.Amounts)) {
	var visit func(int)
	visit = func(k int) {
		if k == len(list) {
			use(list)
			return
		}
		for i := k; i < len(list); i++ {
			list[k], list[i] = list[i], list[k]
			visit(k + 1)
			list[k], list[i] = list[i], list[k]
		}
	}
	visit(0)
}

// Any order of up to seven reports, each once or twice, ends equal, and at
// every step the amounts can be true together.
//
// Kills: a report that adds instead of joining; a failure that is told late and
// wins; a refund that comes before its capture and breaks the bounds.
func TestScenarioS15AnyOrder(t *testing.T) {
	for n := 1; n <= len(reports); n++ {
		some := slices.Clone(reports[:n])
		var want payment.Amounts
		for _, r := range some {
			want = want.Join(r)
		}
		permute(some, func(list []payment.Amounts) {
			var got payment.Amounts
			for i, r := range list {
				got = got.Join(r)
				if !got.Sound() {
					t.Fatalf("after %v: %+v cannot be", list[:i+1], got)
				}
				if i%2 == 0 {
					got = got.Join(r)
				}
				got = got.Join(list[i/2])
			}
			if got != want {
				t.Fatalf("%v ends as %+v, not %+v", list, got, want)
			}
		})
	}
	paid := payment.Amounts{Captured: 5}.Join(payment.Amounts{Failed: true})
	if paid.State() != payment.Captured {
		t.Errorf("a late failure makes a paid payment %s", paid.State())
	}
}

// The naive variant, where the last that is told wins, ends differently.
func TestScenarioS15Naive(t *testing.T) {
	ends := map[payment.Amounts]bool{}
	permute(slices.Clone(reports[:3]), func(list []payment.Amounts) { ends[list[len(list)-1]] = true })
	if len(ends) < 2 {
		t.Fatal("the scenario shows nothing")
	}
}

func amounts(t *rapid.T, name string) payment.Amounts {
	n := func(of string) int64 { return rapid.Int64Range(0, 1000).Draw(t, name+of) }
	return payment.Amounts{Authorized: n("a"), Captured: n("c"), Voided: n("v"), Refunded: n("r"), Disputed: n("d"), Won: n("w"), Failed: rapid.Bool().Draw(t, name+"f")}
}

// Joining is commutative, associative and idempotent, whatever is told.
func TestJoin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := amounts(t, "a"), amounts(t, "b"), amounts(t, "c")
		zero := payment.Amounts{}
		a0 := zero.Join(a)
		if x, y := a0.Join(b).Join(c), zero.Join(c).Join(b).Join(a); x != y {
			t.Fatalf("%+v and %+v", x, y)
		}
		if a0.Join(a) != a0 || !a0.Holds(a) || !a0.Sound() {
			t.Fatalf("%+v", a0)
		}
	})
}

// What a payment is called.
func TestState(t *testing.T) {
	for _, tc := range []struct {
		a    payment.Amounts
		want string
	}{
		{payment.Amounts{}, payment.Waiting}, {payment.Amounts{Failed: true}, payment.Failed}, {payment.Amounts{Authorized: 5}, payment.Authorized},
		{payment.Amounts{Authorized: 5, Failed: true}, payment.Authorized}, {payment.Amounts{Authorized: 5, Voided: 5}, payment.Voided}, {payment.Amounts{Voided: 1}, payment.Voided},
		{payment.Amounts{Authorized: 5, Captured: 3}, payment.PartlyCaptured}, {payment.Amounts{Authorized: 5, Captured: 3, Voided: 2}, payment.Captured},
		{payment.Amounts{Authorized: 5, Captured: 5, Refunded: 2}, payment.PartlyRefunded}, {payment.Amounts{Authorized: 5, Captured: 5, Refunded: 5}, payment.Refunded},
		{payment.Amounts{Authorized: 5, Captured: 5, Disputed: 5}, payment.Disputed}, {payment.Amounts{Authorized: 5, Captured: 5, Disputed: 5, Won: 5}, payment.Captured},
	} {
		if got := tc.a.State(); got != tc.want {
			t.Errorf("%+v is %s, want %s", tc.a, got, tc.want)
		}
	}
}

// Bookings balance, and each account ends at what the amounts say.
func TestBookingsOfAmounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &payment.Payment{ID: 7, Order: 9, Tender: payment.Card, Currency: "GBP"}
		id := int64(0)
		next := func() int64 { id++; return id }
		sums := map[string]int64{}
		for range 4 {
			before := p.Learn(amounts(t, "x"))
			made := payment.Bookings(next, p, before, p.Amounts, 5)
			if err := payment.Balanced(made); err != nil {
				t.Fatal(err)
			}
			for _, e := range made {
				sums[e.Account] += e.Amount
				if !payment.Known(e.Account) || e.Ref != p.ID.String() {
					t.Fatalf("%+v", e)
				}
			}
		}
		if sums["card_clearing"] != p.Net() || sums[payment.Disputes] != p.Taken() || sums[payment.Receivable] != p.Refunded-p.Captured {
			t.Fatalf("%v of %+v", sums, p.Amounts)
		}
	})
}

// Whatever is begun and settled, what is captured and given back stays within
// what there is, what is under way counted in.
//
// Kills: a refund that does not see one under way; one that a dispute took; a
// capture beside a void.
func TestScenarioS12Bounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &payment.Payment{ID: 1, Provider: "x", Reference: "r", Amounts: payment.Amounts{Authorized: rapid.Int64Range(1, 1000).Draw(t, "authorized")}}
		theirs := p.Amounts
		for n := range rapid.IntRange(1, 30).Draw(t, "acts") {
			switch rapid.IntRange(0, 4).Draw(t, "act") {
			case 0:
				kind := rapid.SampledFrom([]string{payment.Capture, payment.Refund, payment.Void}).Draw(t, "kind")
				amount := rapid.Int64Range(0, 1200).Draw(t, "amount")
				if kind == payment.Void {
					amount = 0
				}
				_, _ = p.Begin(payment.Intent{ID: payment.IntentID(n + 1), Kind: kind, Amount: amount})
			case 1, 2: // the provider does one of them, or refuses
				for i := range p.Intents {
					x := &p.Intents[i]
					if x.Settled() {
						continue
					}
					if rapid.Bool().Draw(t, "refuse") {
						_, _ = x.Step(payment.Declined, 5)
						break
					}
					switch x.Kind {
					case payment.Capture:
						theirs.Captured += x.Amount
					case payment.Refund:
						theirs.Refunded += x.Amount
					case payment.Void:
						theirs.Voided = theirs.Authorized - theirs.Captured
					}
					if theirs.Captured+theirs.Voided > theirs.Authorized || theirs.Refunded > theirs.Captured {
						t.Fatalf("%+v after %s of %d", theirs, x.Kind, x.Amount)
					}
					p.Learn(theirs)
					_, _ = x.Step(payment.Succeeded, 6)
					break
				}
			case 3:
				if left := theirs.Net(); left > 0 && !slices.ContainsFunc(p.Intents, func(x payment.Intent) bool { return !x.Settled() }) {
					theirs.Disputed += rapid.Int64Range(1, left).Draw(t, "disputed")
					p.Learn(theirs)
				}
			case 4:
				p.Learn(theirs)
			}
			if p.Capturable() < 0 || p.Refundable() < 0 || !p.Sound() {
				t.Fatalf("%+v", p)
			}
		}
	})
}

// An intent goes only where it may, and success is final.
func TestSteps(t *testing.T) {
	all := []string{payment.Pending, payment.Sent, payment.Unknown, payment.Succeeded, payment.Declined}
	may := map[string]string{
		"pending sent": "yes", "pending failed": "yes", "pending succeeded": "yes",
		"sent sent": "yes", "sent unknown": "yes", "sent failed": "yes", "sent succeeded": "yes",
		"unknown sent": "yes", "unknown failed": "yes", "unknown succeeded": "yes", "unknown unknown": "same", "failed failed": "same", "pending pending": "same",
		"failed succeeded": "yes", "succeeded pending": "same", "succeeded sent": "same", "succeeded unknown": "same", "succeeded failed": "same", "succeeded succeeded": "same",
	}
	for _, from := range all {
		for _, to := range all {
			x := payment.Intent{ID: 5, State: from, Source: "tok", Reason: "no_answer"}
			news, err := x.Step(to, 9)
			want := may[from+" "+to]
			switch {
			case (err == nil) != (want != ""), news != (want == "yes"), want != "yes" && x.State != from, want == "yes" && x.State != to:
				t.Errorf("%s to %s: %s, %v %v", from, to, x.State, news, err)
			case err != nil && fault.CodeOf(err) != "settled":
				t.Errorf("%s to %s: %v", from, to, err)
			case want == "yes" && x.Settled() && (x.SettledAt != 9 || x.Source != ""):
				t.Errorf("%s to %s: %+v", from, to, x)
			}
		}
	}
}

// A refund is spread exactly, in the order that is asked for; the rest moves on.
//
// Kills: a purse that gives more than it has; a rest that is dropped; a tender
// that was not asked.
func TestScenarioS12Spread(t *testing.T) {
	card := &payment.Payment{ID: 1, Tender: payment.Card, Amounts: payment.Amounts{Authorized: 500, Captured: 500, Refunded: 100}}
	second := &payment.Payment{ID: 2, Tender: payment.Card, Amounts: payment.Amounts{Authorized: 50, Captured: 50}}
	cash := &payment.Payment{ID: 3, Tender: payment.Cash, Amounts: payment.Amounts{Authorized: 30, Captured: 30}}
	purses := payment.Purses([]*payment.Payment{card, second, cash}, 700, 110)
	type part struct {
		Of     payment.Tender
		ID     payment.ID
		Amount int64
	}
	spread := func(amount int64, order ...payment.Tender) (out []part, err error) {
		list, err := payment.Spread(amount, purses, order)
		for _, s := range list {
			p := part{Of: s.Tender, Amount: s.Amount}
			if s.Payment != nil {
				p.ID = s.Payment.ID
			}
			out = append(out, p)
		}
		return out, err
	}
	for _, tc := range []struct {
		amount int64
		order  []payment.Tender
		want   []part
		code   string
	}{
		{50, nil, []part{{payment.ChannelTender, 0, 50}}, ""},
		{111, nil, []part{{payment.ChannelTender, 0, 110}, {payment.Card, 1, 1}}, ""},
		{590, nil, []part{{payment.ChannelTender, 0, 110}, {payment.Card, 1, 400}, {payment.Card, 2, 50}, {payment.Cash, 3, 30}}, ""},
		{35, []payment.Tender{payment.Cash, payment.Card, payment.Cash}, []part{{payment.Cash, 3, 30}, {payment.Card, 1, 5}}, ""},
		{591, nil, nil, "more_than_paid"},
		{31, []payment.Tender{payment.Cash}, nil, "more_than_paid"},
	} {
		got, err := spread(tc.amount, tc.order...)
		if diff := cmp.Diff(tc.want, got); diff != "" || (err != nil) != (tc.code != "") || tc.code != "" && fault.CodeOf(err) != tc.code {
			t.Errorf("%d over %v: %v\n%s", tc.amount, tc.order, err, diff)
		}
	}
}

// Numbers of cards are seen, other numbers are not.
func TestLooksLikeCard(t *testing.T) {
	for text, want := range map[string]bool{
		"4242424242424242": true, "paid by 4242 4242 4242 4242, thanks": true, "4242-4242-4242-4242": true, "4242424242424241": false,
		"pi_3MtwBwLkdIwHu7ix28a3tqPa": false, "378282246310005": true, "42": false, "": false, "4242424242424242424242424242": false,
	} {
		if payment.LooksLikeCard(text) != want {
			t.Errorf("%q", text)
		}
	}
}

package comparison_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"orderly/internal/comparison"
	"orderly/internal/fault"
	"orderly/internal/figures"
	"orderly/internal/fulfillment"
	"orderly/internal/tariff"
)

const (
	hour = 3_600_000_000
	now  = 1000 * 24 * hour
)

func figure(t testing.TB, id string) (int, *comparison.Figure) {
	t.Helper()
	i := slices.IndexFunc(comparison.Service, func(f comparison.Figure) bool { return f.ID == id })
	if i < 0 {
		t.Fatalf("there is no figure %s", id)
	}
	return i, &comparison.Service[i]
}

// drawn is a fulfillment that things happened to as they do.
func drawn(t *rapid.T) comparison.Work {
	w := comparison.Work{AskedAt: now - rapid.Int64Range(1, 900).Draw(t, "asked")*hour, Request: fulfillment.Unsubmitted, Status: fulfillment.Released}
	w.Units = rapid.Int64Range(1, 9).Draw(t, "units")
	w.GivenUp = rapid.Int64Range(0, w.Units).Draw(t, "given up")
	w.Left = rapid.Int64Range(0, w.Units-w.GivenUp).Draw(t, "left")
	if rapid.Bool().Draw(t, "is open") {
		w.Open = w.Units - w.GivenUp - w.Left
	}
	after := func(name string) int64 { return w.AskedAt + rapid.Int64Range(0, 200).Draw(t, name)*hour }
	if rapid.Bool().Draw(t, "promised") {
		w.ShipBy, w.DeliverBy = after("ship by"), after("deliver by")
	}
	if rapid.Bool().Draw(t, "answered") {
		w.AnsweredAt = after("answer")
		w.Request = rapid.SampledFrom([]string{fulfillment.Accepted, fulfillment.Closed, fulfillment.Rejected}).Draw(t, "request")
		w.Reason = rapid.SampledFrom([]string{"", "capacity", comparison.Silent}).Draw(t, "reason")
		w.Failed = w.Request != fulfillment.Rejected && rapid.Bool().Draw(t, "failed")
	}
	if w.Left > 0 {
		p := comparison.Parcel{ShippedAt: after("shipped")}
		if w.Open == 0 && rapid.Bool().Draw(t, "delivered") {
			w.Status, p.DeliveredAt = fulfillment.Delivered, p.ShippedAt+hour
		}
		w.Parcels = append(w.Parcels, p)
		if rapid.Bool().Draw(t, "back") {
			w.Back(after("back"), rapid.SampledFrom([]string{"damaged", "unwanted"}).Draw(t, "why"))
		}
	}
	return w
}

// Kills: a figure that depends on the order in which work is read, or is more than
// all; answers that are not one of accepted, rejected and silent; work that is
// neither open, canceled nor ended; a fault that is not a return; a median above the
// 90th of 100; work whose promise lies ahead and that is judged.
func TestServeLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.Custom(drawn), 0, 40).Draw(t, "work")
		got := comparison.Serve(list, comparison.Stock{}, now)
		mixed := slices.Clone(list)
		rand.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		of := func(id string) comparison.Value {
			i := slices.IndexFunc(comparison.Service, func(f comparison.Figure) bool { return f.ID == id })
			return got[i]
		}
		for i, v := range comparison.Serve(mixed, comparison.Stock{}, now) {
			f := &comparison.Service[i]
			if v.Known != got[i].Known || v.At != got[i].At || v.N != got[i].N {
				t.Errorf("%s depends on the order: %+v, %+v", f.ID, v, got[i])
			}
			if (f.Unit == comparison.Share || f.Unit == comparison.PerThousand) && (v.At < 0 || v.At > 1_000_000) || v.Known && v.N == 0 && f.Unit != comparison.Count {
				t.Errorf("%s is %+v", f.ID, v)
			}
		}
		if of("asked").At != int64(len(list)) {
			t.Errorf("%d asked of %d", of("asked").At, len(list))
		}
		if a := of("accepted"); a.Known && abs(a.At+of("rejected").At+of("unanswered").At-1_000_000) > 2 {
			t.Errorf("answers come to %d, %d, %d", a.At, of("rejected").At, of("unanswered").At)
		}
		canceled := int64(0)
		if c := of("canceled"); c.Known {
			canceled = (c.At*c.N + 500_000) / 1_000_000
		}
		if n := of("open").At + canceled + of("in_full").N; n != int64(len(list)) {
			t.Errorf("%d open, %d canceled and %d ended are not %d", of("open").At, canceled, of("in_full").N, len(list))
		}
		if of("faulty").At > of("returned").At || of("send_median").At > of("send_p90").At || of("answer_median").At > of("answer_p90").At {
			t.Error("a part is more than the whole")
		}
		timed := int64(0)
		for i := range list {
			if w := &list[i]; w.ShipBy > 0 && (w.SentAt() > 0 || w.Open > 0 && w.ShipBy < now) {
				timed++
			}
		}
		if of("on_time").N != timed {
			t.Errorf("%d are judged, %d may be", of("on_time").N, timed)
		}
	})
}

func abs(n int64) int64 { return max(n, -n) }

// Kills: a quantile that fewer than so many do not exceed, or a longer one than
// needed.
func TestQuantiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hours := rapid.SliceOfN(rapid.Int64Range(0, 50), 1, 60).Draw(t, "hours")
		var list []comparison.Work
		for _, h := range hours {
			list = append(list, comparison.Work{Units: 1, Left: 1, AskedAt: hour, Parcels: []comparison.Parcel{{ShippedAt: hour + h*hour}}})
		}
		got := comparison.Serve(list, comparison.Stock{}, now)
		for id, percent := range map[string]int{"send_median": 50, "send_p90": 90} {
			i := slices.IndexFunc(comparison.Service, func(f comparison.Figure) bool { return f.ID == id })
			q, within, below := got[i].At, 0, 0
			for _, h := range hours {
				if h*3600 <= q {
					within++
				}
				if h*3600 < q {
					below++
				}
			}
			if within*100 < percent*len(hours) || below*100 >= percent*len(hours) {
				t.Errorf("%s of %v is %d s", id, hours, q)
			}
		}
	})
}

// Kills: a promise that was moved afterwards and excuses; none where the first was
// made late.
func TestPromised(t *testing.T) {
	w := comparison.Work{AskedAt: 50}
	for _, x := range []struct {
		list []comparison.Promise
		want int64
	}{
		{nil, 0},
		{[]comparison.Promise{{1, 11, 10}, {2, 12, 50}, {3, 13, 51}}, 2},
		{[]comparison.Promise{{1, 11, 60}, {2, 12, 70}}, 1},
	} {
		w.ShipBy = 0
		if w.Promised(x.list); w.ShipBy != x.want {
			t.Errorf("%v: %d", x.list, w.ShipBy)
		}
	}
}

// Kills: a word of the shop's own that is no fault, or is one by its beginning
// alone.
func TestFault(t *testing.T) {
	for reason, want := range map[string]bool{"damaged": true, "wrong_item": true, "damaged_box": true, "wrong_size": false, "damagedly": false, "unwanted": false, "": false} {
		if comparison.Fault(reason) != want {
			t.Errorf("%q", reason)
		}
	}
}

// Kills: sides of other lengths, that overlap or leave a day out; days that are to
// come; a change that is to come.
func TestAround(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		today := figures.After(20260301, rapid.IntRange(0, 800).Draw(t, "today"))
		change := figures.After(today, -rapid.IntRange(-3, 90).Draw(t, "ago"))
		before, since, ok := comparison.Around(7, change, today)
		if ok != (change <= today) {
			t.Fatalf("%d of %d", change, today)
		}
		if !ok {
			return
		}
		n := figures.Length(since.From, since.To)
		if since.From != change || figures.After(before.To, 1) != change || figures.Length(before.From, before.To) != n || since.To > today || n > comparison.AroundDays || n < comparison.AroundDays && since.To != today {
			t.Errorf("%+v, %+v of %d", before, since, today)
		}
	})
}

// Kills: a lost parcel that is in time; one that is under way and judged; a parcel
// that nobody took, held against who packed it; a return of the last minute.
func TestArrivedAndBack(t *testing.T) {
	i, _ := figure(t, "delivered_on_time")
	j, _ := figure(t, "returned")
	made := func(status string, second int64) comparison.Work {
		return comparison.Work{Units: 2, Left: 2, AskedAt: hour, DeliverBy: 50 * hour, Status: status, Parcels: []comparison.Parcel{{ShippedAt: 2 * hour, DeliveredAt: 40 * hour}, {ShippedAt: 3 * hour, DeliveredAt: second}}}
	}
	for _, x := range []struct {
		work  comparison.Work
		n, at int64
	}{
		{made(fulfillment.Delivered, 50*hour), 1, 1_000_000}, {made(fulfillment.Delivered, 51*hour), 1, 0}, {made(fulfillment.Delivered, 0), 1, 0}, {made(fulfillment.Shipped, 0), 0, 0},
	} {
		if v := comparison.Serve([]comparison.Work{x.work}, comparison.Stock{}, now)[i]; v.N != x.n || v.At != x.at {
			t.Errorf("%+v: %+v", x.work, v)
		}
	}
	for _, x := range []struct {
		after  int64
		reason string
		want   int64
	}{
		{30*24*hour - 1, "unwanted", 1_000_000}, {30 * 24 * hour, "unwanted", 0}, {hour, "undelivered", 0},
	} {
		w := sent(0)
		if w.Back(hour+x.after, x.reason); comparison.Serve([]comparison.Work{w}, comparison.Stock{}, now)[j].At != x.want {
			t.Errorf("%+v", x)
		}
	}
}

// Kills: days without end, or turned round.
func TestSideCheck(t *testing.T) {
	for _, x := range []struct {
		side comparison.Side
		want string
	}{
		{comparison.Side{From: 20270101, To: 20270101}, ""}, {comparison.Side{To: 20270101}, "/first_from"}, {comparison.Side{From: 20270102, To: 20270101}, "/first_to"}, {comparison.Side{From: 20250101, To: 20270101}, "/first_to"},
	} {
		var l fault.List
		if x.side.Check("/first", &l); (l.Len() == 0) != (x.want == "") {
			t.Errorf("%+v: %v", x.side, l.Err())
		}
	}
}

// sides are two values of a figure, of counted work.
func shares(t testing.TB, id string, make func(hit bool) comparison.Work, hits, n int) comparison.Value {
	t.Helper()
	i, _ := figure(t, id)
	var list []comparison.Work
	for k := range n {
		list = append(list, make(k < hits))
	}
	return comparison.Serve(list, comparison.Stock{}, now)[i]
}

func sent(after int64) comparison.Work {
	return comparison.Work{Units: 1, Left: 1, AskedAt: hour, ShipBy: 25 * hour, Parcels: []comparison.Parcel{{ShippedAt: hour + after*hour}}}
}

func onTime(hit bool) comparison.Work {
	if hit {
		return sent(10)
	}
	return sent(40)
}

// Kills: a sample of 19 that is judged; a difference that chance brings and that is
// called one; one beyond it that is not; a direction that is turned round; what is
// not known and is judged; a count that is better.
func TestCompare(t *testing.T) {
	_, timely := figure(t, "on_time")
	_, asked := figure(t, "asked")
	value := func(hits, n int) comparison.Value { return shares(t, "on_time", onTime, hits, n) }
	for _, x := range []struct {
		a, b comparison.Value
		want string
	}{
		{value(10, 20), value(19, 20), comparison.Better}, {value(19, 20), value(10, 20), comparison.Worse}, {value(0, 19), value(20, 20), comparison.TooFew}, {value(20, 20), value(0, 19), comparison.TooFew},
		{value(18, 20), value(19, 20), comparison.Unclear}, {value(900, 1000), value(950, 1000), comparison.Better}, {value(15, 20), value(30, 40), comparison.Same}, {value(0, 0), value(20, 20), comparison.Unknown},
	} {
		if got := timely.Compare(&x.a, &x.b); got.Verdict != x.want || got.Known && got.By != x.b.At-x.a.At {
			t.Errorf("%d of %d against %d of %d: %+v, want %s", x.b.At, x.b.N, x.a.At, x.a.N, got, x.want)
		}
	}
	few, many := comparison.Value{Known: true, At: 3, N: 3}, comparison.Value{Known: true, At: 90, N: 90}
	if got := asked.Compare(&few, &many); got.Verdict != comparison.Neither || asked.Few(&few) {
		t.Errorf("%+v", got)
	}
	_, median := figure(t, "send_median")
	slow := shares(t, "send_median", onTime, 0, 30)
	quick := shares(t, "send_median", onTime, 30, 30)
	mixed := shares(t, "send_median", onTime, 16, 30)
	if got := median.Compare(&slow, &quick); got.Verdict != comparison.Better || got.By != -30*3600 {
		t.Errorf("%+v", got)
	}
	if got := median.Compare(&mixed, &slow); got.Verdict != comparison.Worse {
		t.Errorf("%+v", got)
	}
	almost := shares(t, "send_median", onTime, 14, 30)
	if got := median.Compare(&mixed, &almost); got.Verdict != comparison.Unclear {
		t.Errorf("16 and 14 of 30: %+v", got)
	}
}

var mirrored = map[string]string{comparison.Better: comparison.Worse, comparison.Worse: comparison.Better}

// Two sides with the same chance seldom differ clearly, and turned round say the
// opposite.
//
// Kills: a test of chance that is too bold, or never says anything; sides that are
// not treated alike.
func TestChance(t *testing.T) {
	_, timely := figure(t, "on_time")
	_, median := figure(t, "send_median")
	r := rand.New(rand.NewPCG(1, 2))
	clear, clearHours, rounds := 0, 0, 1000
	for range rounds {
		var a, b []comparison.Work
		for range 60 {
			a, b = append(a, sent(r.Int64N(48))), append(b, sent(r.Int64N(48)))
		}
		x, y := comparison.Serve(a, comparison.Stock{}, now), comparison.Serve(b, comparison.Stock{}, now)
		i, _ := figure(t, "on_time")
		j, _ := figure(t, "send_median")
		d, e := timely.Compare(&x[i], &y[i]), median.Compare(&x[j], &y[j])
		back := timely.Compare(&y[i], &x[i])
		want, turned := mirrored[d.Verdict]
		if !turned {
			want = d.Verdict
		}
		if back.By != -d.By || back.Verdict != want {
			t.Fatalf("%+v turned round is %+v", d, back)
		}
		if turned {
			clear++
		}
		if _, told := mirrored[e.Verdict]; told {
			clearHours++
		}
	}
	for what, n := range map[string]int{"shares": clear, "hours": clearHours} {
		if n < rounds/100 || n > rounds*8/100 {
			t.Errorf("%d of %d comparisons of equal sides are clear by their %s", n, rounds, what)
		}
	}
}

// Kills: tenths that are cut off; a minus of nothing; money with more decimals than
// anybody reads.
func TestText(t *testing.T) {
	for _, x := range []struct {
		unit string
		at   int64
		want string
	}{
		{comparison.Share, 428_571, "42.9"}, {comparison.Share, -428_571, "-42.9"}, {comparison.Share, -20, "0.0"}, {comparison.PerThousand, 1_234, "1.2"}, {comparison.PerThousand, 1_000_000, "1000.0"},
		{comparison.Hours, 5400, "1.5"}, {comparison.Hours, 179, "0.0"}, {comparison.Money, 3_051_249, "3.0512"}, {comparison.Money, -2_500_000, "-2.50"}, {comparison.Count, 7, "7"},
	} {
		if got := (&comparison.Figure{Unit: x.unit}).Text(x.at); got != x.want {
			t.Errorf("%d in %s is %s, want %s", x.at, x.unit, got, x.want)
		}
	}
}

func card(currency string, kinds ...string) tariff.Book {
	c := tariff.Card{N: 1, Currency: currency}
	for i, k := range kinds {
		r := tariff.Rate{N: i + 1, Kind: k, Price: 1_500_000}
		if k == tariff.PerFreight {
			r.UpTo = 1000
		}
		c.Rates = append(c.Rates, r)
	}
	return tariff.Book{&c}
}

func cost(t testing.TB, b tariff.Book, facts ...tariff.Fact) comparison.Cost {
	t.Helper()
	costs, err := b.Charge(facts)
	if err != nil {
		t.Fatal(err)
	}
	return comparison.CostOf(b, facts, &costs)
}

func facts(grams int64, n int) (out []tariff.Fact) {
	for i := range n {
		for _, k := range []string{tariff.PerOrder, tariff.PerParcel, tariff.PerMaterial, tariff.PerFreight, tariff.PerUnit} {
			f := tariff.Fact{Kind: k, Day: 20270110, Subject: "par", ID: int64(i), Quantity: 1, Grams: grams}
			if k == tariff.PerUnit {
				f.Quantity = 3
			}
			out = append(out, f)
		}
	}
	return out
}

// Kills: work without a rate that is not told; a second rate for sending that is
// asked for; costs of other work, in other money or without all rates that are
// judged; what one costs, by what has no rate too.
func TestCosts(t *testing.T) {
	a := cost(t, card("EUR", tariff.PerOrder, tariff.PerFreight), facts(900, 30)...)
	b := cost(t, card("EUR", tariff.PerUnit, tariff.PerFreight), facts(900, 30)...)
	first, second := comparison.Account{Cost: a, Service: make([]comparison.Value, len(comparison.Service))}, comparison.Account{Cost: b, Service: make([]comparison.Value, len(comparison.Service))}
	if !slices.Equal(a.Left(), []string{tariff.PerMaterial}) || !a.Alike(&b) || a.Total != 9000 || a.Values()[0].At != 3_000_000 || b.Values()[2].At != 2_000_000 {
		t.Errorf("%+v, %v", a, a.Left())
	}
	_, rows := comparison.Compare(&first, &second)
	if rows[0].Verdict != comparison.Worse || rows[0].By != 3_000_000 || rows[0].ID != "cost_per_order" {
		t.Errorf("%+v", rows[0])
	}
	for what, x := range map[string]comparison.Cost{
		"other work":     cost(t, card("EUR", tariff.PerOrder), facts(900, 30)...),
		"other money":    cost(t, card("GBP", tariff.PerOrder, tariff.PerFreight), facts(900, 30)...),
		"without a rate": cost(t, card("EUR", tariff.PerOrder, tariff.PerFreight), append(facts(900, 30), facts(2000, 1)...)...),
		"without a card": cost(t, nil, facts(900, 30)...),
		"two currencies": cost(t, tariff.Book{{Currency: "EUR", Rates: card("", tariff.PerOrder, tariff.PerFreight)[0].Rates}, {From: 20270110, Currency: "GBP", Rates: card("", tariff.PerOrder, tariff.PerFreight)[0].Rates}}, append(facts(900, 30), tariff.Fact{Kind: tariff.PerOrder, Day: 20270101, Quantity: 1})...),
	} {
		second.Cost = x
		_, rows := comparison.Compare(&first, &second)
		if v := rows[0].Verdict; v == comparison.Better || v == comparison.Worse || v == comparison.Same {
			t.Errorf("%s: %+v", what, rows[0])
		}
	}
	heavy := cost(t, card("EUR", tariff.PerFreight), append(facts(900, 3), facts(2000, 1)...)...)
	for _, k := range heavy.Kinds {
		if k.Kind == tariff.PerFreight && (k.Each.At != 1_500_000 || k.Each.N != 3 || k.Free != 1 || len(heavy.Unrated) != 1) {
			t.Errorf("%+v", k)
		}
	}
	yen := cost(t, card("JPY", tariff.PerOrder), facts(900, 2)...) // 1.5 yen an order, each rounded to 2
	if yen.Total != 4 || yen.Values()[0].At != 2_000_000 {
		t.Errorf("%+v", yen)
	}
}

// Kills: kinds that do not add up to the total.
func TestCostsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kinds := rapid.SliceOfNDistinct(rapid.SampledFrom(tariff.Kinds[:9]), 1, 5, func(k string) string { return k }).Draw(t, "kinds")
		b := card("EUR", kinds...)
		list := facts(rapid.Int64Range(1, 2000).Draw(t, "grams"), rapid.IntRange(0, 9).Draw(t, "orders"))
		costs, err := b.Charge(list)
		if err != nil {
			t.Fatal(err)
		}
		c := comparison.CostOf(b, list, &costs)
		sum := int64(0)
		for _, k := range c.Kinds {
			sum += k.Amount
			if k.Free < 0 || k.Free > k.Done || (k.Free == k.Done) != !k.Each.Known || k.Each.Known && abs(k.Each.At*k.Each.N-k.Amount*10_000) > k.Each.N {
				t.Errorf("%+v", k)
			}
		}
		if sum != c.Total {
			t.Errorf("%d, together %d", c.Total, sum)
		}
	})
}

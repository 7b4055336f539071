package comparison

import (
	"slices"
	"strings"

	"orderly/internal/fulfillment"
	"orderly/internal/returns"
)

// Work is what a place was asked to send once, and what became of it: one
// fulfillment.
type Work struct {
	ID         int64
	Order      int64
	Status     string // of the work
	Request    string // how far a partner is with it; unsubmitted where the place is ours
	Reason     string // of a partner's last no
	AskedAt    int64  // when it was released, or a partner asked
	AnsweredAt int64  // by a partner; zero while it is not
	ShipBy     int64  // as was promised when it was asked; zero when nothing was
	DeliverBy  int64
	Units      int64 // that it was asked for
	Open       int64 // that it still holds
	Left       int64 // that left
	GivenUp    int64 // that the place said no to, failed to send or did not find
	Failed     bool  // some of it was accepted, and not sent after all
	Returned   bool  // some of it came back within ReturnDays after it left
	Faulty     bool  // and for a fault of the place
	Parcels    []Parcel
}

// Parcel is one in which some of it left.
type Parcel struct {
	Status      string
	ShippedAt   int64
	DeliveredAt int64
}

// Silent is the reason of a request that was taken away because nobody answered.
const Silent = "silent"

// Promise is what was promised of an order at a time.
type Promise struct{ ShipBy, DeliverBy, MadeAt int64 }

// Promised takes over the promise that held when the place was asked: the last one
// that was made by then, else the first. What was promised later, for the place was
// late, does not make it be on time.
func (w *Work) Promised(list []Promise) {
	for i := range list {
		if i == 0 || list[i].MadeAt <= w.AskedAt {
			w.ShipBy, w.DeliverBy = list[i].ShipBy, list[i].DeliverBy
		}
	}
}

// SentAt is when the last of it left; zero while some of it is open, or where
// nothing has left.
func (w *Work) SentAt() int64 {
	if w.Open > 0 || w.Left == 0 {
		return 0
	}
	at := int64(0)
	for i := range w.Parcels {
		at = max(at, w.Parcels[i].ShippedAt)
	}
	return at
}

// arrived is when the last of it came, and whether all of it did; known is false
// while some is under way.
func (w *Work) arrived() (at int64, all, known bool) {
	if w.SentAt() == 0 || w.Status != fulfillment.Delivered {
		return 0, false, false
	}
	all = true
	for i := range w.Parcels {
		p := &w.Parcels[i]
		if p.ShippedAt == 0 {
			continue
		}
		at, all = max(at, p.DeliveredAt), all && p.DeliveredAt > 0
	}
	return at, all, true
}

// Back notes that units of it came back, and why. A parcel that nobody took comes
// back by itself: that is the carrier's.
func (w *Work) Back(at int64, reason string) {
	if reason == returns.ReasonUndelivered {
		return
	}
	if sent := w.SentAt(); sent > 0 && at < sent+ReturnDays*day {
		w.Returned = true
		w.Faulty = w.Faulty || Fault(reason)
	}
}

// Fault reports whether a reason for which customers send goods back is a fault of
// who packed them: damaged or wrong_item, and the shop's own words that begin so.
func Fault(reason string) bool {
	return slices.ContainsFunc([]string{"damaged", "wrong_item"}, func(word string) bool {
		return reason == word || strings.HasPrefix(reason, word+"_")
	})
}

// Service are the figures of what a place was asked, in their order.
var Service = []Figure{
	{"asked", Count, None, "Fulfillments that were released to the place in these days or, of a partner, that it was asked for; what was taken back before work began is left out."},
	{"open", Count, None, "Of those asked, how many hold units now that have not left."},
	{"on_time", Share, Up, "Of those with a time to ship by, that left or whose time has passed: the share of which the last unit left by it. It is the time that was promised when the place was asked."},
	{"send_median", Hours, Down, "Hours from release, or from the question, until the last unit left, which half of those wholly sent do not exceed."},
	{"send_p90", Hours, Down, "The same, which 90 of 100 do not exceed."},
	{"accepted", Share, Up, "Of the requests that a partner was asked and that were answered, or taken away for silence: the share that it accepted, in whole or in part."},
	{"rejected", Share, Down, "Of the same, the share to which it said no."},
	{"unanswered", Share, Down, "Of the same, the share that was taken away for silence."},
	{"answer_median", Hours, Down, "Hours from the question until the partner answered, which half of what it answered itself does not exceed."},
	{"answer_p90", Hours, Down, "The same, which 90 of 100 do not exceed."},
	{"failed", Share, Down, "Of the requests that a partner accepted, the share of which it said later that some of it cannot be sent."},
	{"canceled", Share, None, "Of those asked, the share of which nothing left and nothing was given up by the place: canceled, or wanted elsewhere."},
	{"in_full", Share, Up, "Of those of which nothing is open and which were not canceled: the share of which the place gave up nothing, by a no, a failure or a pick that came short."},
	{"short_units", PerThousand, Down, "Units that the place gave up so, of a thousand units that it was asked for."},
	{"delivered_on_time", Share, Up, "Of those with a time to deliver by, of which all parcels have arrived or are lost: the share of which the last arrived by it, and none is lost."},
	{"returned", Share, Down, "Of those sent at least 30 days ago, the share of which a customer sent something back within 30 days. A line that two places sent is left out, and so is a parcel that came back by itself."},
	{"faulty", Share, Down, "Of the same, the share that came back for a fault of who packed it: damaged, or the wrong item."},
	{"stock_off", PerThousand, Down, "Units by which counts, picks that came short and reports of a 3PL that were applied differed from the books, of a thousand units that were sent, taken in or came back."},
}

// Stock are units by which the books of a place were wrong, of those that moved.
// Known is false where the goods are not ours.
type Stock struct {
	Known      bool
	Off, Moved int64
}

// Serve makes the figures of a side, in the order of Service. now is the clock.
func Serve(list []Work, s Stock, now int64) []Value {
	var t tally
	for i := range list {
		t.add(&list[i], now)
	}
	slices.Sort(t.send)
	slices.Sort(t.answer)
	count := func(n int64) Value { return Value{Known: true, At: n, N: t.asked} }
	out := []Value{
		count(t.asked), count(t.open), share(t.onTime, t.timed), quantile(t.send, 50), quantile(t.send, 90),
		share(t.accepted, t.answered), share(t.rejected, t.answered), share(t.silent, t.answered), quantile(t.answer, 50), quantile(t.answer, 90),
		share(t.failed, t.accepted), share(t.canceled, t.asked), share(t.full, t.ended), per(min(t.givenUp, t.units), t.units), share(t.punctual, t.arrived),
		share(t.returned, t.ripe), share(t.faulty, t.ripe), {},
	}
	if s.Known && s.Moved > 0 {
		out[len(out)-1] = per(s.Off, s.Moved)
	}
	return out
}

// tally adds up work.
type tally struct {
	asked, open, timed, onTime, canceled, ended, full int64
	units, givenUp, arrived, punctual                 int64
	answered, accepted, rejected, silent, failed      int64
	ripe, returned, faulty                            int64
	send, answer                                      []int64 // seconds
}

func (t *tally) add(w *Work, now int64) {
	t.asked++
	t.units += w.Units
	t.givenUp += w.GivenUp
	sent := w.SentAt()
	switch {
	case w.Open > 0:
		t.open++
	case w.Left == 0 && w.GivenUp == 0:
		t.canceled++
	default:
		t.ended++
		t.full += one(w.GivenUp == 0)
	}
	if w.ShipBy > 0 && (sent > 0 || w.Open > 0 && now > w.ShipBy) {
		t.timed++
		t.onTime += one(sent > 0 && sent <= w.ShipBy)
	}
	if sent > 0 {
		t.send = append(t.send, max(0, sent-w.AskedAt)/second)
	}
	if at, all, known := w.arrived(); known && w.DeliverBy > 0 {
		t.arrived++
		t.punctual += one(all && at <= w.DeliverBy)
	}
	if sent > 0 && sent+ReturnDays*day <= now {
		t.ripe++
		t.returned += one(w.Returned)
		t.faulty += one(w.Faulty)
	}
	t.answers(w)
}

// answers counts what a partner said.
func (t *tally) answers(w *Work) {
	switch {
	case w.AnsweredAt == 0:
		return
	case w.Request == fulfillment.Rejected && w.Reason == Silent:
		t.answered++
		t.silent++
		return
	case w.Request == fulfillment.Rejected:
		t.rejected++
	default:
		t.accepted++
		t.failed += one(w.Failed)
	}
	t.answered++
	t.answer = append(t.answer, max(0, w.AnsweredAt-w.AskedAt)/second)
}

func one(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

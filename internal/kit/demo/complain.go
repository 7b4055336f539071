package demo

import (
	"context"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	"orderly/internal/desk/duty"
	"orderly/internal/order"
	"orderly/internal/queue"
	"orderly/internal/store"
	"orderly/internal/store/troubles"
	"orderly/internal/trouble"
)

// Every so manyth order's customer writes by the tracking page. It follows from
// the order's number and draws nothing, so that all else happens as without.
const complainEvery = 17

// reports are what customers write, by reason.
var reports = []struct{ reason, text string }{
	{"damaged", "The box was crushed and one of them has a crack. Can you send me another?"},
	{"missing_item", "One is missing, although the note in the parcel lists it."},
	{"return", "It does not suit us after all. How do I send it back?"},
	{"wrong_item", "I ordered the green one and got the blue one."},
	{"not_arrived", "The tracking says delivered, but nothing is here. I was at home all day."},
	{"other", "Thank you! Could I have a receipt with our company name on it?"},
}

// complain plans that a customer writes about an order that has come, that a
// clerk takes the matter, and that most matters are settled.
func (m *Demo) complain(o *order.Order) {
	if o.Number%complainEvery != 0 {
		return
	}
	n := o.Number / complainEvery
	at := m.when(o.ID) + time.Duration(n%5)*40*time.Minute
	m.agenda.plan(actComplain, task{at: at, order: o.ID, word: "report"})
	if n%3 != 0 { // one in three waits until somebody else looks
		m.agenda.plan(actComplain, task{at: at + 50*time.Minute, order: o.ID, word: "take"})
	}
	if n%2 == 0 {
		m.agenda.plan(actComplain, task{at: at + 6*time.Hour, order: o.ID, word: "settle"})
	}
}

func (m *Demo) complaints(ctx context.Context, due []task) error {
	for _, t := range due {
		var err error
		if t.word == "report" {
			err = m.report(ctx, t.order)
		} else {
			err = m.lookAfter(ctx, t.order, t.word)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *Demo) report(ctx context.Context, id order.ID) error {
	found, err := m.load(ctx, []task{{order: id}})
	if err != nil || found[id] == nil {
		return err
	}
	r := reports[found[id].Number/complainEvery%int64(len(reports))]
	_, err = do(ctx, m, care.MakeLink, clerk, []care.LinkCommand{{Order: id}})
	if err != nil {
		return err
	}
	got, err := desk.Do(ctx, m.desk, care.Report, access.Link(admin.Main, int64(id), "demo"), []care.ReportCommand{{Order: id, Reason: r.reason, Text: r.text}}, desk.Options{})
	for i := range got {
		if got[i].Err != nil {
			m.tally.refuse(care.Report.Name, got[i].Err)
		}
	}
	return err
}

// lookAfter has a clerk take what is reported of an order, or settle it.
func (m *Demo) lookAfter(ctx context.Context, id order.ID, word string) error {
	var open []trouble.Trouble
	err := m.db.Read(ctx, m.as(clerk), func(r *store.Reader) error {
		list, err := troubles.OfOrder(r, int64(id))
		for _, t := range list {
			if t.SettledAt == 0 && t.Reason != "" {
				open = append(open, t)
			}
		}
		return err
	})
	if err != nil || len(open) == 0 {
		return err
	}
	if word == "take" {
		_, err = do(ctx, m, duty.Of(queue.Named(queue.Reports)).Claim, clerk, []duty.WorkCommand{{Subject: int64(open[0].ID)}})
		return err
	}
	_, err = do(ctx, m, duty.Settle, clerk, []duty.SettleCommand{{Trouble: open[0].ID}})
	return err
}

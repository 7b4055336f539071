package step

import (
	"slices"

	"orderly/internal/asking"
	"orderly/internal/order"
	"orderly/internal/store/asks"
	"orderly/internal/store/tracking"
)

// LoadLinks reads the tracking links of orders.
func (b *Batch) LoadLinks(ids []order.ID) (err error) {
	b.links, err = tracking.Known(b.R, ids)
	return err
}

// Link is an order's tracking link as earlier commands have left it; the zero
// Link when there is none.
func (b *Batch) Link(id order.ID) tracking.Link { return b.links[id] }

// SaveLink keeps a link as it is now.
func (b *Batch) SaveLink(l tracking.Link) {
	b.links[l.Order] = l
	b.savedLinks = append(b.savedLinks, l.Order)
}

// ConfirmLink notes that an order's link was used to say that it has come.
func (b *Batch) ConfirmLink(id order.ID) { b.confirmed = append(b.confirmed, id) }

func (b *Batch) writeLinks() error {
	slices.Sort(b.savedLinks)
	var list []tracking.Link
	for _, id := range slices.Compact(b.savedLinks) {
		list = append(list, b.links[id])
	}
	if err := tracking.Save(b.tx, list); err != nil {
		return err
	}
	var answered []asking.Ask
	for _, id := range b.answered {
		answered = append(answered, *b.asks[id])
	}
	if err := asks.Save(b.tx, answered); err != nil {
		return err
	}
	return tracking.Confirm(b.tx, b.confirmed)
}

// LoadAsks reads what customers were asked.
func (b *Batch) LoadAsks(ids []asking.ID) (err error) {
	b.asks, err = asks.ByID(b.R, ids)
	return err
}

// Ask is a question as earlier commands have left it; nil when there is none.
func (b *Batch) Ask(id asking.ID) *asking.Ask { return b.asks[id] }

// AnswerAsk keeps the answer to a question.
func (b *Batch) AnswerAsk(a *asking.Ask, answer string) {
	a.Answer, a.AnsweredAt = answer, b.At
	b.answered = append(b.answered, a.ID)
}

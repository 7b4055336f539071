package purchase

import "time"

// Asked is how a drop-shipped line stands with the fulfillment that it is for.
type Asked struct {
	OrderLine int
	Live      int64 // units that the supplier sends or has sent
	Sent      int64 // of them, that have left
}

// Follow is a drop-ship purchase order as what it is for stands now: what the
// supplier does not send is canceled, what has left counts as received, since
// nobody here ever sees it. Asked twice, the second changes nothing; changed says
// whether anything was. What left and came back is open again.
func (p *Purchase) Follow(lines []Asked, accepted bool, now int64, zone *time.Location) (x Purchase, changed bool) {
	x = p.clone()
	live := int64(0)
	for _, a := range lines {
		l := x.lineFor(a.OrderLine)
		if l == nil {
			continue
		}
		live += a.Live
		canceled := max(0, l.Quantity-a.Live)
		changed = changed || l.Canceled != canceled || l.Received != a.Sent
		if a.Sent != l.Received {
			l.LastAt = now
		}
		l.Canceled, l.Received = canceled, a.Sent
		if accepted && l.Confirmed == 0 && a.Live > 0 {
			l.Confirmed, changed = a.Live, true
		}
	}
	if accepted && x.AckAt == 0 {
		x.AckAt, changed = now, true
	}
	if live == 0 && x.CanceledAt == 0 {
		x.CanceledAt, changed = now, true
	}
	if live > 0 && x.CanceledAt != 0 {
		x.CanceledAt, changed = 0, true
	}
	if changed {
		x.ReceivedAt = max(x.ReceivedAt, lastOf(x.Lines))
		x.finish(zone)
	}
	return x, changed
}

func (p *Purchase) lineFor(orderLine int) *Line {
	for i := range p.Lines {
		if p.Lines[i].OrderLine == orderLine {
			return &p.Lines[i]
		}
	}
	return nil
}

func lastOf(lines []Line) (at int64) {
	for i := range lines {
		if lines[i].Received > 0 {
			at = max(at, lines[i].LastAt)
		}
	}
	return at
}

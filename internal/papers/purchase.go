package papers

import "strconv"

// Purchase is an order placed with a supplier, as the supplier gets it.
type Purchase struct {
	Paper
	Number    string
	Reference string // the supplier's
	Placed    string // day
	Currency  string
	To        []string // the supplier
	Deliver   []string // where it goes
	Note      string
	Lines     []PurchaseLine
	Total     string
}

// PurchaseLine is one item that is ordered.
type PurchaseLine struct {
	SKU, SupplierSKU, Title   string
	Quantity, Cost, Total, On string
}

// PDF draws the order on A4.
func (p *Purchase) PDF() ([]byte, error) {
	w := p.Words
	title := w.say("buy.title", "number", p.Number)
	s, err := newSheet(p.Paper, title, 210, 297, 15)
	if err != nil {
		return nil, err
	}
	s.paged(p.Brand.Name + " · " + title)
	s.AddPage()
	y := s.brand(title, w.say("buy.placed", "date", p.Placed))
	s.ink(grey)
	s.line(15, y, 85, 8, "", w.say("buy.to"))
	s.line(110, y, 85, 8, "", w.say("buy.deliver"))
	s.ink(0)
	left := s.stack(15, y+5, 85, 10, "", 8, p.To)
	right := s.stack(110, y+5, 85, 10, "", 8, p.Deliver)
	y = max(left, right) + 4
	if p.Reference != "" {
		s.line(15, y, 180, 10, "", w.say("buy.reference", "text", p.Reference))
		y += 7
	}
	s.SetY(y)
	p.columns(s)
	s.heads = func() { s.SetY(s.margin); p.columns(s) }
	for i := range p.Lines {
		p.row(s, i+1, &p.Lines[i])
	}
	s.room(24)
	y = s.GetY() + 2
	s.ink(0)
	s.line(15, y, 110, 11, "B", w.say("buy.total", "currency", p.Currency))
	s.right(155, y, 40, 11, "B", p.Total)
	if p.Note != "" {
		s.block(15, y+10, 180, 10, "", 12, p.Note)
	}
	return s.bytes()
}

func (p *Purchase) columns(s *sheet) {
	y := s.GetY()
	s.ink(grey)
	s.line(22, y, 90, 8, "", s.Words.say("buy.item"))
	s.right(108, y, 22, 8, "", s.Words.say("buy.quantity"))
	s.right(130, y, 22, 8, "", s.Words.say("buy.cost"))
	s.right(152, y, 22, 8, "", s.Words.say("buy.on"))
	s.right(173, y, 22, 8, "", s.Words.say("buy.amount"))
	s.rule(y + 5)
	s.SetY(y + 6)
}

func (p *Purchase) row(s *sheet, n int, l *PurchaseLine) {
	s.room(13)
	y := s.GetY()
	s.ink(grey)
	s.right(15, y, 5, 8, "", strconv.Itoa(n))
	s.ink(0)
	s.right(108, y, 22, 9.5, "B", l.Quantity)
	s.right(130, y, 22, 9.5, "", l.Cost)
	s.right(152, y, 22, 9.5, "", l.On)
	s.right(173, y, 22, 9.5, "", l.Total)
	y += s.block(22, y, 84, 9.5, "", 2, l.Title)
	s.ink(grey)
	s.line(22, y, 84, 8, "", s.Words.say("buy.names", "theirs", or(l.SupplierSKU, l.SKU), "ours", l.SKU))
	s.rule(y + 5)
	s.SetY(y + 6.5)
}

package papers

// ReturnSlip goes into the box that a customer sends back: what is in it, and
// the code by which it is found when it comes.
type ReturnSlip struct {
	Paper
	Number string // of the return, as people write it
	Order  string
	To     []string // where it is to go, none while that is open
	Note   string
	Lines  []ReturnSlipLine
}

// ReturnSlipLine is units that come back, shown with their unit.
type ReturnSlipLine struct {
	SKU, Title, Quantity, Reason string
}

// PDF draws the slip.
func (p *ReturnSlip) PDF() ([]byte, error) {
	w := p.Words
	s, err := newSheet(p.Paper, w.say("return.title", "number", p.Number), 210, 297, 15)
	if err != nil {
		return nil, err
	}
	s.paged(w.say("return.foot", "merchant", p.Brand.Name, "number", p.Number))
	s.AddPage()
	y := s.brand(w.say("return.title", "number", p.Number), w.say("return.order", "order", p.Order))
	s.coded(125, y, 70, 14, p.Number)
	high := 22.0
	if len(p.To) > 0 {
		s.ink(grey)
		s.line(15, y, 90, 8, "", w.say("return.to"))
		s.ink(0)
		high = max(high, 5+s.stack(15, y+5, 90, 11, "", 2, p.To))
	}
	s.SetY(y + high + 6)
	p.columns(s)
	s.heads = func() { s.SetY(s.margin); p.columns(s) }
	for i := range p.Lines {
		p.row(s, &p.Lines[i])
	}
	s.heads = nil
	s.room(30)
	s.ink(0)
	at := s.GetY() + 4
	at += s.block(15, at, 180, 10, "B", 2, w.say("return.put_in")) + 3
	s.block(15, at, 180, 10, "", 12, p.Note)
	return s.bytes()
}

func (p *ReturnSlip) columns(s *sheet) {
	y := s.GetY()
	s.ink(grey)
	s.line(15, y, 100, 8, "", s.Words.say("slip.item"))
	s.line(120, y, 45, 8, "", s.Words.say("return.reason"))
	s.right(173, y, 22, 8, "", s.Words.say("return.quantity"))
	s.rule(y + 5)
	s.SetY(y + 6.5)
}

func (p *ReturnSlip) row(s *sheet, l *ReturnSlipLine) {
	high := 5 + s.lines(100, 9, "", 3, l.Title)
	s.room(high + 2)
	y := s.GetY()
	s.ink(0)
	s.line(15, y, 100, 10, "B", l.SKU)
	s.line(120, y, 45, 9, "", l.Reason)
	s.right(173, y, 22, 11, "B", l.Quantity)
	s.ink(grey)
	s.block(15, y+4.6, 100, 9, "", 3, l.Title)
	s.rule(y + high + 1)
	s.SetY(y + high + 2.5)
}

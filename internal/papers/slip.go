package papers

import "time"

// Slip goes into a parcel: what is in it, and what comes later.
type Slip struct {
	Paper
	Order     string
	Reference string // what the customer or the channel calls the order
	Placed    time.Time
	To        []string
	Parcel    string // its id, "" when it is not packed yet
	Lines     []SlipLine
}

// SlipLine is one position of the order; quantities are shown with their unit.
type SlipLine struct {
	SKU, Title string
	Ordered    string
	Here       string // in this parcel, "" for none
	Later      string // still to come, "" for none
}

// PDF draws the slip.
func (p *Slip) PDF() ([]byte, error) {
	w := p.Words
	s, err := newSheet(p.Paper, w.say("slip.title"), 210, 297, 15)
	if err != nil {
		return nil, err
	}
	s.paged(w.say("slip.foot", "merchant", p.Brand.Name, "order", p.Order))
	s.AddPage()
	y := s.brand(w.say("slip.title"), w.say("slip.order", "order", p.Order))
	s.ink(grey)
	s.line(15, y, 90, 8, "", w.say("slip.to"))
	s.ink(0)
	left := 5 + s.stack(15, y+5, 90, 11, "", 2, p.To)
	right := p.facts(s, y)
	s.SetY(y + max(left, right) + 8)
	p.columns(s)
	s.heads = func() { s.SetY(s.margin); p.columns(s) }
	later := false
	for i := range p.Lines {
		p.row(s, &p.Lines[i])
		later = later || p.Lines[i].Later != ""
	}
	s.heads = nil
	s.room(16)
	s.ink(0)
	s.block(15, s.GetY()+4, 180, 10, "", 2, w.say(pick(later, "slip.more", "slip.nothing")))
	s.ink(grey)
	s.stack(15, s.GetY()+12, 180, 8, "", 1, p.Brand.Address)
	return s.bytes()
}

func pick(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// facts are the order's own at the right, with the parcel's barcode.
func (p *Slip) facts(s *sheet, y float64) float64 {
	top := y
	tell := func(name, value string) {
		if value == "" {
			return
		}
		s.ink(grey)
		s.line(125, y, 28, 9, "", s.Words.say(name))
		s.ink(0)
		y += max(leading(9), s.block(153, y, 42, 9, "", 2, value))
	}
	if !p.Placed.IsZero() {
		tell("slip.placed", p.Placed.Format("2006-01-02"))
	}
	tell("slip.reference", p.Reference)
	if p.Parcel != "" {
		s.coded(125, y+2, 70, 10, p.Parcel)
		y += 17
	}
	return y - top
}

func (p *Slip) columns(s *sheet) {
	y := s.GetY()
	s.ink(grey)
	s.line(15, y, 100, 8, "", s.Words.say("slip.item"))
	s.right(125, y, 20, 8, "", s.Words.say("slip.ordered"))
	s.right(148, y, 24, 8, "", s.Words.say("slip.here"))
	s.right(173, y, 22, 8, "", s.Words.say("slip.later"))
	s.rule(y + 5)
	s.SetY(y + 6.5)
}

func (p *Slip) row(s *sheet, l *SlipLine) {
	high := 5 + s.lines(105, 9, "", 3, l.Title)
	s.room(high + 2)
	y := s.GetY()
	s.ink(0)
	s.line(15, y, 105, 10, "B", l.SKU)
	s.right(125, y, 20, 10, "", l.Ordered)
	s.right(148, y, 24, 11, "B", or(l.Here, "–"))
	s.right(173, y, 22, 10, "", or(l.Later, "–"))
	s.ink(grey)
	s.block(15, y+4.6, 105, 9, "", 3, l.Title)
	s.rule(y + high + 1)
	s.SetY(y + high + 2.5)
}

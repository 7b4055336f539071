package papers

import (
	"fmt"
	"strconv"
	"strings"
)

// SendBack is the note of goods that go back to a supplier: what it is asked to
// take, and what lies in the box.
type SendBack struct {
	Paper
	Number   string
	Purchase string
	On       string   // day
	To       []string // the supplier
	From     []string // from where it leaves
	RMA      string   // the supplier's number; "" before it gave one
	Note     string
	Lines    []SendBackLine
}

// SendBackLine is units of one item, and why they go back.
type SendBackLine struct{ SKU, SupplierSKU, Title, Quantity, Why string }

// Text are the lines of the note as words, for whoever reads no paper.
func (p *SendBack) Text() string {
	var b strings.Builder
	for i := range p.Lines {
		l := &p.Lines[i]
		fmt.Fprintf(&b, "%s × %s, %s: %s\n", l.Quantity, l.called(), l.Title, strings.ToLower(l.Why))
	}
	return b.String()
}

// called is the item by the supplier's number and ours.
func (l *SendBackLine) called() string {
	if l.SupplierSKU == "" || l.SupplierSKU == l.SKU {
		return l.SKU
	}
	return l.SupplierSKU + " (our " + l.SKU + ")"
}

// PDF draws the note on A4.
func (p *SendBack) PDF() ([]byte, error) {
	w := p.Words
	title := w.say("back.title", "number", p.Number)
	s, err := newSheet(p.Paper, title, 210, 297, 15)
	if err != nil {
		return nil, err
	}
	s.paged(p.Brand.Name + " · " + title)
	s.AddPage()
	y := s.brand(title, w.say("back.of", "purchase", p.Purchase, "date", p.On))
	s.ink(grey)
	s.line(15, y, 85, 8, "", w.say("buy.to"))
	s.line(110, y, 85, 8, "", w.say("back.from"))
	s.ink(0)
	left := s.stack(15, y+5, 85, 10, "", 8, p.To)
	right := s.stack(110, y+5, 85, 10, "", 8, p.From)
	y = max(left, right) + 4
	rma := w.say("back.no_rma")
	if p.RMA != "" {
		rma = w.say("back.rma", "text", p.RMA)
	}
	s.line(15, y, 180, 11, "B", rma)
	s.SetY(y + 8)
	p.columns(s)
	s.heads = func() { s.SetY(s.margin); p.columns(s) }
	for i := range p.Lines {
		p.row(s, i+1, &p.Lines[i])
	}
	if p.Note != "" {
		s.room(24)
		s.block(15, s.GetY()+4, 180, 10, "", 12, p.Note)
	}
	return s.bytes()
}

func (p *SendBack) columns(s *sheet) {
	y := s.GetY()
	s.ink(grey)
	s.line(22, y, 90, 8, "", s.Words.say("buy.item"))
	s.right(112, y, 25, 8, "", s.Words.say("buy.quantity"))
	s.line(145, y, 50, 8, "", s.Words.say("back.reason"))
	s.rule(y + 5)
	s.SetY(y + 6)
}

func (p *SendBack) row(s *sheet, n int, l *SendBackLine) {
	s.room(13)
	y := s.GetY()
	s.ink(grey)
	s.right(15, y, 5, 8, "", strconv.Itoa(n))
	s.ink(0)
	s.right(112, y, 25, 9.5, "B", l.Quantity)
	s.line(145, y, 50, 9.5, "", l.Why)
	y += s.block(22, y, 88, 9.5, "", 2, l.Title)
	s.ink(grey)
	s.line(22, y, 88, 8, "", s.Words.say("buy.names", "theirs", or(l.SupplierSKU, l.SKU), "ours", l.SKU))
	s.rule(y + 5)
	s.SetY(y + 6.5)
}

// ReturnReason is what a reason of a return to a supplier is called on paper.
func (w Words) ReturnReason(reason string) string { return w.say("back.reason_" + reason) }

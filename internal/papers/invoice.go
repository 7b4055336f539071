package papers

import "strings"

// Invoice is what a customer was billed, or a credit note. Amounts are shown as
// they are to be read.
type Invoice struct {
	Paper
	Credit    bool
	Number    string
	On        string // the date of issue
	Order     string
	Ordered   string // its date
	Reference string
	Of        []string // of a credit note: the invoices that it corrects
	TaxID     string   // the seller's
	To        []string
	Currency  string
	Lines     []InvoiceLine
	Rates     []TaxRate // nothing when rates cannot be told from amounts
	Net       string
	Tax       string
	Total     string
	Terms     []string
	Footer    []string
}

// InvoiceLine is one position. Carried is the sum down to it.
type InvoiceLine struct {
	SKU, Title                             string
	Quantity, Price, Discount, Tax, Amount string
	Carried                                string
}

// TaxRate is what was taxed at one rate.
type TaxRate struct{ Rate, Net, Tax string }

// The columns: where each begins, and how wide it is.
const (
	colItem, wideItem         = 15, 70
	colQuantity, wideQuantity = 86, 20
	colPrice, widePrice       = 107, 24
	colDiscount, wideDiscount = 132, 18
	colTax, wideTax           = 151, 19
	colAmount, wideAmount     = 171, 24
)

// PDF draws the invoice.
func (p *Invoice) PDF() ([]byte, error) {
	w := p.Words
	title := w.say(pick(p.Credit, "invoice.credit", "invoice.title"))
	s, err := newSheet(p.Paper, title+" "+p.Number, 210, 297, 15)
	if err != nil {
		return nil, err
	}
	s.paged(w.say("invoice.foot", "title", title, "number", p.Number, "seller", p.Brand.Name))
	s.AddPage()
	y := s.brand(title, p.Number)
	s.ink(grey)
	s.line(15, y, 90, 7.5, "", strings.Join(append([]string{p.Brand.Name}, p.Brand.Address...), " · "))
	s.ink(0)
	left := 6 + s.stack(15, y+6, 90, 11, "", 2, p.To)
	right := p.facts(s, y)
	s.SetY(y + max(left, right) + 8)
	p.columns(s)
	carried := ""
	s.heads = func() {
		s.SetY(s.margin)
		p.columns(s)
		p.carry(s, "invoice.brought", carried)
	}
	for i := range p.Lines {
		l := &p.Lines[i]
		high := p.height(s, l)
		if s.GetY()+high+7 > s.bottom() { // the sum so far stands on both pages
			p.carry(s, "invoice.carried", carried)
			s.page()
		}
		p.row(s, l, high)
		carried = l.Carried
	}
	s.heads = func() { s.SetY(s.margin) }
	p.sums(s)
	p.words(s)
	return s.bytes()
}

// facts are the document's own, at the right.
func (p *Invoice) facts(s *sheet, y float64) float64 {
	top := y
	tell := func(name, value string) {
		if strings.TrimSpace(value) == "" {
			return
		}
		s.ink(grey)
		s.line(120, y, 33, 9, "", s.Words.say(name))
		s.ink(0)
		y += max(leading(9), s.block(153, y, 42, 9, "", 3, value)) + 0.6
	}
	tell("invoice.date", p.On)
	tell("invoice.of", strings.Join(p.Of, ", "))
	tell("invoice.order", p.Order)
	tell("invoice.ordered", p.Ordered)
	tell("invoice.reference", p.Reference)
	tell("invoice.taxID", p.TaxID)
	return y - top
}

func (p *Invoice) columns(s *sheet) {
	y := s.GetY()
	say := s.Words.say
	s.ink(grey)
	s.line(colItem, y, wideItem, 8, "", say("invoice.item"))
	s.right(colQuantity, y, wideQuantity, 8, "", say("invoice.quantity"))
	s.right(colPrice, y, widePrice, 8, "", say("invoice.price"))
	s.right(colDiscount, y, wideDiscount, 8, "", say("invoice.discount"))
	s.right(colTax, y, wideTax, 8, "", say("invoice.tax"))
	s.right(colAmount, y, wideAmount, 8, "", say("invoice.amount", "currency", p.Currency))
	s.rule(y + 5)
	s.SetY(y + 6.5)
}

func (p *Invoice) height(s *sheet, l *InvoiceLine) float64 {
	high := s.lines(wideItem, 9.5, "", 4, l.Title)
	if l.SKU != "" {
		high += leading(7.5)
	}
	return high + 2.5
}

func (p *Invoice) row(s *sheet, l *InvoiceLine, high float64) {
	y := s.GetY()
	s.ink(0)
	end := y + s.block(colItem, y, wideItem, 9.5, "", 4, l.Title)
	s.right(colQuantity, y, wideQuantity, 9.5, "", l.Quantity)
	s.right(colPrice, y, widePrice, 9.5, "", l.Price)
	s.right(colDiscount, y, wideDiscount, 9.5, "", l.Discount)
	s.right(colTax, y, wideTax, 9.5, "", l.Tax)
	s.right(colAmount, y, wideAmount, 9.5, "", l.Amount)
	if l.SKU != "" {
		s.ink(grey)
		s.line(colItem, end, wideItem, 7.5, "", l.SKU)
	}
	s.rule(y + high - 1.2)
	s.SetY(y + high)
}

// carry tells the sum of the lines so far, at a page's end and beginning.
func (p *Invoice) carry(s *sheet, word, sum string) {
	if sum == "" {
		return
	}
	y := s.GetY()
	s.ink(grey)
	s.line(colItem, y, 120, 8.5, "", s.Words.say(word))
	s.ink(0)
	s.right(colTax-10, y, wideTax+wideAmount+11, 8.5, "", sum)
	s.SetY(y + 6)
}

// sums are the totals, and what was taxed at which rate.
func (p *Invoice) sums(s *sheet) {
	s.room(float64(26 + 5*len(p.Rates)))
	y := s.GetY() + 2
	tell := func(size float64, style, name, amount string) {
		s.ink(pickInk(style))
		s.right(100, y, 65, size, style, name)
		s.ink(0)
		s.right(166, y, 29, size, style, amount)
		y += leading(size) + 1
	}
	say := s.Words.say
	tell(9.5, "", say("invoice.net"), p.Net)
	if len(p.Rates) == 0 {
		tell(9.5, "", say("invoice.taxAll"), p.Tax)
	}
	for _, r := range p.Rates {
		tell(9.5, "", say("invoice.taxOf", "rate", r.Rate, "net", r.Net), r.Tax)
	}
	y++
	tell(12, "B", say(pick(p.Credit, "invoice.credited", "invoice.total")), p.Total+" "+p.Currency)
	s.SetY(y + 3)
}

// words are what the seller says at the end.
func (p *Invoice) words(s *sheet) {
	for _, part := range []struct {
		size  float64
		ink   int
		lines []string
	}{{9.5, 0, p.Terms}, {8, grey, p.Footer}} {
		for _, text := range part.lines {
			s.room(s.lines(180, part.size, "", 6, text) + 1)
			s.ink(part.ink)
			y := s.GetY()
			s.SetY(y + s.block(15, y, 180, part.size, "", 6, text) + 0.5)
		}
		s.SetY(s.GetY() + 3)
	}
}

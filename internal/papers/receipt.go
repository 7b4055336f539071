package papers

// Receipt is what a customer at the counter takes along, on a roll of 80 mm.
// Amounts are shown as they are to be read.
type Receipt struct {
	Paper
	Order    string
	Lines    []ReceiptLine
	Subtotal string
	Discount string // "" for none, like the next ones
	Fees     string
	Tax      string
	Included bool // the tax is in the prices
	Total    string
	Paid     []Payment
	Open     string
	Change   string
	Thanks   string // what the merchant says at the end
	Print    bool   // who opens it is asked for a printer at once
}

// ReceiptLine is one position.
type ReceiptLine struct {
	SKU, Title      string
	Quantity, Price string
	Total           string
}

// Payment is money that was taken.
type Payment struct{ By, Amount string }

const rollWidth = 80

// PDF draws the receipt on one page as long as it needs.
func (p *Receipt) PDF() ([]byte, error) {
	// The length is known when it has been drawn once.
	draft, end, err := p.draw(maxRoll)
	if err != nil || end > maxRoll-5 {
		return draft, err
	}
	out, _, err := p.draw(max(80, end+6))
	return out, err
}

// maxRoll is the longest page that a PDF reader shows.
const maxRoll = 5000

func (p *Receipt) draw(length float64) ([]byte, float64, error) {
	s, err := newSheet(p.Paper, p.Words.say("receipt.title"), rollWidth, length, 4)
	if err != nil {
		return nil, 0, err
	}
	if p.Print {
		s.SetJavascript("print(true);")
	}
	s.AddPage()
	w, y := float64(rollWidth-8), 5.0
	if s.logo(4, y, w, 12) {
		y += 14
	}
	s.ink(0)
	y += s.block(4, y, w, 13, "B", 2, p.Brand.Name)
	s.ink(grey)
	y += s.stack(4, y+0.5, w, 8, "", 2, p.Brand.Address) + 2
	s.line(4, y, w/2, 8, "", p.Words.say("receipt.order", "order", p.Order))
	s.right(4+w/2, y, w/2, 8, "", p.At.Format("2006-01-02 15:04"))
	y += 5.5
	s.SetFillColor(s.accent())
	s.Rect(4, y, w, 0.7, "F")
	y = p.goods(s, y+2.5, w)
	y = p.sums(s, y, w)
	s.code128At(4, y+4, w, 11, p.Order)
	y += 17
	s.ink(grey)
	y += s.block(4, y, w, 8, "", 4, or(p.Thanks, p.Words.say("receipt.thanks")))
	out, err := s.bytes()
	return out, y, err
}

func (p *Receipt) goods(s *sheet, y, w float64) float64 {
	for _, l := range p.Lines {
		if y > maxRoll-60 {
			s.AddPage()
			y = 5
		}
		s.ink(0)
		s.right(4+w-24, y, 24, 9.5, "B", l.Total)
		y += s.block(4, y, w-26, 9.5, "", 3, l.Title)
		s.ink(grey)
		s.line(4, y, w-26, 8, "", l.Quantity+" × "+l.Price+"   "+l.SKU)
		y += 5
	}
	s.SetDrawColor(200, 200, 200)
	s.Line(4, y, 4+w, y)
	return y + 2
}

func (p *Receipt) sums(s *sheet, y, w float64) float64 {
	tell := func(size float64, style, name, amount string) {
		if amount == "" {
			return
		}
		s.ink(pickInk(style))
		s.line(4, y, w-28, size, style, name)
		s.ink(0)
		s.right(4+w-28, y, 28, size, style, amount)
		y += leading(size) + 1
	}
	say := p.Words.say
	tell(9, "", say("receipt.subtotal"), p.Subtotal)
	tell(9, "", say("receipt.discount"), p.Discount)
	tell(9, "", say("receipt.fees"), p.Fees)
	if !p.Included {
		tell(9, "", say("receipt.taxAdded"), p.Tax)
	}
	y++
	tell(14, "B", say("receipt.total"), p.Total)
	if p.Included {
		tell(9, "", say("receipt.tax"), p.Tax)
	}
	y++
	for _, x := range p.Paid {
		tell(9.5, "", say("receipt.paid", "by", x.By), x.Amount)
	}
	tell(9.5, "B", say("receipt.open"), p.Open)
	tell(9.5, "", say("receipt.change"), p.Change)
	return y
}

func pickInk(style string) int {
	if style == "B" {
		return 0
	}
	return grey
}

package papers

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// PickList says what to take off which shelf, for one fulfillment or for a
// wave of them.
type PickList struct {
	Paper
	Place  string
	Orders []PickOrder
	Lines  []PickLine
}

// PickOrder is a fulfillment of the walk; Code is what its barcode says.
type PickOrder struct {
	Code  string
	Order string
	Due   time.Time // zero when nothing was promised
}

// PickLine is units of one item for one order of the walk.
type PickLine struct {
	Order    string
	SKU      string
	Title    string
	Quantity int64  // steps
	Shown    string // the quantity with its unit
	Bin, Lot string // where it lies, "" when nobody knows
}

// stop is one thing to take: all of an item that lies in one bin and lot.
type stop struct {
	PickLine
	orders []string
}

// stops puts the lines of a walk in the order of the shelves: by bin, then by
// SKU; what has no bin comes last. One item is taken once for all orders.
func (p *PickList) stops() []stop {
	var out []stop
	at := map[[3]string]int{}
	for _, l := range p.Lines {
		k := [3]string{l.Bin, l.SKU, l.Lot}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, stop{PickLine: l})
			out[i].Quantity = 0
		}
		out[i].Quantity += l.Quantity
		for _, o := range p.Orders {
			if o.Order == l.Order && len(p.Orders) > 1 {
				out[i].orders = append(out[i].orders, o.Order+" × "+l.Shown)
			}
		}
		if out[i].Quantity != l.Quantity {
			out[i].Shown = strconv.FormatInt(out[i].Quantity, 10)
		}
	}
	slices.SortStableFunc(out, func(a, b stop) int {
		return cmp.Or(cmp.Compare(last(a.Bin), last(b.Bin)), cmp.Compare(a.Bin, b.Bin), cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Lot, b.Lot))
	})
	return out
}

func last(bin string) int {
	if bin == "" {
		return 1
	}
	return 0
}

// PDF draws the list.
func (p *PickList) PDF() ([]byte, error) {
	s, err := newSheet(p.Paper, p.Words.say("pick.title"), 210, 297, 12)
	if err != nil {
		return nil, err
	}
	p.Words = s.Words
	s.paged(p.Words.say("pick.made", "at", p.At.Format("2006-01-02 15:04"), "place", p.Place))
	s.AddPage()
	p.head(s)
	p.columns(s)
	s.heads = func() { s.SetY(s.margin); p.columns(s) }
	for _, x := range p.stops() {
		p.row(s, &x)
	}
	s.heads = nil
	if len(p.Orders) > 1 {
		p.walk(s)
	}
	return s.bytes()
}

func (p *PickList) head(s *sheet) {
	if len(p.Orders) != 1 {
		s.SetY(s.brand(p.Words.say("pick.title"), p.Words.say("pick.wave", "n", strconv.Itoa(len(p.Orders)))))
		return
	}
	o := p.Orders[0]
	under := p.Words.say("pick.one", "order", o.Order)
	if !o.Due.IsZero() {
		under += ", " + p.Words.say("pick.due", "at", o.Due.Format("2006-01-02 15:04"))
	}
	y := s.brand(p.Words.say("pick.title"), under)
	s.coded(s.width-s.margin-70, y, 70, 12, o.Code)
	s.ink(0)
	s.line(s.margin, y+1, 100, 20, "B", o.Order)
	s.ink(grey)
	s.line(s.margin, y+11, 100, 9, "", p.Place)
	s.SetY(y + 21)
}

// coded draws a barcode with its words beneath.
func (s *sheet) coded(x, y, w, h float64, text string) {
	s.code128At(x, y, w, h, text)
	s.ink(grey)
	s.aligned(x, y+h+0.8, w, 7.5, "", "C", text)
}

// Columns of the list, from the left.
const (
	pickPicture  = 12.0
	pickBin      = 28.0
	pickItem     = 56.0
	pickLot      = 128.0
	pickQuantity = 152.0
	pickGot      = 172.0
)

func (p *PickList) columns(s *sheet) {
	y := s.GetY()
	s.ink(grey)
	s.line(pickBin, y, 26, 8, "", p.Words.say("pick.bin"))
	s.line(pickItem, y, 60, 8, "", p.Words.say("pick.item"))
	s.line(pickLot, y, 22, 8, "", p.Words.say("pick.lot"))
	s.right(pickQuantity-2, y, 16, 8, "", p.Words.say("pick.quantity"))
	s.line(pickGot, y, 26, 8, "", p.Words.say("pick.got"))
	s.rule(y + 5)
	s.SetY(y + 6.5)
}

// rule draws a thin line over the page's width.
func (s *sheet) rule(y float64) {
	s.SetDrawColor(200, 200, 200)
	s.Line(s.margin, y, s.width-s.margin, y)
}

func (p *PickList) row(s *sheet, x *stop) {
	title := s.lines(68, 9, "", 2, x.Title)
	orders := strings.Join(x.orders, "   ")
	high := max(15, 7+title)
	if orders != "" {
		high += s.lines(68, 8, "", 4, orders)
	}
	s.room(high + 2)
	y := s.GetY()
	s.placeholder(pickPicture, y, 13, x.Title)
	s.ink(0)
	s.block(pickBin, y, 26, 13, "B", 2, or(x.Bin, "–"))
	s.line(pickItem, y, 70, 11, "B", x.SKU)
	s.block(pickItem, y+5.5, 68, 9, "", 2, x.Title)
	if orders != "" {
		s.ink(grey)
		s.block(pickItem, y+6+title, 68, 8, "", 4, orders)
		s.ink(0)
	}
	s.block(pickLot, y+0.8, 22, 9, "", 2, x.Lot)
	s.right(pickQuantity-6, y, 20, 14, "B", x.Shown)
	s.boxes(pickGot, y+0.8, x.Quantity)
	s.rule(y + high)
	s.SetY(y + high + 2)
}

func or(text, instead string) string {
	if text == "" {
		return instead
	}
	return text
}

// placeholder stands for an item's picture: papers fetch nothing.
func (s *sheet) placeholder(x, y, side float64, title string) {
	s.SetFillColor(240, 240, 240)
	s.Rect(x, y, side, side, "F")
	first := ""
	for _, r := range clean(title) {
		first = strings.ToUpper(string(r))
		break
	}
	s.ink(150)
	s.aligned(x, y+side/2-3, side, 14, "B", "C", first)
}

// boxes are to be ticked, one a unit; for many a line to write on.
func (s *sheet) boxes(x, y float64, n int64) {
	s.SetDrawColor(120, 120, 120)
	if n > 10 {
		s.Line(x, y+6, x+24, y+6)
		return
	}
	for i := range n {
		s.Rect(x+float64(i%5)*5.2, y+float64(i/5)*5.2, 4.2, 4.2, "D")
	}
}

// walk lists the orders of a wave with the barcode of each, for packing.
func (p *PickList) walk(s *sheet) {
	s.room(40)
	y := s.GetY() + 3
	s.ink(0)
	s.line(s.margin, y, 150, 12, "B", p.Words.say("pick.orders"))
	y += 8
	half := (s.width - 2*s.margin) / 2
	for i, o := range p.Orders {
		if i%2 == 0 && y+24 > s.bottom() {
			s.page()
			y = s.margin
		}
		x := s.margin + float64(i%2)*half
		s.ink(0)
		s.line(x, y, 30, 12, "B", o.Order)
		if !o.Due.IsZero() {
			s.ink(grey)
			s.block(x, y+5.5, 26, 8, "", 2, p.Words.say("pick.due", "at", o.Due.Format("01-02 15:04")))
		}
		s.coded(x+28, y, half-32, 10, o.Code)
		if i%2 == 1 {
			y += 20
		}
	}
}

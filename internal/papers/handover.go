package papers

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// Handover is what a driver signs: the parcels that leave a place, by carrier.
type Handover struct {
	Paper
	Place   string
	Parcels []HandoverParcel
}

// HandoverParcel is one parcel of the list.
type HandoverParcel struct {
	Parcel, Tracking, Order, To, Carrier string
	Grams                                int64
	Left                                 time.Time // zero while it is ready to leave
}

// PDF draws the list, each carrier's on pages of its own.
func (p *Handover) PDF() ([]byte, error) {
	w := p.Words
	s, err := newSheet(p.Paper, w.say("hand.title"), 210, 297, 15)
	if err != nil {
		return nil, err
	}
	under := w.say("hand.under", "place", p.Place, "date", p.At.Format("2006-01-02 15:04"))
	s.paged(p.Brand.Name + " · " + under)
	list := slices.Clone(p.Parcels)
	slices.SortStableFunc(list, func(a, b HandoverParcel) int {
		return cmp.Or(cmp.Compare(a.Carrier, b.Carrier), a.Left.Compare(b.Left), cmp.Compare(a.Parcel, b.Parcel))
	})
	if len(list) == 0 {
		s.AddPage()
		s.block(15, s.brand(w.say("hand.title"), under), 180, 11, "", 2, w.say("hand.none"))
	}
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].Carrier == list[0].Carrier {
			n++
		}
		p.carrier(s, under, list[:n])
		list = list[n:]
	}
	return s.bytes()
}

func (p *Handover) carrier(s *sheet, under string, list []HandoverParcel) {
	s.heads = nil
	s.AddPage()
	y := s.brand(s.Words.say("hand.title"), under)
	s.ink(0)
	s.line(15, y, 120, 15, "B", or(list[0].Carrier, s.Words.say("hand.nocarrier")))
	grams := int64(0)
	for _, x := range list {
		grams += x.Grams
	}
	sum := s.Words.say(pick(len(list) == 1, "hand.sumOne", "hand.sum"), "n", strconv.Itoa(len(list)), "weight", kilos(grams))
	s.right(115, y+1, 80, 11, "B", sum)
	s.SetY(y + 11)
	p.columns(s)
	s.heads = func() { s.SetY(s.margin); p.columns(s) }
	for i := range list {
		p.row(s, i+1, &list[i])
	}
	s.room(34)
	p.sign(s, s.GetY()+8, sum)
}

func (p *Handover) columns(s *sheet) {
	y := s.GetY()
	s.ink(grey)
	s.line(24, y, 40, 8, "", s.Words.say("hand.parcel"))
	s.line(64, y, 44, 8, "", s.Words.say("hand.tracking"))
	s.line(110, y, 16, 8, "", s.Words.say("hand.order"))
	s.line(128, y, 40, 8, "", s.Words.say("hand.to"))
	s.right(172, y, 23, 8, "", s.Words.say("hand.weight"))
	s.rule(y + 5)
	s.SetY(y + 6)
}

func (p *Handover) row(s *sheet, n int, x *HandoverParcel) {
	s.room(8)
	y := s.GetY()
	s.ink(grey)
	s.right(15, y, 6, 8, "", strconv.Itoa(n))
	s.ink(0)
	s.line(24, y, 39, 8.5, "", x.Parcel)
	s.line(64, y, 45, 8.5, "B", x.Tracking)
	s.line(110, y, 17, 8.5, "", x.Order)
	s.line(128, y, 50, 8.5, "", x.To)
	s.right(179, y, 16, 8.5, "", pick(x.Grams > 0, kilos(x.Grams), "–"))
	s.rule(y + 5.2)
	s.SetY(y + 6.2)
}

// sign is where the driver signs for what the sum says.
func (p *Handover) sign(s *sheet, y float64, sum string) {
	s.ink(0)
	s.line(15, y, 180, 10, "B", s.Words.say("hand.received")+": "+sum)
	s.SetDrawColor(120, 120, 120)
	for i, name := range []string{"hand.name", "hand.signature", "hand.time"} {
		x := 15 + float64(i)*62
		s.Line(x, y+20, x+56, y+20)
		s.ink(grey)
		s.line(x, y+21, 56, 8, "", s.Words.say(name))
	}
}

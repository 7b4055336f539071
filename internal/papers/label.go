package papers

import "fmt"

// Label is a plain address label, A6: what a parcel needs where no carrier's
// own label is printed.
type Label struct {
	Paper
	To       []string
	From     []string
	Parcel   string
	Order    string
	Carrier  string
	Tracking string
	Grams    int64
}

// PDF draws the label.
func (p *Label) PDF() ([]byte, error) {
	w := p.Words
	s, err := newSheet(p.Paper, w.say("label.order", "order", p.Order), 105, 148, 7)
	if err != nil {
		return nil, err
	}
	s.AddPage()
	s.ink(grey)
	s.line(7, 7, 91, 7, "", w.say("label.from"))
	s.ink(0)
	s.block(7, 10.2, 62, 9, "B", 1, p.Brand.Name)
	s.stack(7, 14.3, 62, 8, "", 1, first(p.From, 4))
	s.qrAt(74, 6, 25, p.Parcel)
	s.SetFillColor(s.accent())
	s.Rect(7, 33, 91, 0.9, "F")
	s.ink(grey)
	s.line(7, 37, 40, 8, "", w.say("label.to"))
	s.ink(0)
	to := p.To
	if len(to) == 0 {
		to = []string{w.say("label.noaddress")}
	}
	size := 15.0
	for size > 8 && s.stackHeight(91, size, to) > 58 {
		size--
	}
	s.stack(7, 42, 91, size, "B", 2, first(to, 9))
	s.rule(104)
	s.line(7, 106, 45, 9, "", w.say("label.order", "order", p.Order))
	if p.Grams > 0 {
		s.right(58, 106, 40, 9, "B", w.say("label.weight", "weight", kilos(p.Grams)))
	}
	s.line(7, 111, 91, 8, "", join(p.Carrier, p.Tracking))
	s.coded(7, 117.5, 91, 17, p.Parcel)
	return s.bytes()
}

func (s *sheet) stackHeight(w, size float64, texts []string) float64 {
	h := 0.0
	for _, t := range first(texts, 9) {
		h += s.lines(w, size, "B", 2, t)
	}
	return h
}

func first(list []string, n int) []string { return list[:min(n, len(list))] }

func join(a, b string) string {
	if a != "" && b != "" {
		return a + ": " + b
	}
	return a + b
}

// kilos shows grams as kilograms.
func kilos(grams int64) string { return fmt.Sprintf("%d.%03d", grams/1000, grams%1000) }

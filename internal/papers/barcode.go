package papers

import (
	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/qr"
)

// code128At draws a text as Code 128 within w by h, modules never narrower
// than a quarter of a millimeter as long as the width allows. A text that the
// code cannot say is left out: its words stand beneath anyway.
func (s *sheet) code128At(x, y, w, h float64, text string) {
	if text == "" || len(text) > 60 {
		return
	}
	code, err := code128.Encode(text)
	if err != nil {
		return
	}
	n := code.Bounds().Dx()
	module := min(0.4, w/float64(n+20)) // ten modules of quiet on each side
	x += (w - module*float64(n)) / 2
	s.SetFillColor(0, 0, 0)
	for from := 0; from < n; {
		if !dark(code, from, 0) {
			from++
			continue
		}
		to := from
		for to < n && dark(code, to, 0) {
			to++
		}
		s.Rect(x+module*float64(from), y, module*float64(to-from), h, "F")
		from = to
	}
}

// qrAt draws a text as a QR code in a square.
func (s *sheet) qrAt(x, y, side float64, text string) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return
	}
	n := code.Bounds().Dx()
	module := side / float64(n+4)
	s.SetFillColor(0, 0, 0)
	for row := range n {
		for from := 0; from < n; {
			if !dark(code, from, row) {
				from++
				continue
			}
			to := from
			for to < n && dark(code, to, row) {
				to++
			}
			s.Rect(x+module*float64(from+2), y+module*float64(row+2), module*float64(to-from), module, "F")
			from = to
		}
	}
}

func dark(code barcode.Barcode, x, y int) bool {
	r, _, _, _ := code.At(code.Bounds().Min.X+x, code.Bounds().Min.Y+y).RGBA()
	return r < 0x8000
}

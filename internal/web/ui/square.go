package ui

import (
	"strconv"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// Square draws a text as a QR code: for each row of dark squares one path of an
// SVG, and how many squares the drawing is wide, with the quiet zone around.
func Square(text string) (rows []string, size int, err error) {
	const quiet = 4
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, 0, err
	}
	n := code.Bounds().Dx()
	for y := range n {
		var b strings.Builder
		for x := 0; x < n; {
			run := x
			for run < n && dark(code.At(run, y)) {
				run++
			}
			if run > x {
				b.WriteString("M" + strconv.Itoa(x+quiet) + " " + strconv.Itoa(y+quiet) + "h" + strconv.Itoa(run-x) + "v1h-" + strconv.Itoa(run-x) + "z")
			}
			x = max(run, x+1)
		}
		rows = append(rows, b.String())
	}
	return rows, n + 2*quiet, nil
}

func dark(c interface{ RGBA() (r, g, b, a uint32) }) bool {
	r, _, _, _ := c.RGBA()
	return r < 0x8000
}

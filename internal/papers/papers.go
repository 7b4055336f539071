// Package papers draws what is printed: pick lists, packing slips, address
// labels, hand-over lists and counter receipts, as PDF.
//
// What belongs here: how a paper looks. Structs go in, bytes come out, and the
// same struct gives the same bytes. What does not: reading what stands on a
// paper (papers/fill does), and any decision.
//
// Papers are in UTF-8 with the embedded Roboto, which has Latin, Greek,
// Cyrillic and Vietnamese letters. What it lacks is shown as an empty box:
// nothing that a stranger typed can break a paper or leave it.
package papers

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Limits of one paper.
const (
	MaxFulfillments = 200  // of a wave
	MaxLines        = 5000 // of one paper
	MaxLogoBytes    = 512 << 10
)

// Brand is whose paper it is.
type Brand struct {
	Name    string
	Address []string
	Logo    []byte   // PNG or JPEG, at most MaxLogoBytes; left out when it is neither
	Color   [3]uint8 // of rules and accents; black when zero
}

// Paper is what all papers share. At is when it was made, in the zone of who
// reads it: it is printed, and stands in the file.
type Paper struct {
	Brand Brand
	At    time.Time
	Words Words
}

// sheet is a PDF that is being drawn. Lengths are millimeters.
type sheet struct {
	*fpdf.Fpdf
	Paper
	width, margin float64
	foot          string // what every page's foot says beside the page's number
	heads         func() // what begins every page
}

const grey = 110

func newSheet(p Paper, title string, width, height, margin float64) (*sheet, error) {
	f := fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: width, Ht: height}})
	s := &sheet{Fpdf: f, Paper: p, width: width, margin: margin}
	f.SetCreationDate(p.At.UTC())
	f.SetModificationDate(p.At.UTC())
	f.SetCatalogSort(true)
	f.SetProducer("Orderly", true)
	f.SetTitle(clean(title), true)
	f.SetMargins(margin, margin, margin)
	f.SetAutoPageBreak(false, 0)
	f.AddUTF8FontFromBytes(family, "", regular)
	f.AddUTF8FontFromBytes(family, "B", bold)
	f.SetCellMargin(0)
	f.SetLineWidth(0.2)
	return s, f.Error()
}

// paged makes every page end in the foot and "page x of y".
func (s *sheet) paged(foot string) {
	s.foot = clean(foot)
	s.AliasNbPages("{all}")
	s.SetFooterFunc(func() {
		_, h := s.GetPageSize()
		s.ink(grey)
		s.SetDrawColor(210, 210, 210)
		s.Line(s.margin, h-11, s.width-s.margin, h-11)
		s.line(s.margin, h-9.5, s.width-2*s.margin-35, 7.5, "", s.foot)
		s.font(7.5, "")
		s.SetXY(s.width-s.margin-35, h-9.5)
		s.CellFormat(35, 3.5, s.Words.say("page", "n", fmt.Sprint(s.PageNo()), "all", "{all}"), "", 0, "R", false, 0, "")
	})
}

// bottom is where a page's content ends.
func (s *sheet) bottom() float64 { _, h := s.GetPageSize(); return h - 14 }

// page begins a new page.
func (s *sheet) page() {
	s.AddPage()
	if s.heads != nil {
		s.heads()
	}
}

// room begins a new page unless there is height left on this one.
func (s *sheet) room(height float64) bool {
	if s.GetY()+height <= s.bottom() {
		return false
	}
	s.page()
	return true
}

func (s *sheet) ink(g int) { s.SetTextColor(g, g, g) }

func (s *sheet) accent() (int, int, int) {
	c := s.Brand.Color
	return int(c[0]), int(c[1]), int(c[2])
}

func (s *sheet) bytes() ([]byte, error) {
	var b bytes.Buffer
	err := s.Output(&b)
	return b.Bytes(), err
}

// brand draws the merchant's logo or name at the top left, and a rule in the
// merchant's color beneath; it gives where the content begins.
func (s *sheet) brand(title, under string) float64 {
	top := s.margin
	half := (s.width - 2*s.margin) / 2
	if !s.logo(s.margin, top, half-4, 13) {
		s.ink(0)
		s.block(s.margin, top+1, half-4, 14, "B", 2, s.Brand.Name)
	}
	s.ink(0)
	s.right(s.margin+half, top+1, half, 16, "B", title)
	s.ink(grey)
	s.right(s.margin+half, top+8.5, half, 9, "", under)
	y := top + 16
	s.SetFillColor(s.accent())
	s.Rect(s.margin, y, s.width-2*s.margin, 0.9, "F")
	s.ink(0)
	return y + 5
}

func (s *sheet) logo(x, y, w, h float64) bool {
	kind := pictureKind(s.Brand.Logo)
	if kind == "" {
		return false
	}
	o := fpdf.ImageOptions{ImageType: kind}
	info := s.RegisterImageOptionsReader("logo", o, bytes.NewReader(s.Brand.Logo))
	if s.Err() || info == nil || info.Width() <= 0 || info.Height() <= 0 {
		s.ClearError()
		return false
	}
	scale := min(w/info.Width(), h/info.Height())
	s.ImageOptions("logo", x, y, info.Width()*scale, info.Height()*scale, false, o, 0, "")
	return true
}

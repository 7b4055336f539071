package papers

import (
	"strings"
)

const perPoint = 0.3528 // millimeters

func (s *sheet) font(size float64, style string) { s.SetFont(family, style, size) }

// leading is the height of a line of text.
func leading(size float64) float64 { return size * perPoint * 1.25 }

// fit shortens a text with an ellipsis until it is no wider than w.
func (s *sheet) fit(text string, w float64) string {
	if s.GetStringWidth(text) <= w {
		return text
	}
	letters := []rune(text)
	low, high := 0, len(letters)
	for low < high {
		mid := (low + high + 1) / 2
		if s.GetStringWidth(string(letters[:mid])+"…") <= w {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return strings.TrimSpace(string(letters[:low])) + "…"
}

// wrap breaks a text into lines no wider than w, words that are wider too. The
// last of at most most lines ends in an ellipsis when there is more.
func (s *sheet) wrap(text string, w float64, most int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && s.GetStringWidth(line+" "+word) <= w {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		line = word
		for s.GetStringWidth(line) > w && len(lines) < most+1 {
			cut := s.cut(line, w)
			lines, line = append(lines, line[:cut]), line[cut:]
		}
		if len(lines) > most {
			break
		}
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] = s.fit(lines[most-1]+" …", w)
		if !strings.HasSuffix(lines[most-1], "…") {
			lines[most-1] += "…"
		}
	}
	return lines
}

// cut is how many bytes of a word fit into w, at least one letter.
func (s *sheet) cut(word string, w float64) int {
	best := 0
	for i, r := range word {
		end := i + len(string(r))
		if best > 0 && s.GetStringWidth(word[:end]) > w {
			break
		}
		best = end
	}
	return best
}

// line writes one line at a place, shortened to w.
func (s *sheet) line(x, y, w, size float64, style, text string) {
	s.aligned(x, y, w, size, style, "L", text)
}

// right writes one line that ends at x+w.
func (s *sheet) right(x, y, w, size float64, style, text string) {
	s.aligned(x, y, w, size, style, "R", text)
}

func (s *sheet) aligned(x, y, w, size float64, style, align, text string) {
	s.font(size, style)
	s.SetXY(x, y)
	s.CellFormat(w, leading(size), s.fit(clean(text), w), "", 0, align, false, 0, "")
}

// block writes a text in at most most lines and gives its height.
func (s *sheet) block(x, y, w, size float64, style string, most int, text string) float64 {
	s.font(size, style)
	lines := s.wrap(clean(text), w, most)
	for i, l := range lines {
		s.SetXY(x, y+float64(i)*leading(size))
		s.CellFormat(w, leading(size), l, "", 0, "L", false, 0, "")
	}
	return float64(len(lines)) * leading(size)
}

// lines is how high a block will be.
func (s *sheet) lines(w, size float64, style string, most int, text string) float64 {
	s.font(size, style)
	return float64(len(s.wrap(clean(text), w, most))) * leading(size)
}

// stack writes texts beneath each other, each in at most most lines, and gives
// the height of all.
func (s *sheet) stack(x, y, w, size float64, style string, most int, texts []string) float64 {
	h := 0.0
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			h += s.block(x, y+h, w, size, style, most, t)
		}
	}
	return h
}

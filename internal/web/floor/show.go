package floor

import (
	"strconv"
	"strings"

	"orderly/internal/stock"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
)

func num(n int64) string { return strconv.FormatInt(n, 10) }

func late(v *shell.Visit, at int64) bool { return at < v.Now().UnixMicro() }

// units says how much there is to do: lines, and units that are open. What is
// weighed or measured counts as one: nobody thinks of a pound as 454 units.
func units(v *shell.Visit, w *walk.Work) string {
	lines, open := int64(0), int64(0)
	for i := range w.Lines {
		l := &w.Lines[i]
		if l.Open <= 0 {
			continue
		}
		lines++
		if l.Item != nil && l.Item.Scale > 0 {
			open++
		} else {
			open += l.Open
		}
	}
	return v.T("floor.lines", "n", lines) + " · " + v.T("floor.units", "n", open)
}

// scanMethod is how a scan by hand is sent: finding changes nothing.
func scanMethod(action string) string {
	if action == "/floor/find" || action == "/floor/put-away" {
		return "get"
	}
	return "post"
}

// amount is a quantity with its unit.
func amount(v *shell.Visit, steps int64, scale int, unit string) string {
	text := v.Quantity(steps, scale)
	if unit == "" || unit == "pcs" {
		return text
	}
	return text + " " + unit
}

// signed is a difference with its sign.
func signed(v *shell.Visit, steps int64, scale int) string {
	switch {
	case steps > 0:
		return "+" + v.Quantity(steps, scale)
	case steps < 0:
		return "−" + v.Quantity(-steps, scale)
	}
	return v.T("floor.same")
}

// ours is a picture of this server, "" for any other: the page asks nobody else.
func ours(picture string) string {
	if strings.HasPrefix(picture, "/") && !strings.HasPrefix(picture, "//") {
		return picture
	}
	return ""
}

func firstLetter(text string) string {
	for _, r := range strings.ToUpper(text) {
		return string(r)
	}
	return ""
}

// whereFrom names the bins and lots to take from, oldest first.
func whereFrom(v *shell.Visit, l *pickLine) []string {
	var out []string
	for _, s := range l.From {
		if s.Bin == "" && s.Lot == "" {
			continue
		}
		text := s.Bin
		if s.Lot != "" {
			text = strings.TrimSpace(text + " · " + v.T("floor.lot", "lot", s.Lot))
		}
		if len(l.From) > 1 {
			text += " × " + v.Quantity(s.Quantity, l.Item.Scale)
		}
		out = append(out, text)
	}
	return out
}

// states are the states in which goods can be received.
func states(v *shell.Visit) []string {
	return []string{"", string(stock.Damaged), string(stock.QualityControl)}
}

func stateLabel(v *shell.Visit, state string) string {
	if state == "" {
		return v.T("floor.state_good")
	}
	return v.T("floor.state_" + state)
}

func kg(grams int64) string {
	if grams == 0 {
		return ""
	}
	text := strconv.FormatFloat(float64(grams)/1000, 'f', 3, 64)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// leaves is when the next carrier comes, in the location's own time.
func leaves(v *shell.Visit, h here) string {
	return v.Instant(h.LeavesAt).In(h.Zone).Format(v.T("floor.leaves_at"))
}

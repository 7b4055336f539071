package overview

import (
	"fmt"
	"strings"

	"orderly/internal/figures"
	kept "orderly/internal/store/figures"
)

// The field on which charts are drawn; it is stretched to where it stands.
const (
	chartWide = 1000
	chartHigh = 200
)

// bar is one step of a chart.
type bar struct {
	X, Y, Width, Height string
	kept.Part
	Was *kept.Part
}

// chart is a figure over the steps of a period: bars for the period, a dashed
// line for the one before.
type chart struct {
	Figure   figures.Figure
	Bars     []bar
	Before   string // the path of the line, "" when nothing was before
	Most     float64
	MostPart *kept.Part // in which the figure is highest, nil when it is nowhere above 0
	Top      *kept.Part // the height of the field: the highest of both periods
}

// draw lays a figure out.
func (x *view) draw(f figures.Figure) chart {
	c := chart{Figure: f}
	top := 0.0
	for i := range x.Parts {
		now, _ := value(&f, &x.Parts[i].Both)
		was, _ := value(&f, &x.WasParts[i].Both)
		if now > c.Most {
			c.Most, c.MostPart = now, &x.Parts[i]
		}
		if now > top {
			top, c.Top = now, &x.Parts[i]
		}
		if was > top {
			top, c.Top = was, &x.WasParts[i]
		}
	}
	if top == 0 {
		top = 1
	}
	step := float64(chartWide) / float64(len(x.Parts))
	var line strings.Builder
	any := false
	for i := range x.Parts {
		now, _ := value(&f, &x.Parts[i].Both)
		was, _ := value(&f, &x.WasParts[i].Both)
		high := max(now, 0) / top * chartHigh
		c.Bars = append(c.Bars, bar{
			X: coordinate(float64(i)*step + step*.12), Y: coordinate(chartHigh - high), Width: coordinate(step * .76), Height: coordinate(high),
			Part: x.Parts[i], Was: &x.WasParts[i],
		})
		y := coordinate(chartHigh - max(was, 0)/top*chartHigh)
		mark := "L"
		if i == 0 {
			mark = "M"
		}
		fmt.Fprintf(&line, "%s%s %s", mark, coordinate(float64(i)*step+step*.12), y)
		fmt.Fprintf(&line, "L%s %s", coordinate(float64(i)*step+step*.88), y)
		any = any || was != 0
	}
	if any {
		c.Before = line.String()
	}
	return c
}

// spark is a small line of a figure over the steps of the period, "" where
// there are fewer than two.
func (x *view) spark(f *figures.Figure) string {
	if len(x.Parts) < 2 {
		return ""
	}
	top := 0.0
	for i := range x.Parts {
		n, _ := value(f, &x.Parts[i].Both)
		top = max(top, n)
	}
	if top == 0 {
		return ""
	}
	var line strings.Builder
	for i := range x.Parts {
		n, _ := value(f, &x.Parts[i].Both)
		mark := "L"
		if i == 0 {
			mark = "M"
		}
		fmt.Fprintf(&line, "%s%s %s", mark, coordinate(float64(i)*chartWide/float64(len(x.Parts)-1)), coordinate(chartHigh-max(n, 0)/top*chartHigh))
	}
	return line.String()
}

// coordinate is a number of a drawing, to a tenth.
func coordinate(f float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", f), ".0") }

// heat is how strongly a cell of the backlog is colored, 0 to 4; the number in
// it says the same.
func (x *view) heat(n int64) int {
	most := int64(0)
	for _, row := range x.Backlog {
		for _, each := range row {
			most = max(most, each)
		}
	}
	if n == 0 || most == 0 {
		return 0
	}
	return int(1 + n*3/most)
}

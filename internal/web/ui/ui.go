// Package ui is the design system of the pages: tokens, components and icons,
// all of them shown on the page /ui.
//
// What belongs here: how a button, a field, a table or a bar looks and what it
// needs to be used by keyboard and by ear; the style sheet, the scripts and the
// icons, which are built in. What does not: anything that knows an order or a
// level; the rooms build their own parts from these.
//
// Pages are under a policy that allows no inline script and no inline style:
// widths of bars are attributes of SVG, behavior hangs on data attributes that
// the scripts look for. Texts are given by the caller, already in the reader's
// language.
package ui

import (
	"maps"

	"github.com/a-h/templ"
)

// Tone says what a thing means; it is never told by color alone.
type Tone string

const (
	Neutral Tone = "neutral"
	Accent  Tone = "accent"
	Good    Tone = "good"
	Warn    Tone = "warn"
	Bad     Tone = "bad"
	Quiet   Tone = "quiet"
)

// Option is one choice of a select.
type Option struct {
	Value, Label string
}

// Input is a field of a form with everything that it says.
type Input struct {
	Name, Label string
	Value       string
	Type        string // text when empty; any type of <input>, or "textarea"
	Hint        string
	Error       string // shown beside the field and told by screen readers
	Placeholder string
	Required    bool
	Autofocus   bool
	Wide        bool // over the whole width of a form's grid
	Max         int  // characters, 0 for no limit
	Rows        int  // of a textarea
	Attrs       templ.Attributes
}

func (in Input) kind() string {
	if in.Type == "" {
		return "text"
	}
	return in.Type
}

// id is the field's, unique in its page: the name, unless the attributes have
// another because a page has two fields of one name.
func (in Input) id() string {
	if id, ok := in.Attrs["id"].(string); ok {
		return id
	}
	return in.Name
}

// rest are the attributes but for those that are written anyway.
func (in Input) rest() templ.Attributes {
	out := maps.Clone(in.Attrs)
	delete(out, "id")
	return out
}

func (in Input) describedBy() string {
	out := ""
	if in.Hint != "" {
		out = in.id() + "-hint"
	}
	if in.Error != "" {
		out += " " + in.id() + "-error"
	}
	return out
}

// Tab is one of several views of a list.
type Tab struct {
	Label, Href string
	Count       string
	Current     bool
}

// Crumb is a step of the way to a page.
type Crumb struct{ Label, Href string }

// Part is a share of a bar.
type Part struct {
	Label string
	Value int64
	Tone  Tone
	Mark  string // a pattern besides the color: "", "stripes" or "dots"
}

// Span is where a part lies on a bar of a thousand steps.
type Span struct {
	Part
	From, Width int64
}

// Spans lays parts out on a bar; parts without a value are left out, and one
// that is there is never too narrow to be seen.
func Spans(parts []Part) []Span {
	const width, least = 1000, 12
	var sum int64
	for _, p := range parts {
		sum += max(p.Value, 0)
	}
	if sum == 0 {
		return nil
	}
	var out []Span
	at := int64(0)
	for _, p := range parts {
		if p.Value <= 0 {
			continue
		}
		w := max(p.Value*width/sum, least)
		out = append(out, Span{p, at, w})
		at += w
	}
	for i := range out { // what rounding and the least width moved
		out[i].From, out[i].Width = out[i].From*width/at, max(out[i].Width*width/at, 1)
	}
	return out
}

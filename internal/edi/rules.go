package edi

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Form is what characters an element may have.
type Form byte

// The forms of both standards.
const (
	TextForm Form = 'A' // any printable text
	Ident    Form = 'I' // a code: letters and digits
	Digits   Form = 'N' // a whole number
	Real     Form = 'R' // a number with a point
	Day      Form = 'D'
	Clock    Form = 'T'
	Any      Form = '?' // not looked at
)

// Element is the rule of one element or component.
type Element struct {
	Reference  string
	Form       Form
	Min, Max   int
	Required   bool
	Components []Element // of a composite
}

// Note is a rule between the elements of a segment: (P)aired, (R)equired one
// of, (E)xclusive, (C)onditional, (L)ist conditional. A soft one is noted only.
type Note struct {
	Rule     byte
	Elements []int
	Soft     bool
}

// Rule is what one segment may hold.
type Rule struct {
	Elements []Element
	Notes    []Note
	Open     bool // its elements are not looked at
}

// Dictionary holds the rules of a standard's segments.
type Dictionary struct {
	elements map[string]Element
	rules    map[string]*Rule
}

// Known says whether the standard, as far as it is known here, has the tag.
func (d *Dictionary) Known(tag string) bool { return d.rules[tag] != nil }

// NewDictionary reads the elements ("353 I 2 2", a line each) and the segments
// ("BEG 353! 92! 324! 328 P0203", a line each). Composites are written with
// their components: "C040(128! 127!)"; "<2" repeats the last two elements, "<2*10" ten times; "?" leaves
// a segment open. Both are part of the program: what cannot be read panics.
func NewDictionary(elements, segments string) *Dictionary {
	d := &Dictionary{elements: map[string]Element{}, rules: map[string]*Rule{}}
	for line := range strings.Lines(elements) {
		for _, spec := range strings.Split(line, "|") {
			w := strings.Fields(spec)
			if len(w) == 0 {
				continue
			}
			lo, _ := strconv.Atoi(w[2])
			hi, err := strconv.Atoi(w[3])
			if err != nil {
				panic("edi: an element's line cannot be read: " + line)
			}
			d.elements[w[0]] = Element{Reference: w[0], Form: Form(w[1][0]), Min: lo, Max: hi}
		}
	}
	for line := range strings.Lines(segments) {
		words := strings.Fields(strings.NewReplacer("(", " ( ", ")", " )").Replace(line))
		if len(words) > 0 {
			d.rules[words[0]] = d.rule(words[1:])
		}
	}
	return d
}

func (d *Dictionary) rule(words []string) *Rule {
	r := &Rule{}
	for i := 0; i < len(words); i++ {
		w := words[i]
		switch {
		case w == "?":
			r.Open = true
		case w[0] == '<':
			width, times, _ := strings.Cut(w[1:], "*")
			n, _ := strconv.Atoi(width)
			count, _ := strconv.Atoi(times)
			last := slices.Clone(r.Elements[len(r.Elements)-n:])
			for k := range last {
				last[k].Required = false
			}
			for range count {
				r.Elements = append(r.Elements, last...)
				r.pair(n)
			}
		case len(w) >= 5 && strings.ContainsRune("PRECLprecl", rune(w[0])) && digits(w[1:]):
			r.Notes = append(r.Notes, noteOf(w))
		case i+1 < len(words) && words[i+1] == "(":
			e := Element{Reference: strings.TrimSuffix(w, "!"), Form: Any, Required: strings.HasSuffix(w, "!")}
			for i += 2; !strings.HasPrefix(words[i], ")"); i++ {
				e.Components = append(e.Components, d.element(words[i]))
			}
			e.Required = e.Required || strings.HasPrefix(words[i], ")!")
			r.Elements = append(r.Elements, e)
		default:
			r.Elements = append(r.Elements, d.element(w))
		}
	}
	return r
}

// pair says of two repeated elements that the one asks for the other.
func (r *Rule) pair(n int) {
	if end := len(r.Elements); n == 2 {
		r.Notes = append(r.Notes, Note{Rule: 'P', Elements: []int{end - 1, end}})
	}
}

func noteOf(w string) Note {
	n := Note{Rule: byte(unicode.ToUpper(rune(w[0]))), Soft: unicode.IsLower(rune(w[0]))}
	for w = w[1:]; len(w) >= 2; w = w[2:] {
		v, _ := strconv.Atoi(w[:2])
		n.Elements = append(n.Elements, v)
	}
	return n
}

func (d *Dictionary) element(w string) Element {
	name, required := strings.CutSuffix(w, "!")
	e, ok := d.elements[name]
	if !ok {
		panic("edi: no such element: " + w)
	}
	e.Required = required
	return e
}

// Check holds one segment against its rule.
func (d *Dictionary) Check(g *Segment, s *Syntax, tell func(Fault)) {
	r := d.rules[g.Tag]
	if r == nil || r.Open {
		return
	}
	for i := range r.Elements {
		r.Elements[i].check(g, s, i+1, tell)
	}
	if n := len(r.Elements); len(g.Elements) > n {
		tell(Fault{Kind: ManyElements, Segment: g.Tag, Position: g.Position, Element: n + 1, Noted: true,
			Value: Shown(g.Raw(n + 1)), Text: fmt.Sprintf("%s has %d elements where %d are defined", g.Tag, len(g.Elements), n)})
	}
	for i := range r.Notes {
		r.Notes[i].check(g, r, tell)
	}
}

func (e *Element) check(g *Segment, s *Syntax, n int, tell func(Fault)) {
	raw := g.Raw(n)
	if raw == "" {
		if e.Required {
			tell(e.fault(NoElement, g, n, 0, "", fmt.Sprintf("%s%02d is required and empty", g.Tag, n)))
		}
		return
	}
	for _, one := range s.Repeats(raw) {
		if e.Components == nil {
			e.value(g, n, 0, s.Plain(one), tell)
			continue
		}
		parts := s.Parts(one)
		for k := range e.Components {
			c := &e.Components[k]
			switch {
			case k < len(parts) && parts[k] != "":
				c.value(g, n, k+1, s.Plain(parts[k]), tell)
			case c.Required:
				tell(c.fault(NoElement, g, n, k+1, "", fmt.Sprintf("component %d of %s%02d is required and empty", k+1, g.Tag, n)))
			}
		}
		if len(parts) > len(e.Components) {
			f := e.fault(ManyElements, g, n, len(e.Components)+1, one, fmt.Sprintf("%s%02d has %d components where %d are defined", g.Tag, n, len(parts), len(e.Components)))
			f.Noted = true
			tell(f)
		}
	}
}

func (e *Element) fault(kind Kind, g *Segment, n, component int, value, text string) Fault {
	return Fault{Kind: kind, Segment: g.Tag, Position: g.Position, Element: n, Component: component, Reference: e.Reference, Value: Shown(value), Text: text}
}

// value holds one value against its form and its length. A length that is
// wrong is noted; what no number or date can be made of is a refusal.
func (e *Element) value(g *Segment, n, component int, v string, tell func(Fault)) {
	if e.Form == Any || v == "" {
		return
	}
	if kind, what := e.Form.wrong(v); kind != "" {
		f := e.fault(kind, g, n, component, v, fmt.Sprintf("%q is no %s", Shown(v), what))
		f.Noted = e.Form == TextForm || e.Form == Ident
		tell(f)
		return
	}
	size := utf8.RuneCountInString(v)
	if e.Form == Digits || e.Form == Real {
		size -= strings.Count(v, "-") + strings.Count(v, "+") + strings.Count(v, ".") + strings.Count(v, ",")
	}
	if size < e.Min || size > e.Max {
		kind := TooShort
		if size > e.Max {
			kind = TooLong
		}
		f := e.fault(kind, g, n, component, v, fmt.Sprintf("%q has %d characters; %d to %d are allowed", Shown(v), size, e.Min, e.Max))
		f.Noted = true
		tell(f)
	}
}

// wrong says what a value fails to be.
func (f Form) wrong(v string) (Kind, string) {
	switch f {
	case Digits:
		if !digits(strings.TrimPrefix(v, "-")) || v == "-" {
			return BadCharacter, "whole number"
		}
	case Real:
		if _, ok := ParseNumber(v); !ok {
			return BadCharacter, "number of at most twelve digits and six places"
		}
	case Day:
		if !ValidDate(v) {
			return BadDate, "date (CCYYMMDD)"
		}
	case Clock:
		if !ValidTime(v) {
			return BadTime, "time (HHMM)"
		}
	default:
		for _, r := range v {
			if unicode.IsControl(r) || r == utf8.RuneError {
				return BadCharacter, "printable text"
			}
		}
	}
	return "", ""
}

// check holds the elements of a segment against a rule between them.
func (n *Note) check(g *Segment, r *Rule, tell func(Fault)) {
	var present, absent []int
	for _, e := range n.Elements {
		if g.Raw(e) != "" {
			present = append(present, e)
		} else {
			absent = append(absent, e)
		}
	}
	report := func(kind Kind, element int, text string) {
		f := r.Elements[element-1].fault(kind, g, element, 0, g.Raw(element), text)
		f.Noted = n.Soft
		tell(f)
	}
	first := n.Elements[0]
	given := g.Raw(first) != ""
	switch {
	case n.Rule == 'P' && len(present) > 0 && len(absent) > 0:
		report(NoPartner, absent[0], fmt.Sprintf("%s%02d is empty though %s%02d is given; both or neither", g.Tag, absent[0], g.Tag, present[0]))
	case n.Rule == 'R' && len(present) == 0:
		report(NoPartner, absent[0], fmt.Sprintf("%s needs one of its elements %v", g.Tag, n.Elements))
	case n.Rule == 'E' && len(present) > 1:
		report(Excluded, present[1], fmt.Sprintf("%s%02d may not be given beside %s%02d", g.Tag, present[1], g.Tag, present[0]))
	case n.Rule == 'C' && given && len(absent) > 0:
		report(NoPartner, absent[0], fmt.Sprintf("%s%02d is empty though %s%02d asks for it", g.Tag, absent[0], g.Tag, first))
	case n.Rule == 'L' && given && len(present) == 1:
		report(NoPartner, absent[0], fmt.Sprintf("%s%02d asks for one of the elements %v", g.Tag, first, n.Elements[1:]))
	}
}

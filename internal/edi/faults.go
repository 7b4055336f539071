package edi

import (
	"fmt"
	"strings"
)

// Kind is what is wrong, in no standard's code.
type Kind string

// What can be wrong, from the envelope down to an element.
const (
	BadHeader      Kind = "header"            // ISA or UNB cannot be what it is
	ControlDiffers Kind = "control_differs"   // header and trailer name different numbers
	CountDiffers   Kind = "count_differs"     // the trailer counts other than there is
	NoTrailer      Kind = "trailer_missing"   // it ends without its trailer
	NotSupported   Kind = "not_supported"     // a message or group that nobody reads here
	WrongGroup     Kind = "wrong_group"       // a message in a group of another function
	ControlBad     Kind = "control_invalid"   // no number, or twice in its group
	Empty          Kind = "empty"             // nothing inside
	UnknownSegment Kind = "segment_unknown"   // no such tag
	Misplaced      Kind = "segment_misplaced" // known here, at another place
	NotInMessage   Kind = "segment_foreign"   // known, of other messages
	NoSegment      Kind = "segment_missing"
	ManySegments   Kind = "segment_too_often"
	ManyLoops      Kind = "loop_too_often"
	NoElement      Kind = "element_missing"
	NoPartner      Kind = "element_needed" // another element of the segment asks for it
	Excluded       Kind = "element_excluded"
	ManyElements   Kind = "elements_too_many"
	TooShort       Kind = "element_too_short"
	TooLong        Kind = "element_too_long"
	BadCharacter   Kind = "element_characters"
	BadCode        Kind = "element_code"
	BadDate        Kind = "element_date"
	BadTime        Kind = "element_time"
)

// Fault is one thing that is wrong at one place. Code is what the standard's
// own acknowledgment says for it at its level.
type Fault struct {
	Kind      Kind   `json:"kind"`
	Code      string `json:"code"`
	Message   string `json:"message,omitempty"` // type of the message: 850, ORDERS
	Control   string `json:"control,omitempty"` // and its control number
	Segment   string `json:"segment"`
	Position  int    `json:"position"` // of the segment in its message, from one
	Element   int    `json:"element,omitempty"`
	Component int    `json:"component,omitempty"`
	Reference string `json:"reference,omitempty"` // the data element's number in the standard's dictionary
	Value     string `json:"value,omitempty"`
	Text      string `json:"text"`
	Noted     bool   `json:"noted,omitempty"` // told, and no reason to refuse
}

// Place names the spot as people in the trade write it: PO107, or BGM+2:1.
func (f *Fault) Place() string {
	if f.Element == 0 {
		return f.Segment
	}
	if f.Component > 0 {
		return fmt.Sprintf("%s%02d-%02d", f.Segment, f.Element, f.Component)
	}
	return fmt.Sprintf("%s%02d", f.Segment, f.Element)
}

func (f Fault) Error() string {
	return fmt.Sprintf("segment %d, %s: %s (code %s)", f.Position, f.Place(), f.Text, f.Code)
}

// maxShown bounds how much of a wrong value is repeated in a sentence.
const maxShown = 40

// Shown is a value as a sentence may repeat it: one line, not too long.
func Shown(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '.'
		}
		return r
	}, s)
	runes := []rune(s)
	if len(runes) > maxShown {
		return string(runes[:maxShown]) + "…"
	}
	return s
}

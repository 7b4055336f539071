// Package wire is the one way from a text of either standard to documents and
// back: it asks what the text is and leaves the rest to edi/x12 and
// edi/edifact.
//
// What belongs here is choosing between standards. What does not: anything
// that a standard knows, and anything about partners.
package wire

import (
	"orderly/internal/edi"
	"orderly/internal/edi/edifact"
	"orderly/internal/edi/x12"
	"orderly/internal/fault"
)

// Parse reads the interchanges of a text of any standard.
func Parse(text string) ([]edi.Interchange, error) {
	standard, err := edi.Detect(text)
	if err != nil {
		return nil, err
	}
	if standard == edi.X12 {
		return x12.Parse(text)
	}
	return edifact.Parse(text)
}

// Read makes the document of a message.
func Read(x *edi.Interchange, m *edi.Message) (edi.Document, error) {
	if x.Standard == edi.X12 {
		return x12.Read(x, m)
	}
	return edifact.Read(x, m)
}

// Write puts documents into an interchange of a standard.
func Write(standard edi.Standard, e edi.Envelope, list ...edi.Document) (string, error) {
	switch standard {
	case edi.X12:
		return x12.Write(e, list...)
	case edi.Edifact:
		return edifact.Write(e, list...)
	}
	return "", fault.New(fault.Invalid, "edi_standard", "%q is no standard; x12 and edifact are", edi.Shown(string(standard)))
}

// Default is the syntax of a standard that most partners agree on.
func Default(standard edi.Standard) edi.Syntax {
	if standard == edi.Edifact {
		return edifact.Default()
	}
	return x12.Default()
}

// TypeOf is the document that a message of a standard is; empty for none.
func TypeOf(standard edi.Standard, message string) edi.DocumentType {
	if standard == edi.Edifact {
		return edifact.TypeOf(message)
	}
	return x12.TypeOf(message)
}

// Message is what a standard calls a document; empty when it has none.
func Message(standard edi.Standard, t edi.DocumentType) string {
	if standard == edi.Edifact {
		return edifact.Message(t)
	}
	return x12.Set(t)
}

// Acknowledge is the answer to an interchange: of X12 one for each group, of
// EDIFACT one for the whole. An acknowledgment is never acknowledged: nil when
// there is nothing else in the interchange.
func Acknowledge(x *edi.Interchange) []edi.Document {
	var out []edi.Document
	if x.Standard == edi.Edifact {
		if only(x, "CONTRL") {
			return nil
		}
		return append(out, edifact.Acknowledge(x))
	}
	for i := range x.Groups {
		if x.Groups[i].Function != "FA" {
			out = append(out, x12.Acknowledge(&x.Groups[i]))
		}
	}
	return out
}

// only says whether every message is of one type.
func only(x *edi.Interchange, message string) bool {
	n := 0
	for i := range x.Groups {
		for k := range x.Groups[i].Messages {
			if x.Groups[i].Messages[k].Type != message {
				return false
			}
			n++
		}
	}
	return n > 0
}

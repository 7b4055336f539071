package edi

import "orderly/internal/fault"

// Envelope is what a text to be written is put into. The caller counts its
// control numbers; a number is never given twice.
type Envelope struct {
	Syntax   Syntax
	Sender   Address
	Receiver Address
	// SenderGroup and ReceiverGroup are the ids in GS; empty means the same.
	SenderGroup   string
	ReceiverGroup string
	Version       string // 004010, 005010; D.96A
	Date          string // CCYYMMDD
	Time          string // HHMM
	Control       int64  // of the interchange, and of its first group
	Test          bool
	Ask           bool // for an acknowledgment
}

// MaxControl is the last control number; after it comes one again.
const MaxControl = 999_999_999

// Refuse makes one answer of the faults in a text that was to be written.
func Refuse(list []Fault) error {
	var out fault.List
	for i := range list {
		f := &list[i]
		if !f.Noted {
			out.Add("/"+f.Segment, string(f.Kind), "%s", f.Error())
		}
	}
	return out.As(fault.Invalid, "edi_document_invalid", "the document cannot be written as the standard asks")
}

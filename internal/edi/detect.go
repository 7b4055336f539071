package edi

import (
	"slices"
	"strings"

	"orderly/internal/fault"
)

// Detect says which standard a text is written in, and refuses what is none
// with a sentence about what it is.
func Detect(text string) (Standard, error) {
	if len(text) > MaxText {
		return "", fault.New(fault.TooLarge, "edi_too_large", "the file has %d bytes; at most %d are read", len(text), MaxText)
	}
	head := strings.TrimLeft(strings.TrimPrefix(text, "\ufeff"), " \t\r\n")
	switch {
	case head == "":
		return "", fault.New(fault.Invalid, "edi_empty", "the file is empty")
	case strings.HasPrefix(head, "ISA"):
		return X12, nil
	case strings.HasPrefix(head, "UNA"), strings.HasPrefix(head, "UNB"):
		return Edifact, nil
	case strings.HasPrefix(head, "STX="):
		return "", fault.New(fault.Invalid, "edi_tradacoms", "this is a TRADACOMS file (it begins with STX=); send X12 or EDIFACT instead")
	case slices.Contains([]string{"GS", "ST", "UNH"}, tagOf(head)):
		return "", fault.New(fault.Invalid, "edi_no_envelope", "the text begins with %s: the envelope around it (ISA … IEA, or UNB … UNZ) is missing", tagOf(head))
	}
	return "", fault.New(fault.Invalid, "edi_unknown", "this is no EDI: it begins with %q where ISA (X12), UNA or UNB (EDIFACT) would stand", Shown(first(head)))
}

// first is how a text begins, for a sentence.
func first(s string) string {
	if line, _, _ := strings.Cut(s, "\n"); len(line) < 20 {
		return line
	}
	return s[:20]
}

// tagOf is the letters and digits that a text begins with.
func tagOf(s string) string {
	for i := 0; i < len(s) && i < 4; i++ {
		if c := s[i]; (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return s[:i]
		}
	}
	return ""
}

// Package trading is with whom the merchant exchanges documents by EDI: how a
// partner is addressed, what it sends and is sent, and what became of each file
// and document.
//
// What belongs here: the partner's profile and its rules, files and documents
// as facts. What does not: the standards themselves (edi), rows, and what a
// document does to an order.
package trading

import (
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"orderly/internal/edi"
	"orderly/internal/edi/wire"
	"orderly/internal/fault"
	"orderly/internal/ident"
)

// Limits of a partner's profile and of files.
const (
	MaxCode = 40
	MaxName = 200
	MaxPath = 200
	MaxFile = 4 << 20 // bytes of a file that is kept
)

// ID names a partner for ever.
type ID int64

func (id ID) String() string { return ident.Text("trp", int64(id)) }

// ParseID reads the text form, "trp_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("trp", s)
	return ID(id), err
}

// What a partner is to the merchant.
const (
	Customer = "customer" // sends orders
	Supplier = "supplier" // is sent orders
	Provider = "3pl"      // ships for the merchant
)

// Kinds are what a partner may be.
var Kinds = []string{Customer, Supplier, Provider}

// Partner is a trading partner's profile.
type Partner struct {
	ID       ID
	Code     string
	Name     string
	Kind     string
	Standard edi.Standard
	Release  string // version of the standard that is written: 004010, D.96A

	Ours        edi.Address
	Theirs      edi.Address
	OursGroup   string // ids in GS; empty when they are those above
	TheirsGroup string

	Separators string // element, component, repetition and release character; empty for the usual ones
	Terminator string // of a segment
	OneLine    bool   // no line break after a segment

	In  []edi.DocumentType
	Out []edi.DocumentType

	Channel  string // of a customer: where its orders come in
	Customer int64  // and who it is, when it has an account
	Supplier int64
	Location int64 // a 3PL's

	Test     bool
	Ask      bool // expects an acknowledgment of what is sent
	AckHours int64
	InPath   string // watched folders, below the directory that the server is given
	OutPath  string
	Active   bool

	Sent      int64 // the last control number that was given out
	Since     int64 // entry of the journal from which on it is told of things
	CreatedAt int64
	UpdatedAt int64
	Version   int64 // how many journal entries tell of it
}

// roles are the documents that each kind of partner may send and be sent.
var roles = map[string]struct{ in, out []edi.DocumentType }{
	Customer: {[]edi.DocumentType{edi.TypeOrder, edi.TypeOrderChange}, []edi.DocumentType{edi.TypeOrderResponse, edi.TypeShipNotice, edi.TypeInvoice, edi.TypeStockReport}},
	Supplier: {[]edi.DocumentType{edi.TypeOrderResponse, edi.TypeShipNotice, edi.TypeInvoice, edi.TypeStockReport}, []edi.DocumentType{edi.TypeOrder, edi.TypeOrderChange}},
	Provider: {[]edi.DocumentType{edi.TypeShippingAdvice, edi.TypeTransferReceipt, edi.TypeStockReport}, []edi.DocumentType{edi.TypeShippingOrder, edi.TypeTransferNotice}},
}

// Usual are the documents that a kind of partner exchanges, as far as a
// standard has them.
func Usual(kind string, standard edi.Standard) (in, out []edi.DocumentType) {
	has := func(t edi.DocumentType) bool { return wire.Message(standard, t) == "" }
	return slices.DeleteFunc(slices.Clone(roles[kind].in), has), slices.DeleteFunc(slices.Clone(roles[kind].out), has)
}

// Syntax is what the partner's files are written with.
func (p *Partner) Syntax() edi.Syntax {
	s := wire.Default(p.Standard)
	if len(p.Separators) >= 2 {
		s.Element, s.Component, s.Repeat = p.Separators[0], p.Separators[1], 0
		if len(p.Separators) > 2 && p.Separators[2] != ' ' {
			s.Repeat = p.Separators[2]
		}
		if p.Standard == edi.Edifact {
			s.Repeat, s.Release = 0, '?'
			if len(p.Separators) > 3 {
				s.Release = p.Separators[3]
			}
		}
	}
	if p.Terminator != "" {
		s.Segment = p.Terminator
	}
	if p.OneLine || s.Segment == "\n" {
		s.Newline = ""
	}
	return s
}

// Envelope is what the next file to the partner is put into. Date and time are
// CCYYMMDD and HHMM.
func (p *Partner) Envelope(control int64, date, time string) edi.Envelope {
	return edi.Envelope{Syntax: p.Syntax(), Sender: p.Ours, Receiver: p.Theirs, SenderGroup: p.OursGroup, ReceiverGroup: p.TheirsGroup,
		Version: p.Release, Date: date, Time: time, Control: control, Test: p.Test}
}

// Next is the control number after the last one that was given out.
func (p *Partner) Next() int64 { return p.Sent%edi.MaxControl + 1 }

// Takes says whether the partner may send a document; an acknowledgment always.
func (p *Partner) Takes(t edi.DocumentType) bool {
	return t == edi.TypeAcknowledgment || slices.Contains(p.In, t)
}

// Sends says whether the partner is sent a document.
func (p *Partner) Sends(t edi.DocumentType) bool { return slices.Contains(p.Out, t) }

// Check lists every fault of a profile.
func (p *Partner) Check(l *fault.List) {
	if !word(p.Code, MaxCode) {
		l.Add("/code", "invalid_code", "a code has 1 to %d characters, no control characters and no space at its ends", MaxCode)
	}
	if !word(p.Name, MaxName) {
		l.Add("/name", "invalid_name", "a name has 1 to %d characters, none of them control characters", MaxName)
	}
	if !slices.Contains(Kinds, p.Kind) {
		l.Add("/kind", "invalid_kind", "a partner is a customer, supplier or 3pl, not %.40q", p.Kind)
	}
	if p.Standard != edi.X12 && p.Standard != edi.Edifact {
		l.Add("/standard", "invalid_standard", "the standard is x12 or edifact, not %.40q", string(p.Standard))
		return
	}
	p.checkSyntax(l)
	p.checkDocuments(l)
	for _, f := range []struct{ at, path string }{{"/in_path", p.InPath}, {"/out_path", p.OutPath}} {
		if f.path != "" {
			CheckFolder(f.at, f.path, l)
		}
	}
	if p.InPath != "" && p.InPath == p.OutPath {
		l.Add("/out_path", "same_path", "what is sent would be read again: name another folder than in_path")
	}
	if p.AckHours < 0 || p.AckHours > 24*30 {
		l.Add("/ack_hours", "out_of_range", "hours are 0 to 720")
	}
	if p.Kind == Customer && p.Channel == "" {
		l.Add("/channel", "missing", "name the channel in which a customer's orders come in")
	}
}

// CheckFolder says what is wrong with the name of a watched folder.
func CheckFolder(at, name string, l *fault.List) {
	if len(name) > MaxPath || path.IsAbs(name) || path.Clean(name) != name || strings.HasPrefix(name, "..") || strings.ContainsAny(name, "\\\x00:") || !word(name, MaxPath) {
		l.Add(at, "invalid_path", "a folder is named below the directory of partners' files that the server is given, such as acme/in, without .. in it")
	}
}

// checkSyntax has a file written, which says what the standard has against the
// addresses and separators.
func (p *Partner) checkSyntax(l *fault.List) {
	before := l.Len()
	if n := len(p.Separators); n == 1 || n > 4 || strings.ContainsFunc(p.Separators, func(r rune) bool { return r >= 0x80 || r < ' ' && r != 0x1d && r != 0x1c && r != 0x1f }) {
		l.Add("/separators", "invalid_separators", "separators are those of elements and components, then of repetitions (a space for none), then the release character of EDIFACT")
	}
	if utf8.RuneCountInString(p.Terminator) > 1 || p.Standard == edi.Edifact && len(p.Terminator) > 1 {
		l.Add("/terminator", "invalid_terminator", "a segment ends with one character")
	}
	if p.Standard == edi.X12 && (len(p.Release) < 6 || len(p.Release) > 12) {
		l.Add("/version", "invalid_version", "the version of X12 is one like 004010 or 005010, not %.40q", p.Release)
	}
	if l.Len() > before {
		return
	}
	probe := &edi.Acknowledgment{Function: "PO", Control: "1", Sender: p.Ours, Receiver: p.Theirs, Status: edi.Accepted, Stated: 1, Received: 1, Taken: 1}
	text, err := wire.Write(p.Standard, p.Envelope(1, "20240101", "0000"), probe)
	if err != nil {
		l.AddError("/theirs", err)
		return
	}
	if x, err := wire.Parse(text); err != nil || len(x) != 1 || x[0].Status() != edi.Accepted || x[0].Sender != p.Ours || x[0].Receiver != p.Theirs {
		l.Add("/separators", "invalid_separators", "a file with these separators and addresses cannot be read again: take four that differ and come in no id")
	}
}

func (p *Partner) checkDocuments(l *fault.List) {
	for _, d := range []struct {
		at    string
		list  []edi.DocumentType
		might []edi.DocumentType
	}{{"/documents_in", p.In, roles[p.Kind].in}, {"/documents_out", p.Out, roles[p.Kind].out}} {
		for _, t := range d.list {
			switch {
			case !slices.Contains(edi.Types(), t):
				l.Add(d.at, "unknown_document", "there is no document %.40q", string(t))
			case !slices.Contains(d.might, t):
				l.Add(d.at, "unexpected_document", "a %s does not take part in %s in this direction", p.Kind, t)
			case wire.Message(p.Standard, t) == "":
				l.Add(d.at, "unsupported_document", "%s is not exchanged as %s here", t, p.Standard)
			}
		}
	}
}

func word(s string, most int) bool {
	return s != "" && utf8.RuneCountInString(s) <= most && strings.TrimSpace(s) == s && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// With is the partner as an edit leaves it: code, kind, standard, counters and
// times stay.
func (p *Partner) With(edit Partner) Partner {
	edit.ID, edit.Code, edit.Kind, edit.Standard, edit.Sent, edit.Since = p.ID, p.Code, p.Kind, p.Standard, p.Sent, p.Since
	edit.CreatedAt, edit.UpdatedAt, edit.Version = p.CreatedAt, p.UpdatedAt, p.Version
	return edit
}

// Edited names the fields in which an edit differs.
func (p *Partner) Edited(now *Partner) []string {
	var out []string
	add := func(name string, same bool) {
		if !same {
			out = append(out, name)
		}
	}
	add("name", p.Name == now.Name)
	add("version", p.Release == now.Release)
	add("addresses", p.Ours == now.Ours && p.Theirs == now.Theirs && p.OursGroup == now.OursGroup && p.TheirsGroup == now.TheirsGroup)
	add("separators", p.Separators == now.Separators && p.Terminator == now.Terminator && p.OneLine == now.OneLine)
	add("documents", slices.Equal(p.In, now.In) && slices.Equal(p.Out, now.Out))
	add("stands_for", p.Channel == now.Channel && p.Customer == now.Customer && p.Supplier == now.Supplier && p.Location == now.Location)
	add("test", p.Test == now.Test)
	add("acknowledgment", p.Ask == now.Ask && p.AckHours == now.AckHours)
	add("folders", p.InPath == now.InPath && p.OutPath == now.OutPath)
	add("active", p.Active == now.Active)
	return out
}

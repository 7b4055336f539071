package step

import (
	"encoding/json"
	"maps"
	"slices"

	"orderly/internal/access"
	"orderly/internal/journal"
	"orderly/internal/payment"
	"orderly/internal/statement"
	"orderly/internal/store/statements"
)

// bankBook is what a batch knows and changes of bank statements.
type bankBook struct {
	files   []*statement.Statement
	lines   map[statement.LineID]*statement.Line
	changed map[statement.LineID]bool
	keys    map[string]bool // that earlier commands have kept
	parts   []statements.Part
}

// KnownLines tells which keys have come before.
func (b *Batch) KnownLines(keys []string) (map[string]bool, error) {
	known, err := statements.Known(b.R, keys)
	if err == nil {
		maps.Copy(known, b.bank.keys)
	}
	return known, err
}

// AddStatement keeps a file and the lines that it brought.
func (b *Batch) AddStatement(s *statement.Statement, lines []*statement.Line) {
	if b.bank.keys == nil {
		b.bank.keys = map[string]bool{}
	}
	b.bank.files = append(b.bank.files, s)
	for _, x := range lines {
		b.knowLine(x)
		b.bank.changed[x.ID], b.bank.keys[x.Key] = true, true
	}
}

func (b *Batch) knowLine(x *statement.Line) {
	if b.bank.lines == nil {
		b.bank.lines, b.bank.changed = map[statement.LineID]*statement.Line{}, map[statement.LineID]bool{}
	}
	b.bank.lines[x.ID] = x
}

// LoadBankLines reads lines by id.
func (b *Batch) LoadBankLines(ids []statement.LineID) error {
	list, err := statements.Lines(b.R, ids)
	for _, x := range list {
		b.knowLine(x)
	}
	return err
}

// BankLine is a loaded line; nil when there is none.
func (b *Batch) BankLine(id statement.LineID) *statement.Line { return b.bank.lines[id] }

// AddBankPart keeps that a payment came by a line.
func (b *Batch) AddBankPart(line statement.LineID, p *payment.Payment) {
	b.bank.parts = append(b.bank.parts, statements.Part{Line: line, Payment: int64(p.ID), Order: p.Order, Amount: p.Amount})
}

// DecideLine says what becomes of a line, and tells of it.
func (b *Batch) DecideLine(by access.Scope, x *statement.Line, state, reason string) error {
	x.State, x.Reason, x.DecidedBy, x.DecidedAt, x.Version = state, reason, by.Actor.String(), b.At, x.Version+1
	b.bank.changed[x.ID] = true
	return b.TellStatement(by, journal.BankLine, int64(x.ID), x.Version, journal.BankLineDecided, map[string]any{"state": state, "amount": x.Amount, "currency": x.Currency})
}

// TellStatement tells of a file or a line.
func (b *Batch) TellStatement(by access.Scope, kind string, id, version int64, typ string, data map[string]any) error {
	text, err := json.Marshal(data)
	if err == nil {
		b.tell(kind, id, version, typ, by, text)
	}
	return err
}

func (b *Batch) writeStatements() error {
	for _, s := range b.bank.files {
		if err := statements.Insert(b.tx, s); err != nil {
			return err
		}
	}
	var list []*statement.Line
	for _, id := range slices.Sorted(maps.Keys(b.bank.changed)) {
		list = append(list, b.bank.lines[id])
	}
	if err := statements.SaveLines(b.tx, list); err != nil {
		return err
	}
	return statements.AddParts(b.tx, b.bank.parts)
}

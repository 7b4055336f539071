package bank

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/statement"
)

// MaxName bounds a file's name.
const MaxName = 200

// UploadCommand takes in a statement that was read.
type UploadCommand struct {
	Statement statement.Statement
	Lines     []statement.Line
	Book      bool // lines that are certain book by themselves
}

// Uploaded is the Value of an Upload: the file, its lines, those that had come
// before, and what each may pay. In Booked are those that booked themselves.
type Uploaded struct {
	Statement *statement.Statement
	Lines     []*statement.Line
	Known     []bool
	Proposals [][]statement.Proposal
	Booked    int
}

// Upload keeps the lines of a statement that had not come before. The same file
// twice changes nothing.
var Upload = step.Act[UploadCommand]{
	Name: "statements.upload", Permission: access.OrdersWrite,
	Weight: func(c *UploadCommand) int { return 1 + len(c.Lines) },
	Check: func(c *UploadCommand) error {
		var l fault.List
		s := &c.Statement
		if s.Name = strings.TrimSpace(s.Name); s.Name == "" || utf8.RuneCountInString(s.Name) > MaxName || !utf8.ValidString(s.Name) || strings.ContainsFunc(s.Name, unicode.IsControl) {
			l.Add("/name", "invalid_text", "name the file in at most %d characters", MaxName)
		}
		if len(c.Lines) == 0 || len(c.Lines) > statement.MaxLines {
			l.Add("/content", "out_of_range", "a statement has 1 to %d lines", statement.MaxLines)
		}
		return l.Err()
	},
	Load:   func(*step.Batch, []desk.Asked[UploadCommand]) error { return nil },
	Decide: decideUpload,
}.Operation()

func decideUpload(b *step.Batch, a desk.Asked[UploadCommand]) (desk.Result, error) {
	c := a.Command
	out := &Uploaded{Statement: &c.Statement, Known: make([]bool, len(c.Lines))}
	keys := make([]string, len(c.Lines))
	for i := range c.Lines {
		keys[i] = c.Lines[i].Key
		out.Lines = append(out.Lines, &c.Lines[i])
	}
	known, err := b.KnownLines(keys)
	if err != nil {
		return desk.Result{}, err
	}
	var fresh []*statement.Line
	for i, x := range out.Lines {
		if out.Known[i] = known[x.Key]; !known[x.Key] {
			fresh = append(fresh, x)
		}
	}
	proposals, err := Propose(b.R, fresh)
	if err != nil {
		return desk.Result{}, err
	}
	s := out.Statement
	s.Known = len(out.Lines) - len(fresh)
	for _, at := range out.Known {
		if at {
			out.Proposals = append(out.Proposals, nil)
			continue
		}
		out.Proposals = append(out.Proposals, proposals[0])
		proposals = proposals[1:]
	}
	if len(fresh) == 0 {
		return desk.Result{Kind: journal.Statement, Status: "unchanged", Value: out}, nil
	}
	s.ID, s.CreatedAt, s.Actor = statement.ID(b.NewID()), b.At, a.Scope.Actor.String()
	for _, x := range fresh {
		x.ID, x.Statement = statement.LineID(b.NewID()), s.ID
	}
	b.AddStatement(s, fresh)
	if err := b.TellStatement(a.Scope, journal.Statement, int64(s.ID), 1, journal.StatementUploaded, map[string]any{"format": s.Format, "lines": s.Lines, "known": s.Known}); err != nil {
		return desk.Result{}, err
	}
	if c.Book {
		if err := bookCertain(b, a.Scope, out); err != nil {
			return desk.Result{}, err
		}
	}
	return desk.Result{Kind: journal.Statement, ID: int64(s.ID), Seq: 1, Status: "created", Value: out}, nil
}

// bookCertain books the lines that are certain. Two lines that are certain of
// one order are not: the second waits for a person.
func bookCertain(b *step.Batch, by access.Scope, out *Uploaded) error {
	done := map[int64]bool{}
	var ids []order.ID
	for _, list := range out.Proposals {
		if len(list) > 0 && list[0].Confidence == statement.Certain {
			ids = append(ids, order.ID(list[0].Order))
		}
	}
	if err := b.LoadOrders(ids); err != nil {
		return err
	}
	if err := b.LoadPayments(ids); err != nil {
		return err
	}
	for i, x := range out.Lines {
		list := out.Proposals[i]
		if len(list) == 0 || list[0].Confidence != statement.Certain || done[list[0].Order] {
			continue
		}
		done[list[0].Order] = true
		parts := []Part{{Order: order.ID(list[0].Order), Amount: x.Amount}}
		if reason := refusal(b, x, parts); reason != nil {
			continue // it waits for a person, who is told why when trying
		}
		if err := book(b, by, x, parts, list[0].Reason); err != nil {
			return err
		}
		out.Booked++
	}
	return nil
}

// Part is what of a line goes to an order.
type Part struct {
	Order  order.ID
	Amount int64
}

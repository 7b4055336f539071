// Package statements is the room of bank statements: what banks say, side by
// side with the orders that it may pay.
//
// What belongs here: taking files in with a preview, and booking, splitting or
// ignoring lines. What does not: payments by hand (orders).
package statements

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk/bank"
	"orderly/internal/fault"
	reader "orderly/internal/imports/bank"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/statement"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	"orderly/internal/store/orders"
	"orderly/internal/store/statements"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

const (
	pageSize  = 25
	filesSize = 10
	maxSplit  = 5 // rows of the form that splits a line
)

// Routes of the room.
func Routes() []shell.Route {
	read, write := access.OrdersRead, bank.Upload.Permission
	return []shell.Route{
		{Method: "GET", Path: "/statements", Needs: read, Do: list},
		{Method: "POST", Path: "/statements", Needs: write, Do: upload, MaxBytes: statement.MaxBytes + shell.MaxFormBytes},
		{Method: "GET", Path: "/statements/lines/{id}", Needs: read, Do: show},
		{Method: "POST", Path: "/statements/lines/{id}", Needs: write, Do: decide},
	}
}

// row is a line with what it may pay.
type row struct {
	*statement.Line
	Proposals []statement.Proposal
	Known     bool
}

// best is the surest order; nil when there is none.
func (x *row) best() *statement.Proposal {
	if len(x.Proposals) == 0 {
		return nil
	}
	return &x.Proposals[0]
}

// waiting is the page of what waits.
type waiting struct {
	Rows    []row
	Files   []statement.Statement
	Next    string
	Fault   string
	Preview *bank.Uploaded
}

func list(v *shell.Visit) error { return listAgain(v, waiting{}) }

func listAgain(v *shell.Visit, l waiting) error {
	after := int64(0)
	if text := v.Query("after"); text != "" {
		id, err := statement.ParseLineID(text)
		if err != nil {
			return bank.NoSuchLine(text)
		}
		after = int64(id)
	}
	err := v.Read(func(r *store.Reader) error {
		lines, err := statements.Open(r, statement.LineID(after), pageSize+1)
		if err != nil {
			return err
		}
		l.Next = ""
		if len(lines) > pageSize {
			lines = lines[:pageSize]
			l.Next = "/statements?after=" + lines[pageSize-1].ID.String()
		}
		proposals, err := bank.Propose(r, lines)
		if err != nil {
			return err
		}
		l.Rows = nil
		for i, x := range lines {
			l.Rows = append(l.Rows, row{Line: x, Proposals: proposals[i]})
		}
		l.Files, err = statements.Page(r, 1<<62, filesSize)
		return err
	})
	switch {
	case err != nil:
		return err
	case l.Fault != "":
		return v.Again(v.T("statements.title"), listPage(v, &l))
	}
	return v.Page(v.T("statements.title"), listPage(v, &l))
}

// upload takes a file in, or shows what it would bring.
func upload(v *shell.Visit) error {
	up, err := received(v)
	if err == nil {
		switch {
		case v.Form("act") == "preview":
			return listAgain(v, waiting{Preview: up})
		case up.Statement.ID == 0:
			v.Toast(v.T("statements.known_all"))
		default:
			v.Toast(v.T("statements.taken", "lines", strconv.Itoa(up.Statement.Lines-up.Statement.Known), "booked", strconv.Itoa(up.Booked)))
		}
		return v.Go("/statements")
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	return listAgain(v, waiting{Fault: all(told)})
}

func received(v *shell.Visit) (*bank.Uploaded, error) {
	file, head, err := v.R.FormFile("file")
	var most *http.MaxBytesError
	if errors.As(err, &most) {
		return nil, fault.New(fault.TooLarge, "file_too_large", "a statement has at most %d bytes", statement.MaxBytes)
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "missing", "choose a file")
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		return nil, fault.New(fault.Invalid, "unreadable", "the file could not be read; send it again")
	}
	var shop string
	err = v.Read(func(r *store.Reader) error {
		m, err := merchants.Get(r, r.M)
		shop = m.Currency
		return err
	})
	if err != nil {
		return nil, err
	}
	s, lines, err := reader.Read(text, nil, shop)
	if err != nil {
		return nil, err
	}
	s.Name = head.Filename
	c := bank.UploadCommand{Statement: *s, Lines: lines, Book: v.Form("book_certain") != ""}
	do := shell.Do[bank.UploadCommand]
	if v.Form("act") == "preview" {
		do = shell.Preview[bank.UploadCommand]
	}
	r, err := do(v, bank.Upload, c)
	if err != nil {
		return nil, err
	}
	up, ok := r.Value.(*bank.Uploaded)
	if !ok { // the form was sent twice
		return &bank.Uploaded{Statement: s}, nil
	}
	return up, nil
}

func all(told shell.Faults) string {
	var out []string
	for _, text := range told {
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

// view is one line.
type view struct {
	row
	Parts  []statements.Part
	Typed  [][2]string // order and amount, of the form that splits
	Reason string
	Fault  string
	Would  *bank.Decided
}

func load(v *shell.Visit) (*view, error) {
	id, err := statement.ParseLineID(v.Path("id"))
	if err != nil {
		return nil, bank.NoSuchLine(v.Path("id"))
	}
	x := &view{}
	err = v.Read(func(r *store.Reader) error {
		found, err := statements.Lines(r, []statement.LineID{id})
		if err == nil && len(found) == 0 {
			err = bank.NoSuchLine(id.String())
		}
		if err != nil {
			return err
		}
		x.Line = found[0]
		if x.State == statement.Open {
			proposals, err := bank.Propose(r, found)
			if err != nil {
				return err
			}
			x.Proposals = proposals[0]
		}
		x.Parts, err = statements.Parts(r, []statement.LineID{id})
		return err
	})
	return x, err
}

func show(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	if of, err := money.ParseCurrency(x.Currency); err == nil {
		if p := x.best(); p != nil {
			x.Typed = append(x.Typed, [2]string{strconv.FormatInt(p.Number, 10), of.FormatAmount(x.Amount)})
		}
	}
	return v.Page(v.T("statements.line"), linePage(v, x))
}

// decide books, splits, ignores or reopens, or shows what would be.
func decide(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	c, err := x.command(v)
	if err == nil {
		if v.Form("act") == "preview" {
			r, bad := shell.Preview(v, bank.Decide, c)
			if err = bad; err == nil {
				x.Would = r.Value.(*bank.Decided)
				return v.Page(v.T("statements.line"), linePage(v, x))
			}
		} else if _, err = shell.Do(v, bank.Decide, c); err == nil {
			v.Toast(v.T("statements.saved"))
			return v.Go("/statements")
		}
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x.Fault = all(told)
	return v.Again(v.T("statements.line"), linePage(v, x))
}

// command reads the form: accepting names an order by id, splitting by number.
func (x *view) command(v *shell.Visit) (bank.DecideCommand, error) {
	c := bank.DecideCommand{Line: x.ID}
	x.Reason = v.Form("reason")
	switch v.Form("act") {
	case "ignore":
		c.Reason = x.Reason
		return c, nil
	case "reopen":
		c.Reopen = true
		return c, nil
	case "accept":
		id, err := order.ParseID(v.Form("order"))
		if err != nil {
			return c, fault.New(fault.NotFound, "no_such_order", "there is no such order")
		}
		c.Parts = []bank.Part{{Order: id, Amount: x.Amount}}
		return c, nil
	}
	of, err := money.ParseCurrency(x.Currency)
	if err != nil {
		return c, err
	}
	var l fault.List
	err = v.Read(func(r *store.Reader) error {
		c.Parts, x.Typed = nil, nil
		for i := range maxSplit {
			name, text := v.Form("order"+strconv.Itoa(i)), v.Form("amount"+strconv.Itoa(i))
			if name == "" {
				continue
			}
			x.Typed = append(x.Typed, [2]string{name, text})
			n, err := of.ParseAmount(text)
			l.AddError("/amount", err)
			number, _ := strconv.ParseInt(strings.TrimPrefix(name, "#"), 10, 64)
			found, err := orders.List(r, orders.Filter{Number: max(number, 1), Limit: 1})
			if err != nil {
				return err
			}
			if len(found.Rows) == 0 || number < 1 {
				l.Add("/order", "no_such_order", "there is no order %.40q", name)
				continue
			}
			c.Parts = append(c.Parts, bank.Part{Order: found.Rows[0].Order.ID, Amount: n})
		}
		return nil
	})
	if err == nil && len(c.Parts) == 0 && l.Len() == 0 {
		l.Add("/order", "missing", "name the orders that it pays")
	}
	return c, errors.Join(err, l.Err())
}

// sure says how sure a proposal is, in color.
func sure(confidence string) ui.Tone {
	switch confidence {
	case statement.Certain:
		return ui.Good
	case statement.Likely:
		return ui.Accent
	}
	return ui.Neutral
}

// differs tells what is over or missing when a line is booked; "" when nothing.
func differs(v *shell.Visit, n int64, currency string) string {
	switch {
	case n > 0:
		return v.T("statements.over", "amount", v.Money(n, currency))
	case n < 0:
		return v.T("statements.under", "amount", v.Money(-n, currency))
	}
	return ""
}

// named is who paid or was paid.
func named(v *shell.Visit, x *statement.Line) string {
	if x.Name == "" {
		return v.T("statements.unnamed")
	}
	return x.Name
}

func previewed(up *bank.Uploaded) []row {
	var out []row
	for i := range up.Lines[:min(len(up.Lines), 200)] {
		out = append(out, row{Line: up.Lines[i], Proposals: up.Proposals[i], Known: up.Known[i]})
	}
	return out
}

// typed is a cell of the form that splits.
func (x *view) typed(i, j int) string {
	if i < len(x.Typed) {
		return x.Typed[i][j]
	}
	return ""
}

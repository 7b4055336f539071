package httpapi

import (
	"net/http"

	"orderly/internal/access"
	bankacts "orderly/internal/desk/bank"
	"orderly/internal/fault"
	"orderly/internal/imports/bank"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/statement"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	"orderly/internal/store/statements"
)

func (a *api) statementRoutes() {
	read, write := access.OrdersRead, bankacts.Upload.Permission
	add(a, route{method: "GET", path: "/v1/statements", id: "listStatements", summary: "List bank statements, newest first", needs: read}, a.listStatements)
	add(a, route{method: "POST", path: "/v1/statements", id: "uploadStatement", summary: "Take in a bank statement", needs: write, answers: madeOrNot, text: uploadStatementText}, a.uploadStatement)
	add(a, route{method: "GET", path: "/v1/bank-lines", id: "listBankLines", summary: "List lines that wait for a person, with what they may pay", needs: read}, a.listBankLines)
	add(a, route{method: "GET", path: "/v1/bank-lines/{id}", id: "getBankLine", summary: "Read a line", needs: read}, a.getBankLine)
	add(a, route{method: "POST", path: "/v1/bank-lines/{id}/decide", id: "decideBankLine", summary: "Book a line to orders, or ignore it", needs: bankacts.Decide.Permission, text: decideLineText}, a.decideBankLine)
}

const (
	uploadStatementText = "camt.053 of ISO 20022 or a table. Lines that have come before change nothing. With dry_run=true the answer shows the lines and what each may pay; with book_certain those whose text names one order alone and whose amount is what is due book by themselves."
	decideLineText      = "The parts sum to the line. With dry_run=true the answer tells by how much each order is then paid above or below what was due."
)

// NewStatement is a file to be taken in.
type NewStatement struct {
	Name    string            `json:"name" maxLength:"200" example:"2026-01.xml"`
	Content string            `json:"content" doc:"The file as text: a camt.053 or a table."`
	Columns []StatementColumn `json:"columns,omitempty" maxItems:"10" doc:"Of a table whose heads are not known."`
	Book    bool              `json:"book_certain,omitempty"`
}

// StatementColumn says which head of a table is what.
type StatementColumn struct {
	Is   string `json:"is" enum:"date,amount,credit,debit,currency,name,text,reference"`
	Head string `json:"head" maxLength:"100" example:"Buchungstag"`
}

// BankStatement is a file that was taken in.
type BankStatement struct {
	ID        string     `json:"id,omitempty" example:"bst_0pmnqh2000400"`
	Name      string     `json:"name"`
	Format    string     `json:"format" example:"camt.053.001.08"`
	Account   string     `json:"account,omitempty"`
	Count     int        `json:"line_count"`
	Known     int        `json:"known" doc:"Lines that had come before."`
	Booked    int        `json:"booked" doc:"Lines that booked themselves, in the answer that takes it in."`
	CreatedAt string     `json:"created_at,omitempty" format:"date-time"`
	Lines     []BankLine `json:"lines,omitempty"`
	Dry       bool       `json:"dry_run,omitempty"`
}

// BankLine is one movement on the account.
type BankLine struct {
	ID          string         `json:"id,omitempty" example:"bln_0pmnqh2000400"`
	Statement   string         `json:"statement,omitempty"`
	N           int            `json:"n" doc:"Its place in the file."`
	Date        string         `json:"date" format:"date"`
	Amount      int64          `json:"amount" doc:"Minor units; below zero for what left."`
	Currency    string         `json:"currency"`
	Name        string         `json:"name,omitempty" doc:"Who paid, or was paid."`
	Text        string         `json:"text,omitempty"`
	Reference   string         `json:"reference,omitempty" doc:"The bank's own."`
	EndToEnd    string         `json:"end_to_end,omitempty" doc:"The payer's own."`
	Charges     int64          `json:"charges,omitempty" doc:"That the bank kept."`
	Reversal    bool           `json:"reversal,omitempty" doc:"It takes back an earlier one."`
	Known       bool           `json:"known,omitempty" doc:"It had come before."`
	State       string         `json:"state" enum:"open,booked,ignored"`
	Reason      string         `json:"reason,omitempty"`
	Proposals   []BankProposal `json:"proposals,omitempty" doc:"What it may pay, the surest first."`
	Parts       []BankPart     `json:"parts,omitempty" doc:"What it was booked to."`
	Differences []int64        `json:"differences,omitempty" doc:"By how much each part is above what was due; below zero when it is less."`
	Dry         bool           `json:"dry_run,omitempty"`
}

// BankProposal is an order that a line may pay.
type BankProposal struct {
	Order      string `json:"order"`
	Number     int64  `json:"number"`
	Reason     string `json:"reason" enum:"reference,overpaid,underpaid,nothing_due,several_named,payer_and_amount,amount"`
	Confidence string `json:"confidence" enum:"certain,likely,possible"`
	Due        int64  `json:"due"`
	Difference int64  `json:"difference" doc:"The line's amount above what is due; below zero when it is less."`
}

// BankPart is what of a line went to an order.
type BankPart struct {
	Order   string `json:"order"`
	Payment string `json:"payment,omitempty"`
	Amount  int64  `json:"amount"`
}

// DecideBankLine says what becomes of a line.
type DecideBankLine struct {
	Parts  []NewBankPart `json:"parts,omitempty" maxItems:"20" doc:"Orders that it pays; the amount of a single one may be left out."`
	Reason string        `json:"reason,omitempty" maxLength:"200" doc:"Why it is ignored, when it pays none."`
	Reopen bool          `json:"reopen,omitempty" doc:"A line that was ignored waits again."`
}

// NewBankPart is what of a line goes to an order.
type NewBankPart struct {
	Order  string `json:"order" maxLength:"40"`
	Amount string `json:"amount,omitempty" doc:"Decimal text."`
}

type bankLineParams struct {
	ID string `path:"id" example:"bln_0pmnqh2000400"`
	DryRun
}

type bankLineID struct {
	ID string `path:"id" example:"bln_0pmnqh2000400"`
}

func (a *api) listStatements(c *call, p *Paging, _ *none) (Page[BankStatement], error) {
	before, err := p.numbers(1, maxID)
	if err != nil {
		return Page[BankStatement]{}, err
	}
	var list []statement.Statement
	err = c.read(func(r *store.Reader) (err error) {
		list, err = statements.Page(r, statement.ID(before[0]), p.Limit+1)
		return err
	})
	return page(p.Limit, list, func(s statement.Statement) BankStatement { return renderFile(&s) }, func(s statement.Statement) string { return number(int64(s.ID)) }), err
}

func (a *api) uploadStatement(c *call, p *DryRun, in *NewStatement) (BankStatement, error) {
	columns := bank.Columns{}
	for _, x := range in.Columns {
		columns[x.Is] = x.Head
	}
	var shop string
	err := c.read(func(r *store.Reader) error {
		m, err := merchants.Get(r, r.M)
		shop = m.Currency
		return err
	})
	if err != nil {
		return BankStatement{}, err
	}
	s, lines, err := bank.Read([]byte(in.Content), columns, shop)
	if err != nil {
		return BankStatement{}, err
	}
	s.Name = in.Name
	cmd := bankacts.UploadCommand{Statement: *s, Lines: lines, Book: in.Book}
	if p.Dry {
		c.status = http.StatusOK
		r, err := preview(c, bankacts.Upload, cmd)
		if err != nil {
			return BankStatement{}, err
		}
		return renderUpload(r.Value.(*bankacts.Uploaded), true), nil
	}
	r, err := one(c, bankacts.Upload, cmd)
	if err != nil {
		return BankStatement{}, err
	}
	if up, ok := r.Value.(*bankacts.Uploaded); ok && r.Status == "unchanged" {
		c.status = http.StatusOK
		return renderUpload(up, false), nil
	} else if ok {
		c.created("/v1/statements")
		return renderUpload(up, false), nil
	}
	return a.uploadedBefore(c, statement.ID(r.ID))
}

// uploadedBefore answers a request that is told again.
func (a *api) uploadedBefore(c *call, id statement.ID) (BankStatement, error) {
	var out BankStatement
	err := c.read(func(r *store.Reader) error {
		list, err := statements.Page(r, id+1, 1)
		if err != nil || len(list) == 0 || list[0].ID != id {
			return err
		}
		out = renderFile(&list[0])
		lines, err := statements.Of(r, id, 0, statement.MaxLines)
		for _, x := range lines {
			out.Lines = append(out.Lines, renderBankLine(x, nil))
		}
		return err
	})
	return out, err
}

func (a *api) listBankLines(c *call, p *Paging, _ *none) (Page[BankLine], error) {
	after, err := p.numbers(1, 0)
	if err != nil {
		return Page[BankLine]{}, err
	}
	type row struct {
		x *statement.Line
		p []statement.Proposal
	}
	var rows []row
	err = c.read(func(r *store.Reader) error {
		list, err := statements.Open(r, statement.LineID(after[0]), p.Limit+1)
		if err != nil {
			return err
		}
		proposals, err := bankacts.Propose(r, list)
		rows = rows[:0]
		for i := range proposals {
			rows = append(rows, row{list[i], proposals[i]})
		}
		return err
	})
	return page(p.Limit, rows, func(x row) BankLine { return renderBankLine(x.x, x.p) }, func(x row) string { return number(int64(x.x.ID)) }), err
}

func (a *api) getBankLine(c *call, p *bankLineID, _ *none) (BankLine, error) {
	out, _, err := c.bankLine(p.ID)
	return out, err
}

func (c *call) bankLine(text string) (BankLine, *statement.Line, error) {
	id, err := statement.ParseLineID(text)
	if err != nil {
		return BankLine{}, nil, bankacts.NoSuchLine(text)
	}
	var out BankLine
	var x *statement.Line
	err = c.read(func(r *store.Reader) error {
		list, err := statements.Lines(r, []statement.LineID{id})
		if err == nil && len(list) == 0 {
			err = bankacts.NoSuchLine(text)
		}
		if err != nil {
			return err
		}
		x = list[0]
		proposals := make([][]statement.Proposal, 1)
		if x.State == statement.Open {
			if proposals, err = bankacts.Propose(r, list); err != nil {
				return err
			}
		}
		out = renderBankLine(x, proposals[0])
		parts, err := statements.Parts(r, []statement.LineID{id})
		for _, p := range parts {
			out.Parts = append(out.Parts, BankPart{order.ID(p.Order).String(), payment.ID(p.Payment).String(), p.Amount})
		}
		return err
	})
	return out, x, err
}

func (a *api) decideBankLine(c *call, p *bankLineParams, in *DecideBankLine) (BankLine, error) {
	_, x, err := c.bankLine(p.ID)
	if err != nil {
		return BankLine{}, err
	}
	of, err := money.ParseCurrency(x.Currency)
	if err != nil {
		return BankLine{}, err
	}
	cmd := bankacts.DecideCommand{Line: x.ID, Reason: in.Reason, Reopen: in.Reopen}
	for _, part := range in.Parts {
		id, err := order.ParseID(part.Order)
		if err != nil {
			return BankLine{}, fault.New(fault.NotFound, "no_such_order", "there is no order %.40q", part.Order)
		}
		n := x.Amount
		if part.Amount != "" || len(in.Parts) > 1 {
			n = amount(of, "/parts", part.Amount, &c.faults)
		}
		cmd.Parts = append(cmd.Parts, bankacts.Part{Order: id, Amount: n})
	}
	if p.Dry {
		r, err := preview(c, bankacts.Decide, cmd)
		if err != nil {
			return BankLine{}, err
		}
		would := r.Value.(*bankacts.Decided)
		out := renderBankLine(would.Line, nil)
		out.Dry, out.Differences = true, would.Differences
		for _, part := range would.Parts {
			out.Parts = append(out.Parts, BankPart{Order: part.Order.String(), Amount: part.Amount})
		}
		return out, nil
	}
	if _, err := one(c, bankacts.Decide, cmd); err != nil {
		return BankLine{}, err
	}
	out, _, err := c.bankLine(p.ID)
	return out, err
}

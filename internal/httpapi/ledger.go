package httpapi

import (
	"context"
	"encoding/csv"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"orderly/internal/access"
	"orderly/internal/figures"
	"orderly/internal/formula"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/ledger"
	"orderly/internal/store/merchants"
)

// ledgerPage is how many bookings are looked at in one snapshot.
const ledgerPage = 2000

// LedgerColumns and BalanceColumns head the two sheets for an accountant.
var (
	LedgerColumns  = strings.Fields("booked_at order documents account debit credit currency reference entry booking")
	BalanceColumns = strings.Fields("currency account debit credit balance")
)

// Ledger goes over every booking of a period, a page of whole orders at a time,
// and adds up what is on each account.
type Ledger struct {
	From, To int64 // instants: from the first up to and without the second; To 0 for no end
	after    order.ID
	sums     map[[2]string][2]int64 // currency and account: debit, credit
}

// Page gives the next rows of LedgerColumns. It is called on a snapshot until
// there are no more; a page may be empty.
func (l *Ledger) Page(r *store.Reader) (rows [][]string, more bool, err error) {
	list, last, err := ledger.Page(r, l.after, ledgerPage)
	if err != nil {
		return nil, false, err
	}
	list = slices.DeleteFunc(list, func(e payment.Entry) bool { return e.At < l.From || l.To != 0 && e.At >= l.To })
	var ids []int64
	for i := range list {
		if i == 0 || list[i-1].Order != list[i].Order {
			ids = append(ids, list[i].Order)
		}
	}
	names, err := ledger.Names(r, ids)
	if err != nil {
		return nil, false, err
	}
	if l.sums == nil {
		l.sums = map[[2]string][2]int64{}
	}
	for i := range list {
		e := &list[i]
		show := currencyNamed(e.Currency).FormatAmount
		debit, credit := "", ""
		sum := l.sums[[2]string{e.Currency, e.Account}]
		if e.Amount >= 0 {
			debit, sum[0] = show(e.Amount), sum[0]+e.Amount
		} else {
			credit, sum[1] = show(-e.Amount), sum[1]-e.Amount
		}
		l.sums[[2]string{e.Currency, e.Account}] = sum
		n := names[e.Order]
		rows = append(rows, []string{
			time.UnixMicro(e.At).UTC().Format(time.RFC3339), number(n.Number), formula.Harmless(strings.Join(n.Documents, " ")), e.Account, debit, credit, e.Currency,
			formula.Harmless(e.Ref), number(e.Seq), number(e.ID),
		})
	}
	l.after = last
	return rows, last != 0, nil
}

// Balance gives the rows of BalanceColumns: what each account has, and for
// each currency that debits equal credits.
func (l *Ledger) Balance() [][]string {
	var out [][]string
	keys := slices.SortedFunc(maps.Keys(l.sums), func(a, b [2]string) int { return strings.Compare(a[0]+"\x00"+a[1], b[0]+"\x00"+b[1]) })
	var all [2]int64
	for i, k := range keys {
		show := currencyNamed(k[0]).FormatAmount
		s := l.sums[k]
		all[0], all[1] = all[0]+s[0], all[1]+s[1]
		out = append(out, []string{k[0], k[1], show(s[0]), show(s[1]), show(s[0] - s[1])})
		if i == len(keys)-1 || keys[i+1][0] != k[0] {
			out, all = append(out, []string{k[0], "total", show(all[0]), show(all[1]), show(all[0] - all[1])}), [2]int64{}
		}
	}
	return out
}

// currencyNamed is the currency of a code that was kept; none is that of an
// amount in minor units.
func currencyNamed(code string) money.Currency {
	c, err := money.ParseCurrency(code)
	if err != nil {
		return money.MustCurrency("JPY") // verify tells of it; its amounts are shown as they are kept
	}
	return c
}

type ledgerQuery struct {
	From  string `query:"from" format:"date" doc:"Booked on or after this day, in the merchant's zone."`
	To    string `query:"to" format:"date" doc:"Booked on or before this day."`
	Sheet string `query:"sheet" enum:"bookings,balance" default:"bookings" doc:"bookings has a row for each half of a booking; balance sums them up by currency and account, with a total for each currency in which debits equal credits."`
}

// ledgerRoutes serve the books as a table.
func (a *api) ledgerRoutes() {
	r := route{method: "GET", path: "/v1/ledger.csv", id: "ledger", summary: "Read every booking of a period as a table for an accountant", needs: access.OrdersRead, whole: true, answers: []int{http.StatusOK}}
	huma.Register(a.huma, a.operation(&r), func(ctx context.Context, p *ledgerQuery) (*huma.StreamResponse, error) {
		c := callOf(ctx)
		l, err := c.ledger(p)
		if err != nil {
			return nil, c.problemOf(err)
		}
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			_, w := humago.Unwrap(ctx)
			w.Header().Set("Content-Type", csvType+"; charset=utf-8")
			w.Header().Set("Content-Disposition", `attachment; filename="`+p.Sheet+`.csv"`)
			if err := l.write(w, p.Sheet == "balance", c.read); err != nil {
				a.log.Warn("a ledger was cut off", "request_id", c.id, "error", err)
			}
		}}, nil
	})
	operationOf(a.huma.OpenAPI().Paths[r.path], r.method).Responses["200"].Content = map[string]*huma.MediaType{csvType: {Schema: &huma.Schema{Type: "string", Description: "One row a line."}}}
}

// ledger begins with the period that the parameters name.
func (c *call) ledger(p *ledgerQuery) (*Ledger, error) {
	from, to := dayOf("from", p.From, &c.faults), dayOf("to", p.To, &c.faults)
	if err := c.parameters(); err != nil {
		return nil, err
	}
	l := &Ledger{}
	return l, c.read(func(r *store.Reader) error {
		m, err := merchants.Get(r, r.M)
		l.From, l.To = Period(from, to, m.Location())
		return err
	})
}

// Period is the instants of two days, yyyymmdd and both included; 0 is no bound.
func Period(from, to int64, zone *time.Location) (first, end int64) {
	if from != 0 {
		first = figures.Start(from, zone)
	}
	if to != 0 {
		end = figures.Start(figures.After(to, 1), zone)
	}
	return first, end
}

// write gives one of the sheets, page by page, each on a snapshot of its own.
func (l *Ledger) write(w io.Writer, balance bool, read func(func(*store.Reader) error) error) error {
	out := csv.NewWriter(w)
	columns := LedgerColumns
	if balance {
		columns = BalanceColumns
	}
	if err := out.Write(columns); err != nil {
		return err
	}
	for more := true; more; {
		var rows [][]string
		err := read(func(r *store.Reader) (err error) {
			rows, more, err = l.Page(r)
			return err
		})
		if err == nil && !balance {
			err = out.WriteAll(rows)
		}
		if err != nil {
			return err
		}
	}
	if balance {
		return out.WriteAll(l.Balance())
	}
	out.Flush()
	return out.Error()
}

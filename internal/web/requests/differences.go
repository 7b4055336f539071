package requests

import (
	"net/url"
	"strconv"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/floor"
	"orderly/internal/difference"
	"orderly/internal/fault"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/differences"
	"orderly/internal/store/replenishment"
	"orderly/internal/web/shell"
)

// apart is the page of where a partner's word and the books differ.
type apart struct {
	Places []*stock.Location
	Place  *stock.Location
	State  string
	Rows   []*difference.Difference
	Names  map[int64]replenishment.Named
	Since  map[difference.ID]int64 // by how much the books were corrected since each was found
	More   bool
	Fault  string
	Faults shell.Faults
}

func (x *apart) path(state string) string {
	return "/requests/differences?" + url.Values{"at": {x.Place.ID.String()}, "state": {state}}.Encode()
}

func differencesPage(v *shell.Visit) error {
	x, err := readApart(v, v.Query("at"), v.Query("state"))
	if err != nil {
		return err
	}
	return v.Page(v.T("requests.differences"), apartPage(v, x))
}

func readApart(v *shell.Visit, at, state string) (*apart, error) {
	x := &apart{State: difference.Open}
	for _, s := range difference.States {
		if s == state {
			x.State = s
		}
	}
	err := v.Read(func(r *store.Reader) (err error) {
		if x.Places, x.Place, err = places(r, at); err != nil || x.Place == nil {
			return err
		}
		if x.Rows, err = differences.Page(r, x.Place.ID, x.State, 0, difference.MaxDecided+1); err != nil {
			return err
		}
		if x.More = len(x.Rows) > difference.MaxDecided; x.More {
			x.Rows = x.Rows[:difference.MaxDecided]
		}
		items, ids := make([]int64, len(x.Rows)), make([]difference.ID, len(x.Rows))
		for i, d := range x.Rows {
			items[i], ids[i] = d.Cell.Item, d.ID
		}
		if x.Since, err = differences.Corrected(r, ids); err != nil {
			return err
		}
		x.Names, err = replenishment.NamesOf(r, items)
		return err
	})
	return x, err
}

// decide books or dismisses the differences that were ticked.
func decide(v *shell.Visit) error {
	x, err := readApart(v, v.Form("at"), difference.Open)
	if err != nil {
		return err
	}
	if x.Place == nil {
		return fault.New(fault.NotFound, "no_such_partner", "there is no supplier or 3PL here")
	}
	c, err := decisions(v)
	op := floor.ApplyDifferences
	if v.Form("act") == "dismiss" {
		op = floor.DismissDifferences
		for i := range c.Lines {
			c.Lines[i].Quantity = nil
		}
	}
	var done desk.Result
	if err == nil {
		done, err = shell.Do(v, op, c)
	}
	if err == nil {
		said := v.T("requests.dismissed", "n", int64(len(c.Lines)))
		if _, booked := done.Value.(*floor.StockDone); booked {
			said = v.T("requests.booked", "n", int64(len(c.Lines)))
		}
		v.Toast(said)
		return v.Go(x.path(difference.Open))
	}
	f, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x.Faults, x.Fault = f, v.T("requests.not_booked")
	return v.Again(v.T("requests.differences"), apartPage(v, x))
}

// decisions are the lines that were ticked, with how many of each to book.
func decisions(v *shell.Visit) (c floor.DifferencesCommand, err error) {
	var l fault.List
	c.Note = v.Form("note")
	for i, text := range v.R.PostForm["line"] {
		id, err := difference.ParseID(text)
		if err != nil {
			l.AddError("/lines/"+strconv.Itoa(i), err)
			continue
		}
		line := difference.Decision{ID: id}
		if q := v.Form("quantity-" + text); q != "" {
			n, err := strconv.ParseInt(q, 10, 64)
			if err != nil {
				l.Add("/lines/"+strconv.Itoa(i), "invalid_number", "%.40q is not a number of units", q)
			}
			line.Quantity = &n
		}
		c.Lines = append(c.Lines, line)
	}
	return c, l.Err()
}

// apartLabel leads to the differences, and says how many wait.
func apartLabel(v *shell.Visit, n int) string {
	if n == 0 {
		return v.T("requests.differences")
	}
	return v.T("requests.differences") + " (" + count(n) + ")"
}

const mayBook = access.StockWrite

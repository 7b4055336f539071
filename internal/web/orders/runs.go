package orders

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"strconv"

	"orderly/internal/bulk"
	"orderly/internal/desk/admin"
	"orderly/internal/formula"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/bulks"
	"orderly/internal/store/users"
	"orderly/internal/web/shell"
)

// maxRuns is how many runs the list shows.
const maxRuns = 50

// runView is a run with the rows that its page shows: refusals first of all.
type runView struct {
	bulks.Run
	Rows  []bulk.Row
	Who   string
	Short bool // not all rows that there are
}

func showRuns(v *shell.Visit) error {
	var list []bulks.Run
	names := map[string]string{}
	err := v.Read(func(r *store.Reader) (err error) {
		if list, err = bulks.Recent(r, maxRuns); err != nil {
			return err
		}
		names, err = peopleNames(r)
		return err
	})
	if err != nil {
		return err
	}
	return v.Page(v.T("bulk.runs"), runsPage(v, list, names))
}

func peopleNames(r *store.Reader) (map[string]string, error) {
	people, err := users.List(r)
	out := map[string]string{}
	for _, u := range people {
		out["user:"+u.ID.String()] = u.Name
	}
	return out, err
}

func runID(v *shell.Visit) (bulk.ID, error) {
	id, err := bulk.ParseID(v.Path("id"))
	if err != nil {
		return 0, admin.NoSuchRun(v.Path("id"))
	}
	return id, nil
}

func getRun(r *store.Reader, id bulk.ID) (bulks.Run, error) {
	x, err := bulks.Get(r, id)
	if errors.Is(err, bulks.ErrUnknown) {
		err = admin.NoSuchRun(id.String())
	}
	return x, err
}

func showRun(v *shell.Visit) error {
	id, err := runID(v)
	if err != nil {
		return err
	}
	var x runView
	err = v.Read(func(r *store.Reader) (err error) {
		x = runView{}
		if x.Run, err = getRun(r, id); err != nil {
			return err
		}
		names, err := peopleNames(r)
		if err != nil {
			return err
		}
		x.Who = names[x.Actor]
		return x.rows(r)
	})
	if err != nil {
		return err
	}
	return v.Page(v.T("bulk.run_title", "act", actOf(v, x.Run)), runPage(v, &x))
}

// maxLooked is how many chunks the page looks through for refusals.
const maxLooked = 8

// rows takes refusals of the first chunks, and fills up with the others.
func (x *runView) rows(r *store.Reader) error {
	list, err := bulks.Chunks(r, x.ID, 0, maxLooked)
	if err != nil {
		return err
	}
	x.Short = x.Chunks > maxLooked
	var others []bulk.Row
	for _, c := range list {
		for _, row := range c.Rows {
			if row.Status == bulk.Refused {
				x.Rows = append(x.Rows, row)
			} else {
				others = append(others, row)
			}
		}
	}
	x.Rows = append(x.Rows, others...)
	if len(x.Rows) > maxShown {
		x.Rows, x.Short = x.Rows[:maxShown], true
	}
	return nil
}

func stopRun(v *shell.Visit) error {
	id, err := runID(v)
	if err != nil {
		return err
	}
	if _, err := shell.Do(v, admin.StopRun, admin.StopCommand{ID: id}); err != nil {
		return err
	}
	v.Toast(v.T("bulk.said_stopped"))
	return v.Go("/runs/" + id.String())
}

// retryRun begins a run of the same act on the orders that were refused.
func retryRun(v *shell.Visit) error {
	id, err := runID(v)
	if err != nil {
		return err
	}
	var c admin.RunCommand
	err = v.Read(func(r *store.Reader) error {
		x, err := getRun(r, id)
		if err != nil {
			return err
		}
		c = admin.RunCommand{}
		return json.Unmarshal([]byte(x.Data), &c.Act)
	})
	if err == nil {
		err = eachRow(v, id, func(row bulk.Row) error {
			if row.Status == bulk.Refused && len(c.Orders) < bulk.MaxSelected {
				c.Orders = append(c.Orders, row.Order)
			}
			return nil
		})
	}
	if err != nil {
		return err
	}
	r, err := shell.Do(v, admin.BeginRun, c)
	if err != nil {
		return err
	}
	return v.Go("/runs/" + bulk.ID(r.ID).String())
}

// eachRow reads a report chunk by chunk, each on a snapshot of its own.
func eachRow(v *shell.Visit, id bulk.ID, f func(bulk.Row) error) error {
	for after := int64(0); ; {
		var got []bulks.Chunk
		err := v.Read(func(r *store.Reader) (err error) {
			got, err = bulks.Chunks(r, id, after, 4)
			return err
		})
		if err != nil || len(got) == 0 {
			return err
		}
		for _, c := range got {
			after = c.N
			for _, row := range c.Rows {
				if err := f(row); err != nil {
					return err
				}
			}
		}
	}
}

// runReport gives the whole report as a table for a spreadsheet.
func runReport(v *shell.Visit) error {
	id, err := runID(v)
	if err != nil {
		return err
	}
	if err := v.Read(func(r *store.Reader) error { _, err := getRun(r, id); return err }); err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+id.String()+`.csv"`)
	w := csv.NewWriter(v.W)
	first := w.Write([]string{v.T("orders.number"), v.T("bulk.order_id"), v.T("bulk.outcome"), v.T("bulk.reason")})
	err = eachRow(v, id, func(row bulk.Row) error {
		return w.Write([]string{strconv.FormatInt(row.Number, 10), row.Order.String(), outcome(v, row), formula.Harmless(row.Message)})
	})
	w.Flush()
	return errors.Join(first, err, w.Error())
}

func outcome(v *shell.Visit, row bulk.Row) string {
	if row.Status == "" {
		return v.T("bulk.waiting")
	}
	return v.T("bulk.is_" + row.Status)
}

func orderHref(id order.ID) string { return "/orders/" + id.String() }

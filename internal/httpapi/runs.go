package httpapi

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"orderly/internal/bulk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/formula"
	"orderly/internal/order"
	"orderly/internal/runs"
	"orderly/internal/store"
	"orderly/internal/store/bulks"
)

// BulkAct asks for one act on many orders.
type BulkAct struct {
	Act       string   `json:"act" enum:"release,hold,lift,tag,note,priority,approve,refuse,cancel"`
	Filter    *string  `json:"filter,omitempty" maxLength:"2000" doc:"The query string of a list of orders, such as stage=on_hold&channel=web; an empty one is all orders." example:"stage=on_hold"`
	Orders    []string `json:"orders,omitempty" maxItems:"5000" doc:"Ids, instead of a filter."`
	Reason    string   `json:"reason,omitempty" maxLength:"60" doc:"hold: why. lift: only holds of this reason."`
	Note      string   `json:"note,omitempty" doc:"hold and note. refuse: why."`
	Blocks    []string `json:"blocks,omitempty" maxItems:"4" doc:"hold: what it stops, all when left out."`
	Until     string   `json:"until,omitempty" format:"date-time" doc:"hold: when it ends by itself, within a year; it stands until it is lifted when left out." example:"2026-12-01T09:00:00Z"`
	Add       []string `json:"add,omitempty" maxItems:"250" doc:"tag."`
	Remove    []string `json:"remove,omitempty" maxItems:"250" doc:"tag."`
	Priority  *int64   `json:"priority,omitempty" minimum:"-1000" maximum:"1000"`
	Remaining bool     `json:"remaining,omitempty" doc:"cancel: cancel what can be and leave the rest, instead of refusing the order."`
	Cancel    bool     `json:"cancel,omitempty" doc:"refuse: cancel the orders, too."`
}

// Run is one act on many orders, or with dry_run what it would do.
type Run struct {
	DryRun    bool             `json:"dry_run,omitempty" doc:"true when nothing was changed; rows then tells of the first orders."`
	ID        string           `json:"id,omitempty" example:"run_0pmnqh2000400"`
	Act       string           `json:"act"`
	Filter    string           `json:"filter,omitempty"`
	Actor     string           `json:"actor,omitempty"`
	State     string           `json:"state,omitempty" enum:"waiting,running,done,stopped,failed"`
	Why       string           `json:"why,omitempty" enum:"too_many,denied,bad_query" doc:"too_many: the filter has more orders than one run takes; begin another. denied: who asked may no longer. bad_query: the filter names what is gone."`
	Found     int64            `json:"found" doc:"How many orders it is about, as far as is known."`
	Complete  bool             `json:"complete" doc:"found is all of them."`
	Done      int64            `json:"done"`
	Unchanged int64            `json:"unchanged" doc:"There was nothing to do."`
	Refused   int64            `json:"refused"`
	Freed     map[string]int64 `json:"freed,omitempty" doc:"Of a dry run of cancel: by how much what customers owe would go down, in minor units by currency."`
	Rows      []RunRow         `json:"rows,omitempty"`
	CreatedAt string           `json:"created_at,omitempty" format:"date-time"`
	UpdatedAt string           `json:"updated_at,omitempty" format:"date-time"`
	EndedAt   string           `json:"ended_at,omitempty" format:"date-time"`
}

// RunRow is what became of one order.
type RunRow struct {
	Order   string `json:"order"`
	Number  int64  `json:"number,omitempty"`
	Status  string `json:"status" enum:"done,unchanged,refused,waiting"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
}

func (in *BulkAct) command(faults *fault.List) admin.RunCommand {
	c := admin.RunCommand{Filter: in.Filter, Act: bulk.Act{
		Kind: bulk.Kind(in.Act), Reason: in.Reason, Note: in.Note, Blocks: in.Blocks, Until: parseInstant("/until", in.Until, faults), Add: in.Add, Remove: in.Remove, Priority: in.Priority, Remaining: in.Remaining, Cancel: in.Cancel,
	}}
	for i, text := range in.Orders {
		id, err := order.ParseID(text)
		faults.AddError("/orders/"+strconv.Itoa(i), err)
		c.Orders = append(c.Orders, id)
	}
	return c
}

func (a *api) bulkOrders(c *call, p *DryRun, in *BulkAct) (Run, error) {
	cmd := in.command(&c.faults)
	if !p.Dry {
		r, err := one(c, admin.BeginRun, cmd)
		if err != nil {
			return Run{}, err
		}
		return c.run(bulk.ID(r.ID))
	}
	if err := check(c, admin.BeginRun, &cmd); err != nil {
		return Run{}, err
	}
	f, err := runs.Foresee(c.ctx, a.desk, c.scope, cmd)
	if err != nil {
		return Run{}, err
	}
	c.status = http.StatusOK
	out := Run{DryRun: true, Act: in.Act, Found: int64(len(f.Rows)), Complete: !f.More, Done: f.Counts.Done, Unchanged: f.Counts.Unchanged, Refused: f.Counts.Refused, Freed: f.Freed}
	for i := range f.Rows {
		out.Rows = append(out.Rows, renderRunRow(&f.Rows[i]))
	}
	return out, nil
}

func renderRunRow(r *bulk.Row) RunRow {
	out := RunRow{r.Order.String(), r.Number, r.Status, r.Code, r.Message}
	if out.Status == "" {
		out.Status = "waiting"
	}
	return out
}

func renderRun(x bulks.Run) Run {
	return Run{
		ID: x.ID.String(), Act: string(x.Kind), Filter: x.Filter, Actor: x.Actor, State: x.State, Why: x.Why, Found: x.Planned, Complete: x.Walked,
		Done: x.Counts.Done, Unchanged: x.Counts.Unchanged, Refused: x.Counts.Refused, CreatedAt: instant(x.CreatedAt), UpdatedAt: instant(x.UpdatedAt), EndedAt: instant(x.EndedAt),
	}
}

// run reads a run as it is.
func (c *call) run(id bulk.ID) (Run, error) {
	var x bulks.Run
	err := c.read(func(r *store.Reader) (err error) {
		x, err = bulks.Get(r, id)
		return err
	})
	if errors.Is(err, bulks.ErrUnknown) {
		err = admin.NoSuchRun(id.String())
	}
	return renderRun(x), err
}

// RunID names a run in a path.
type RunID struct {
	ID string `path:"id" example:"run_0pmnqh2000400"`
}

func (p *RunID) id() (bulk.ID, error) {
	id, err := bulk.ParseID(p.ID)
	if err != nil {
		return 0, admin.NoSuchRun(p.ID)
	}
	return id, nil
}

func (a *api) getRun(c *call, p *RunID, _ *none) (Run, error) {
	id, err := p.id()
	if err != nil {
		return Run{}, err
	}
	return c.run(id)
}

// maxRuns is how many runs the list shows.
const maxRuns = 100

func (a *api) listRuns(c *call, _ *none, _ *none) (Page[Run], error) {
	var list []bulks.Run
	err := c.read(func(r *store.Reader) (err error) {
		list, err = bulks.Recent(r, maxRuns)
		return err
	})
	return pageUntil(list, renderRun, ""), err
}

func (a *api) stopRun(c *call, p *RunID, _ *none) (Run, error) {
	id, err := p.id()
	if err != nil {
		return Run{}, err
	}
	if _, err := one(c, admin.StopRun, admin.StopCommand{ID: id}); err != nil {
		return Run{}, err
	}
	return c.run(id)
}

type reportQuery struct {
	RunID
	Format string `query:"format" enum:"ndjson,csv" default:"ndjson"`
	Status string `query:"status" enum:"done,unchanged,refused" doc:"Only orders that came to this."`
}

// addReport serves a run's report, chunk by chunk, each on a snapshot of its own.
func addReport(a *api, r route) {
	r.answers = []int{http.StatusOK}
	huma.Register(a.huma, a.operation(&r), func(ctx context.Context, p *reportQuery) (*huma.StreamResponse, error) {
		c := callOf(ctx)
		id, err := p.id()
		if err == nil {
			_, err = c.run(id)
		}
		if err != nil {
			return nil, c.problemOf(err)
		}
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			_, w := humago.Unwrap(ctx)
			if err := c.report(w, id, p); err != nil {
				a.log.Warn("a report was cut off", "request_id", c.id, "error", err)
			}
		}}, nil
	})
	line := &huma.MediaType{Schema: &huma.Schema{Type: "string", Description: "One order a line."}}
	a.schema(runRowType)
	operationOf(a.huma.OpenAPI().Paths[r.path], r.method).Responses["200"].Content = map[string]*huma.MediaType{ndjsonType: line, csvType: line}
}

const csvType = "text/csv"

func (c *call) report(w http.ResponseWriter, id bulk.ID, p *reportQuery) error {
	line, flush := lines(w)
	kind := ndjsonType
	if p.Format == "csv" {
		kind = csvType + "; charset=utf-8"
		line, flush = rowsOfCSV(w)
		w.Header().Set("Content-Disposition", `attachment; filename="`+id.String()+`.csv"`)
	}
	w.Header().Set("Content-Type", kind)
	for after := int64(0); ; {
		var got []bulks.Chunk
		err := c.read(func(r *store.Reader) (err error) {
			got, err = bulks.Chunks(r, id, after, 4)
			return err
		})
		if err != nil || len(got) == 0 {
			return errors.Join(err, flush())
		}
		for _, chunk := range got {
			after = chunk.N
			for i := range chunk.Rows {
				if row := renderRunRow(&chunk.Rows[i]); p.Status == "" || p.Status == row.Status {
					if err := line(row); err != nil {
						return err
					}
				}
			}
		}
	}
}

func lines(w io.Writer) (line func(RunRow) error, flush func() error) {
	e := json.NewEncoder(w)
	return func(r RunRow) error { return e.Encode(r) }, func() error { return nil }
}

// rowsOfCSV writes a table. A text that a spreadsheet would take for a formula
// is marked as text.
func rowsOfCSV(w io.Writer) (line func(RunRow) error, flush func() error) {
	out := csv.NewWriter(w)
	first := out.Write([]string{"order", "number", "status", "code", "message"})
	return func(r RunRow) error {
			return out.Write([]string{r.Order, number(r.Number), r.Status, r.Code, formula.Harmless(r.Message)})
		}, func() error {
			out.Flush()
			return errors.Join(first, out.Error())
		}
}

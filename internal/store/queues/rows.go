package queues

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"orderly/internal/ident"
	"orderly/internal/queue"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/jobs"
	"orderly/internal/store/levels"
	"orderly/internal/store/troubles"
	"orderly/internal/trouble"
)

// MaxRows is how many rows one page of a queue takes.
const MaxRows = 100

// Row is one thing that waits, as queues show it. What does not belong to its
// kind is zero.
type Row struct {
	Kind     string // ord, ful, trb, job, lvl, ret, cas, tlk, bln, whe, dif
	ID       int64
	Order    int64
	Number   int64
	Name     string // of the customer
	Location stock.LocationID
	Status   string // work status, stage, kind of trouble, kind of job
	Since    int64
	Due      int64
	Priority int64
	Units    int64 // of a difference: what is proposed to book, below zero when the partner has less
	Total    int64 // minor units
	Currency string
	Payment  string
	Item     int64
	SKU      string
	Title    string   // of the item
	Reasons  []string // of holds; of a report
	Text     string   // a customer's words; what a bank says; why something failed
	Subject  int64    // of a trouble: the parcel or the fulfillment; of a return or a case: its number
}

// Ask is which rows of a queue are wanted.
type Ask struct {
	Queue    *queue.Queue
	Location stock.LocationID // zero for all that the scope sees
	After    string           // where the last page ended
	Limit    int
}

// Page is some rows of a queue, the most pressing first.
type Page struct {
	Rows []Row
	Next string // what to pass as After; "" at the end
}

// cursor is where a page ends: rows are in the order of when they are due, those
// of which nothing was promised last, and of their ids.
type cursor struct{ due, id int64 }

func (c cursor) String() string {
	return strconv.FormatInt(c.due, 36) + "." + strconv.FormatInt(c.id, 36)
}

// parseCursor reads one; what is none begins at the beginning.
func parseCursor(text string) cursor {
	due, id, ok := strings.Cut(text, ".")
	a, err1 := strconv.ParseInt(due, 36, 64)
	b, err2 := strconv.ParseInt(id, 36, 64)
	if !ok || err1 != nil || err2 != nil || a < 0 || b < 0 {
		return cursor{}
	}
	return cursor{a, b}
}

// Rows reads a page of a queue that the scope sees.
func Rows(r *store.Reader, b *Board, ask Ask) (Page, error) {
	ask.Limit = max(1, min(ask.Limit, MaxRows))
	after := parseCursor(ask.After)
	var page Page
	var err error
	switch ask.Queue.Kind {
	case queue.Fulfillment:
		page.Rows, err = b.workRows(r, ask, after)
	case queue.Order:
		if ask.Queue.ID == queue.Approvals {
			page.Rows, err = approvalRows(r, b.Now, after.id, ask.Limit+1)
			break
		}
		page.Rows, err = orderRows(r, stages[ask.Queue.ID], after.id, ask.Limit+1)
	case queue.Trouble:
		page.Rows, err = troubleRows(r, matters[ask.Queue.ID], after.id, ask.Limit+1)
	case queue.Return:
		page.Rows, err = returnRows(r, sentBack[ask.Queue.ID], after.id, ask.Limit+1)
	case queue.Job:
		page.Rows, err = jobRows(r, after.id, ask.Limit+1)
	case queue.Case:
		page.Rows, err = caseRows(r, b.Now, after.id, ask.Limit+1)
	case queue.Talk:
		page.Rows, err = talkRows(r, after.id, ask.Limit+1)
	case queue.BankLine:
		page.Rows, err = bankRows(r, after.id, ask.Limit+1)
	case queue.Endpoint:
		page.Rows, err = endpointRows(r, after.id, ask.Limit+1)
	case queue.Difference:
		page.Rows, err = b.differRows(r, ask, after.id)
	case queue.Level:
		page.Rows, err = lowRows(r, ask.Limit)
	}
	if err != nil {
		return Page{}, fmt.Errorf("queue %s: %w", ask.Queue.ID, err)
	}
	if len(page.Rows) > ask.Limit {
		page.Rows = page.Rows[:ask.Limit]
		last := page.Rows[ask.Limit-1]
		c := cursor{id: last.ID}
		if ask.Queue.Kind == queue.Fulfillment {
			c.due = dueKey(last.Due)
		}
		page.Next = c.String()
	}
	if err := fill(r, page.Rows); err != nil {
		return Page{}, err
	}
	return page, b.Know(r, strange(b, page.Rows))
}

// strange are the locations of rows that the board does not know: where there
// is no open work.
func strange(b *Board, rows []Row) []stock.LocationID {
	var out []stock.LocationID
	for _, w := range rows {
		if _, known := b.Places[w.Location]; !known && w.Location != 0 && !slices.Contains(out, w.Location) {
			out = append(out, w.Location)
		}
	}
	return out
}

// lowRows reads the first levels that are low; there is no page after it.
func lowRows(r *store.Reader, limit int) ([]Row, error) {
	list, err := levels.Low(r, limit)
	out := make([]Row, len(list))
	for i, l := range list {
		out[i] = Row{Kind: queue.Level, ID: l.Item, Item: l.Item, Location: l.Location, SKU: l.SKU, Title: l.Name, Units: l.Sellable()}
	}
	return out, err
}

// dueKey orders what is not due at all behind everything that is.
func dueKey(due int64) int64 {
	if due == 0 {
		return math.MaxInt64
	}
	return due
}

// workRows reads fulfillments of all the queue's statuses and places, a page of
// each, and merges them.
func (b *Board) workRows(r *store.Reader, ask Ask, after cursor) ([]Row, error) {
	var out []Row
	from, to := int64(0), int64(math.MaxInt64)
	switch ask.Queue.ID {
	case queue.Late:
		to = b.Now
	case queue.Today:
		from, to = b.Now, b.EndOfDay
	}
	for _, place := range b.places(ask.Location) {
		if ask.Queue.ID == queue.Leaves && b.Places[place].LeavesAt == 0 || ask.Location == 0 && b.elsewhere(place, ask.Queue.ID) {
			continue
		}
		for _, status := range worked[ask.Queue.ID] {
			some, err := dueRows(r, place, status, from, to, after, ask.Limit+1)
			if err == nil && to == math.MaxInt64 && len(some) <= ask.Limit {
				var undated []Row
				undated, err = undatedRows(r, place, status, after, ask.Limit+1-len(some))
				some = append(some, undated...)
			}
			if err != nil {
				return nil, err
			}
			out = append(out, some...)
		}
	}
	slices.SortFunc(out, func(x, y Row) int { return cmp.Or(cmp.Compare(dueKey(x.Due), dueKey(y.Due)), cmp.Compare(x.ID, y.ID)) })
	return out[:min(len(out), ask.Limit+1)], nil
}

// places are the locations with work, or the one that is asked for.
func (b *Board) places(one stock.LocationID) []stock.LocationID {
	var out []stock.LocationID
	for id := range b.Places {
		if one == 0 || id == one {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out[:min(len(out), maxPlaces)]
}

const workColumns = "id, source_id, location, work_status, priority, due_at, created_at"

func collectWork(out *[]Row) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		w := Row{Kind: queue.Fulfillment}
		err := scan(&w.ID, &w.Order, &w.Location, &w.Status, &w.Priority, &w.Due, &w.Since)
		*out = append(*out, w)
		return err
	}
}

func dueRows(r *store.Reader, place stock.LocationID, status string, from, to int64, after cursor, limit int) ([]Row, error) {
	var out []Row
	begin := cursor{due: max(1, from)}
	if after.due > begin.due || after.due == begin.due && after.id > begin.id {
		begin = after
	}
	err := r.Each("SELECT "+workColumns+" FROM fulfillment WHERE m = $1 AND location = $2 AND work_status = $3 AND (due_at, id) > ($4, $5) AND due_at < $6 ORDER BY due_at, id LIMIT $7",
		[]any{r.M, int64(place), status, begin.due, begin.id, to, int64(limit)}, collectWork(&out))
	return out, err
}

func undatedRows(r *store.Reader, place stock.LocationID, status string, after cursor, limit int) ([]Row, error) {
	var out []Row
	begin := int64(0)
	if after.due == math.MaxInt64 {
		begin = after.id
	}
	err := r.Each("SELECT "+workColumns+" FROM fulfillment WHERE m = $1 AND location = $2 AND work_status = $3 AND due_at = 0 AND id > $4 ORDER BY id LIMIT $5",
		[]any{r.M, int64(place), status, begin, int64(limit)}, collectWork(&out))
	return out, err
}

func orderRows(r *store.Reader, stage string, after int64, limit int) ([]Row, error) {
	var out []Row
	err := r.Each("SELECT id, placed_at, due_at, priority FROM orders WHERE m = $1 AND stage = $2 AND id > $3 ORDER BY id LIMIT $4", []any{r.M, stage, after, int64(limit)},
		func(scan func(...any) error) error {
			w := Row{Kind: queue.Order, Status: stage}
			err := scan(&w.ID, &w.Since, &w.Due, &w.Priority)
			w.Order = w.ID
			out = append(out, w)
			return err
		})
	return out, err
}

func troubleRows(r *store.Reader, kind string, after int64, limit int) ([]Row, error) {
	list, err := troubles.Open(r, kind, trouble.ID(after), limit)
	out := make([]Row, len(list))
	for i, t := range list {
		out[i] = Row{
			Kind: queue.Trouble, ID: int64(t.ID), Order: t.Order, Location: stock.LocationID(t.Location), Status: t.Kind, Since: t.At, Units: t.Quantity, Item: t.Item, Text: t.Text, Subject: t.Subject,
		}
		if t.Reason != "" {
			out[i].Reasons = []string{t.Reason}
		}
	}
	return out, err
}

func jobRows(r *store.Reader, after int64, limit int) ([]Row, error) {
	list, err := jobs.Given(r, after, limit)
	out := make([]Row, len(list))
	for i, j := range list {
		out[i] = Row{Kind: queue.Job, ID: j.ID, Status: j.Kind, Since: j.DeadAt, Text: j.LastError, Units: j.Attempts}
	}
	return out, err
}

// IDText is the id of the row as people and programs see it.
func (w *Row) IDText() string { return ident.Text(w.Kind, w.ID) }

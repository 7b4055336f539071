package fulfillments

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"orderly/internal/fulfillment"
	"orderly/internal/stock"
	"orderly/internal/store"
)

// After is where a page of work ended: rows are in the order of when they are
// due, those of which nothing was promised last, and of their ids.
type After struct {
	Due int64 // 0 in the part of which nothing was promised
	ID  fulfillment.ID
}

// beginning is before all work.
var beginning = After{Due: 1}

func (a After) String() string {
	return strconv.FormatInt(a.Due, 36) + "." + strconv.FormatInt(int64(a.ID), 36)
}

// ParseAfter reads one; what is none begins at the beginning.
func ParseAfter(text string) After {
	due, id, ok := strings.Cut(text, ".")
	a, err1 := strconv.ParseInt(due, 36, 64)
	b, err2 := strconv.ParseInt(id, 36, 64)
	if !ok || err1 != nil || err2 != nil || a < 0 || b < 0 {
		return beginning
	}
	return After{a, fulfillment.ID(b)}
}

// Page reads the next work of a place in some statuses, most urgent first: by
// when it is due, of equals the more important first. next is where the page
// after it begins, "" at the end. It goes along the index like Due.
func Page(r *store.Reader, at stock.LocationID, status []string, after After, limit int) (list []*fulfillment.Fulfillment, next string, err error) {
	if !r.Scope.Sees(int64(at)) {
		return nil, "", nil
	}
	collect := func(scan func(...any) error) error {
		f, err := scanHead(scan)
		list = append(list, f)
		return err
	}
	for _, s := range status {
		if after.Due > 0 {
			err = r.Each("SELECT "+columns+" FROM fulfillment WHERE m = $1 AND location = $2 AND work_status = $3 AND (due_at, id) > ($4, $5) ORDER BY due_at, id LIMIT $6",
				[]any{r.M, at, s, after.Due, int64(after.ID), int64(limit + 1)}, collect)
			if err != nil {
				return nil, "", err
			}
		}
		begin := int64(0)
		if after.Due == 0 {
			begin = int64(after.ID)
		}
		err = r.Each("SELECT "+columns+" FROM fulfillment WHERE m = $1 AND location = $2 AND work_status = $3 AND due_at = 0 AND id > $4 ORDER BY id LIMIT $5",
			[]any{r.M, at, s, begin, int64(limit + 1)}, collect)
		if err != nil {
			return nil, "", err
		}
	}
	slices.SortFunc(list, func(a, b *fulfillment.Fulfillment) int {
		return cmp.Or(cmp.Compare(never(a.DueAt), never(b.DueAt)), cmp.Compare(a.DueAt, b.DueAt), cmp.Compare(a.ID, b.ID))
	})
	if len(list) > limit {
		list = list[:limit]
		next = After{list[limit-1].DueAt, list[limit-1].ID}.String()
	}
	slices.SortStableFunc(list, func(a, b *fulfillment.Fulfillment) int { // within the page, so that no page repeats another
		return cmp.Or(cmp.Compare(never(a.DueAt), never(b.DueAt)), cmp.Compare(a.DueAt, b.DueAt), cmp.Compare(b.Priority, a.Priority))
	})
	ids, by := make([]fulfillment.ID, len(list)), make(map[fulfillment.ID]*fulfillment.Fulfillment, len(list))
	for i, f := range list {
		ids[i], by[f.ID] = f.ID, f
	}
	return list, next, loadLines(r, ids, by)
}

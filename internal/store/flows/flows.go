// Package flows keeps flows with all their versions, which channels have which,
// and what each order's is.
//
// No rule of a flow belongs here, only what its rows look like.
package flows

import (
	"strconv"

	"orderly/internal/flow"
	"orderly/internal/order"
	"orderly/internal/store"
)

const columns = "f.id, f.version, f.name, f.template, f.verify, f.source, f.release_at_kinds, f.money, f.whole, f.edit_window, f.saved_at, f.saved_by, f.since, f.reserve_days, f.timing, f.slack, f.takes"

func scanFlow(scan func(...any) error) (f flow.Flow, err error) {
	var kinds string
	var whole, takes int64
	err = scan(&f.ID, &f.Version, &f.Name, &f.Template, &f.Verify, &f.Source, &kinds, &f.Money, &whole, &f.Window, &f.SavedAt, &f.SavedBy, &f.Since, &f.Reserve, &f.Timing, &f.Slack, &takes)
	f.Release, f.Whole, f.Takes = store.UnpackWords(kinds), whole != 0, takes != 0
	return f, err
}

// Current reads the newest version of each flow, the oldest flow first.
func Current(r *store.Reader) (out []flow.Flow, err error) {
	err = r.Each("SELECT "+columns+" FROM flow AS f WHERE f.m = $1 AND f.version = (SELECT max(n.version) FROM flow AS n WHERE n.m = $1 AND n.id = f.id) ORDER BY f.id LIMIT $2",
		[]any{r.M, int64(flow.MaxFlows)}, func(scan func(...any) error) error {
			f, err := scanFlow(scan)
			out = append(out, f)
			return err
		})
	return out, err
}

// Version names one version of a flow.
type Version struct {
	Flow    flow.ID
	Version int64
}

// Versions reads all versions of flows.
func Versions(r *store.Reader, ids []flow.ID) (map[Version]*flow.Flow, error) {
	out := map[Version]*flow.Flow{}
	err := store.In(r, "SELECT "+columns+" FROM flow AS f WHERE f.m = $1 AND f.id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		f, err := scanFlow(scan)
		out[Version{f.ID, f.Version}] = &f
		return err
	})
	return out, err
}

// Channels reads which channels have which flow; "" stands for those without
// their own.
func Channels(r *store.Reader) (map[string]flow.ID, error) {
	out := map[string]flow.ID{}
	err := r.Each("SELECT channel, flow FROM flow_channel WHERE m = $1 ORDER BY channel", []any{r.M}, func(scan func(...any) error) error {
		var channel string
		var id flow.ID
		err := scan(&channel, &id)
		out[channel] = id
		return err
	})
	return out, err
}

var insertFlow = store.NewInsert("flow", "", "m", "id", "version", "name", "template", "verify", "source", "release_at_kinds", "money", "whole", "edit_window", "saved_at", "saved_by", "since", "reserve_days", "timing", "slack", "takes")

// Save keeps a new version of a flow.
func Save(tx *store.Tx, f *flow.Flow) error {
	return insertFlow.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(f.ID), f.Version, f.Name, f.Template, f.Verify, f.Source, store.PackWords(f.Release), f.Money, store.Bool(f.Whole), f.Window, f.SavedAt, f.SavedBy, f.Since, f.Reserve, f.Timing, f.Slack, store.Bool(f.Takes))
	})
}

var assign = store.Upsert("flow_channel", 2, "m", "channel", "flow")

// Assign gives a flow these channels and no others.
func Assign(tx *store.Tx, id flow.ID, channels []string) error {
	if _, err := tx.Exec("DELETE FROM flow_channel WHERE m = $1 AND flow = $2", tx.M, int64(id)); err != nil {
		return err
	}
	return assign.Run(tx, len(channels), func(a []any, n int) []any { return append(a, tx.M, channels[n], int64(id)) })
}

// Runs reads what flows orders have; those without are left out.
func Runs(r *store.Reader, ids []order.ID) (map[order.ID]*flow.Run, error) {
	out := map[order.ID]*flow.Run{}
	err := store.In(r, "SELECT order_id, flow, version, release_at, due_at, late_at, source_at, spared, released FROM order_flow WHERE m = $1 AND order_id IN ($IN)", []any{r.M}, ids,
		func(scan func(...any) error) error {
			x, err := ScanRun(scan)
			out[order.ID(x.Order)] = &x
			return err
		})
	return out, err
}

// ScanRun reads order_id, flow, version, release_at, due_at, late_at, source_at,
// spared and released.
func ScanRun(scan func(...any) error, more ...any) (x flow.Run, err error) {
	var released string
	if err = scan(append([]any{&x.Order, &x.Flow, &x.Version, &x.ReleaseAt, &x.DueAt, &x.LateAt, &x.SourceAt, &x.Spared, &released}, more...)...); err != nil {
		return x, err
	}
	for _, w := range store.UnpackWords(released) {
		id, err := strconv.ParseInt(w, 10, 64)
		if err != nil {
			return x, err
		}
		x.Released = append(x.Released, id)
	}
	return x, nil
}

var saveRun = store.Upsert("order_flow", 2, "m", "order_id", "flow", "version", "release_at", "due_at", "late_at", "source_at", "spared", "released")

// SaveRuns keeps runs as they are now.
func SaveRuns(tx *store.Tx, list []*flow.Run) error {
	return saveRun.Run(tx, len(list), func(a []any, n int) []any {
		x := list[n]
		words := make([]string, len(x.Released))
		for i, id := range x.Released {
			words[i] = strconv.FormatInt(id, 10)
		}
		return append(a, tx.M, x.Order, int64(x.Flow), x.Version, x.ReleaseAt, x.DueAt, x.LateAt, x.SourceAt, x.Spared, store.PackWords(words))
	})
}

// Due reads the orders that the clock is to look at by now, the longest overdue
// first.
func Due(r *store.Reader, now int64, limit int) (out []order.ID, err error) {
	err = r.Each("SELECT order_id FROM order_flow WHERE m = $1 AND due_at > 0 AND due_at <= $2 ORDER BY due_at, order_id LIMIT $3",
		[]any{r.M, now, int64(limit)}, func(scan func(...any) error) error {
			var id order.ID
			err := scan(&id)
			out = append(out, id)
			return err
		})
	return out, err
}

// Concerned are those of the orders that have a flow.
func Concerned(r *store.Reader, ids []order.ID) ([]order.ID, error) { return those(r, "", ids) }

// Waiting are those of the orders of which work waits for its last moment.
func Waiting(r *store.Reader, ids []order.ID) ([]order.ID, error) {
	return those(r, " AND late_at > 0", ids)
}

func those(r *store.Reader, which string, ids []order.ID) (out []order.ID, err error) {
	err = store.In(r, "SELECT order_id FROM order_flow WHERE m = $1 AND order_id IN ($IN)"+which+" ORDER BY order_id", []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		err := scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}

// Of reads the flow of one order, and what it is to it; nil when it has none.
func Of(r *store.Reader, id order.ID) (*flow.Flow, *flow.Run, error) {
	found, err := Runs(r, []order.ID{id})
	run := found[id]
	if err != nil || run == nil {
		return nil, nil, err
	}
	of, err := Versions(r, []flow.ID{run.Flow})
	return of[Version{run.Flow, run.Version}], run, err
}

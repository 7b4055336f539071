package runs

import (
	"context"
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/bulk"
	"orderly/internal/desk"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/ident"
	"orderly/internal/listing"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/bulks"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/keys"
	"orderly/internal/store/merchants"
	"orderly/internal/store/orders"
	"orderly/internal/store/users"
)

func number(n int64) string { return strconv.FormatInt(n, 10) }

// page is some orders of a filter.
type page struct {
	rows []bulk.Row
	next string // "" at the end
}

// pageOf reads the next orders of a filter as it is understood at a moment,
// among those before one: what is placed while a run goes on is none of its
// business.
func pageOf(r *store.Reader, filter, place string, at int64, before order.ID, limit int) (page, error) {
	q, err := listing.ParseText(filter)
	if err != nil {
		return page{}, err
	}
	m, err := merchants.Get(r, r.M)
	if err != nil {
		return page{}, err
	}
	f, err := orders.FilterOf(r, q, time.UnixMicro(at).In(m.Location()), limit)
	if err != nil {
		return page{}, err
	}
	if !f.Resume(place) {
		return page{}, fault.New(fault.Invalid, "invalid_place", "%q is no place in this filter", place)
	}
	if f.To == 0 || f.To > before {
		f.To = before
	}
	found, err := orders.List(r, f)
	out := page{next: found.Cursor()}
	for _, row := range found.Rows {
		out.rows = append(out.rows, bulk.Row{Order: row.Order.ID, Number: row.Order.Number})
	}
	return out, err
}

// target finds what the act is done to within each order.
func target(r *store.Reader, a bulk.Act, rows []bulk.Row) error {
	ids := make([]order.ID, len(rows))
	for i := range rows {
		ids[i] = rows[i].Order
	}
	found, err := orders.Load(r, ids, orders.Parts{})
	if err != nil {
		return err
	}
	released := map[order.ID][]int64{}
	if a.Kind == bulk.Release {
		if released, err = toRelease(r, ids); err != nil {
			return err
		}
	}
	for i := range rows {
		row := &rows[i]
		o := found[row.Order]
		if o == nil {
			row.Settle("", fault.New(fault.NotFound, "no_such_order", "there is no order %s", row.Order))
			continue
		}
		row.Number, row.Targets = o.Number, released[o.ID]
		if a.Kind == bulk.Approve || a.Kind == bulk.Refuse {
			row.Targets = []int64{o.Totals.Payable()} // another amount by then is not what was looked at
		}
		if a.Kind == bulk.Lift {
			for _, h := range o.Holds {
				if h.LiftedAt == 0 && (a.Reason == "" || a.Reason == h.Reason) {
					row.Targets = append(row.Targets, h.ID)
				}
			}
		}
	}
	return nil
}

// toRelease are the fulfillments of orders that wait to be given to the floor,
// where the scope reaches.
func toRelease(r *store.Reader, ids []order.ID) (map[order.ID][]int64, error) {
	sources := make([]int64, len(ids))
	for i, id := range ids {
		sources[i] = int64(id)
	}
	list, err := fulfillments.Heads(r, sources)
	out := map[order.ID][]int64{}
	for _, f := range list {
		if f.WorkStatus == fulfillment.Pending && r.Scope.Sees(int64(f.Location)) {
			out[order.ID(f.Source)] = append(out[order.ID(f.Source)], int64(f.ID))
		}
	}
	return out, err
}

// doer does commands, for good or as a trial.
type doer struct {
	ctx   context.Context //nolint:containedctx // of one call
	desk  *desk.Desk
	scope access.Scope
	key   string // "" for a trial
	seen  func(desk.Result)
}

// do carries the act out on rows that are planned and notes what became of each.
func do(ctx context.Context, d *desk.Desk, scope access.Scope, a bulk.Act, rows []bulk.Row, key string) error {
	return doer{ctx: ctx, desk: d, scope: scope, key: key}.act(a, rows)
}

func (x doer) act(a bulk.Act, rows []bulk.Row) error {
	switch a.Kind {
	case bulk.Hold:
		return each(x, intake.Hold, rows, once(func(id order.ID) intake.HoldCommand {
			return intake.HoldCommand{Order: id, Hold: a.Hold()}
		}))
	case bulk.Lift:
		return each(x, intake.Lift, rows, func(r *bulk.Row) (out []intake.LiftCommand) {
			for _, id := range r.Targets {
				out = append(out, intake.LiftCommand{Order: r.Order, Hold: id})
			}
			return out
		})
	case bulk.Release:
		return each(x, floor.Release, rows, func(r *bulk.Row) (out []floor.WorkCommand) {
			for _, id := range r.Targets {
				out = append(out, floor.WorkCommand{Fulfillment: fulfillment.ID(id)})
			}
			return out
		})
	case bulk.Approve:
		return each(x, intake.Approve, rows, func(r *bulk.Row) (out []intake.ApproveCommand) {
			for i := range r.Targets {
				out = append(out, intake.ApproveCommand{Order: r.Order, Amount: &r.Targets[i]})
			}
			return out
		})
	case bulk.Refuse:
		return each(x, intake.Refuse, rows, func(r *bulk.Row) (out []intake.RefuseCommand) {
			for i := range r.Targets {
				out = append(out, intake.RefuseCommand{Order: r.Order, Amount: &r.Targets[i], Why: a.Note, Cancel: a.Cancel})
			}
			return out
		})
	case bulk.Cancel:
		return each(x, intake.Cancel, rows, once(func(id order.ID) intake.CancelCommand {
			return intake.CancelCommand{Order: id, Remaining: a.Remaining}
		}))
	}
	return each(x, intake.Edit, rows, once(func(id order.ID) intake.EditCommand {
		switch a.Kind {
		case bulk.Tag:
			return intake.EditCommand{Order: id, AddTags: a.Add, DropTags: a.Remove}
		case bulk.Priority:
			return intake.EditCommand{Order: id, Priority: a.Priority}
		}
		return intake.EditCommand{Order: id, Note: a.Note}
	}))
}

func once[C any](command func(order.ID) C) func(*bulk.Row) []C {
	return func(r *bulk.Row) []C { return []C{command(r.Order)} }
}

// each does the commands of every row. Which commands those are follows from
// the rows alone, so that a second time means the same as the first.
func each[C any](x doer, op *desk.Operation[C], rows []bulk.Row, commands func(*bulk.Row) []C) error {
	var cmds []C
	var of []int
	for i := range rows {
		if rows[i].Status != "" {
			continue
		}
		list := commands(&rows[i])
		if len(list) == 0 {
			rows[i].Settle(bulk.Unchanged, nil)
		}
		for range list {
			of = append(of, i)
		}
		cmds = append(cmds, list...)
	}
	for n := 0; n < len(cmds); n += bulk.Chunk {
		end := min(n+bulk.Chunk, len(cmds))
		got, err := call(x, op, cmds[n:end], n)
		if err != nil {
			return err
		}
		for i, r := range got {
			rows[of[n+i]].Settle(r.Status, r.Err)
			if x.seen != nil && r.Err == nil {
				x.seen(r)
			}
		}
	}
	return nil
}

func call[C any](x doer, op *desk.Operation[C], cmds []C, from int) ([]desk.Result, error) {
	if x.key == "" {
		return desk.Preview(x.ctx, x.desk, op, x.scope, cmds)
	}
	key := x.key + "/" + number(int64(from))
	sum := sha256.Sum256([]byte(key))
	return desk.Do(x.ctx, x.desk, op, x.scope, cmds, desk.Options{Key: key, Route: "runs", Hash: sum[:], Bulk: true})
}

// scopeOf is what who asked may do now: a role may have been taken away since.
func scopeOf(r *store.Reader, x bulks.Run) (access.Scope, error) {
	kind, id, _ := strings.Cut(x.Actor, ":")
	out := access.Scope{Merchant: r.M, Actor: access.Actor{Kind: kind, ID: id}, Cause: x.ID.String()}
	switch kind {
	case access.User:
		uid, err := users.ParseID(id)
		if err != nil {
			return out, err
		}
		u, err := users.Get(r, uid)
		if err != nil {
			return out, err
		}
		if u.Status == account.Active {
			out.Permissions, out.Locations = access.PermissionsOf(u.Roles), u.Locations
		}
	case "key":
		list, err := keys.List(r)
		if err != nil {
			return out, err
		}
		i := slices.IndexFunc(list, func(k keys.Key) bool { return ident.Text("key", k.ID) == id })
		if i >= 0 && list[i].RevokedAt == 0 && (list[i].ExpiresAt == 0 || list[i].ExpiresAt > x.UpdatedAt) {
			out.Permissions, out.Locations = list[i].Scopes, list[i].Locations
		}
	default: // the program's own commands
		out.Permissions = access.All
	}
	return out, out.Require(x.Kind.Needs())
}

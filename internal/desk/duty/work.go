// Package duty is the room for who does what: taking work, assigning it,
// handing it over and giving it back, and closing what went wrong.
//
// One file an act. What does not belong: the work itself (floor, intake, care)
// and which queues there are (queue).
package duty

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/queue"
	"orderly/internal/store"
	"orderly/internal/store/assignments"
	"orderly/internal/store/entries"
	"orderly/internal/store/queues"
)

// Limits of one assignment.
const (
	MaxNote = 500 // characters
	maxUser = 100 // bytes of an actor
)

// WorkCommand is about one thing that waits: an order, a fulfillment, a
// trouble, a job.
type WorkCommand struct {
	Subject int64
	To      string // assign, hand over: who gets it, as an actor ("user:usr_…")
	Note    string // assign, hand over: for who gets it

	// Version is the assignment's version that the caller saw. With it, work of
	// another may be assigned anew or freed; without it that is refused.
	Version int64
}

// Acts are what may be done with work of one kind.
type Acts struct {
	Claim, Assign, HandOver, GiveBack *desk.Operation[WorkCommand]
}

// acts are declared once for each kind of thing and each permission that its
// queues ask for.
var acts = declare()

func declare() map[string]*Acts {
	acts := map[string]*Acts{}
	for i := range queue.All {
		q := &queue.All[i]
		if key := q.Kind + " " + string(q.Works); q.Claimable && acts[key] == nil {
			acts[key] = &Acts{
				Claim:    act("claim", q, journal.WorkClaimed, claim),
				Assign:   act("assign", q, journal.WorkAssigned, assign),
				HandOver: act("hand_over", q, journal.WorkHandedOver, handOver),
				GiveBack: act("give_back", q, journal.WorkGivenBack, giveBack),
			}
		}
	}
	return acts
}

// Of are the acts on what stands in a queue; nil when it cannot be taken.
func Of(q *queue.Queue) *Acts { return acts[q.Kind+" "+string(q.Works)] }

// decision says what becomes of an assignment: nil when it ends. had is nil
// when nobody has the work.
type decision func(had *assignments.Assignment, c WorkCommand, by access.Scope, now int64) (*assignments.Assignment, error)

func act(name string, q *queue.Queue, entry string, decide decision) *desk.Operation[WorkCommand] {
	kind, works := q.Kind, q.Works
	return &desk.Operation[WorkCommand]{
		Name: "work." + name + "." + kind + "." + string(works), Permission: works,
		Check: func(c *WorkCommand) error { return checkWork(c, name == "assign" || name == "hand_over") },
		Run: func(t *desk.Turn, asked []desk.Asked[WorkCommand]) ([]desk.Result, error) {
			return runWork(t, kind, works, entry, decide, asked)
		},
		Preview: func(d *desk.Desk, r *store.Reader, asked []desk.Asked[WorkCommand]) ([]desk.Result, error) {
			got, _, err := decideWork(r, kind, works, decide, asked, d.DB.Now())
			return got, err
		},
	}
}

func checkWork(c *WorkCommand, needsTo bool) error {
	var l fault.List
	if needsTo && (c.To == "" || len(c.To) > maxUser || !strings.Contains(c.To, ":")) {
		l.Add("/to", "missing", "say who gets it")
	}
	if utf8.RuneCountInString(c.Note) > MaxNote || !utf8.ValidString(c.Note) || strings.ContainsFunc(c.Note, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' }) {
		l.Add("/note", "too_long", "a note has at most %d characters, none of them control characters", MaxNote)
	}
	return l.Err()
}

// changed is one assignment before and after.
type changed struct {
	had, has *assignments.Assignment
	by       access.Scope
}

// decideWork decides the commands one after the other, over what earlier ones
// have decided. changes stands beside the results, nil for refusals.
func decideWork(r *store.Reader, kind string, works access.Permission, decide decision, asked []desk.Asked[WorkCommand], now int64) ([]desk.Result, []*changed, error) {
	ids := make([]int64, len(asked))
	for i := range asked {
		ids[i] = asked[i].Command.Subject
	}
	rows, err := assignments.Rows(r, kind, ids)
	if err != nil {
		return nil, nil, err
	}
	places, err := queues.Waiting(r, kind, works, ids)
	if err != nil {
		return nil, nil, err
	}
	out, changes := make([]desk.Result, len(asked)), make([]*changed, len(asked))
	for i, a := range asked {
		id := a.Command.Subject
		place, ok := places[id]
		if !ok || place != 0 && !a.Scope.Sees(place) {
			out[i].Err = fault.New(fault.NotFound, "nothing_waits", "%s does not wait for anybody, or is not yours to see", ident.Text(kind, id))
			continue
		}
		var had, seen *assignments.Assignment
		if row, ok := rows[id]; ok {
			had, seen = &row, &row
			if queue.Expired(row.At, now) {
				seen = nil // its journal goes on, its claim does not
			}
		}
		has, err := decide(seen, a.Command, a.Scope, now)
		if err != nil {
			out[i].Err = err
			continue
		}
		out[i] = desk.Result{Kind: kind, ID: id, Status: "done"}
		if has == nil {
			delete(rows, id)
		} else {
			has.Kind, has.Subject, has.At, has.By, has.Version = kind, id, now, a.Scope.Actor.String(), 1
			if had != nil {
				has.ID, has.Version = had.ID, had.Version+1
			}
			rows[id] = *has
		}
		changes[i] = &changed{had, has, a.Scope}
	}
	return out, changes, nil
}

func runWork(t *desk.Turn, kind string, works access.Permission, entry string, decide decision, asked []desk.Asked[WorkCommand]) ([]desk.Result, error) {
	out, changes, err := decideWork(&t.Reader, kind, works, decide, asked, t.At)
	if err != nil {
		return nil, err
	}
	last := map[int64]*assignments.Assignment{} // as written by earlier commands
	for i, c := range changes {
		if c == nil {
			continue
		}
		id := asked[i].Command.Subject
		if before, ok := last[id]; ok {
			c.had = before
		}
		of, version, to := int64(0), int64(1), ""
		if c.had != nil {
			of, version = c.had.ID, c.had.Version+1
		} else {
			of = t.IDs().Next()
		}
		if c.has == nil {
			err = assignments.Drop(t.Tx, kind, id)
			last[id] = nil
		} else {
			c.has.ID, c.has.Version, to = of, version, c.has.User
			err = assignments.Save(t.Tx, []assignments.Assignment{*c.has})
			last[id] = c.has
		}
		if err == nil {
			err = tellWork(t, of, version, entry, c.by, ident.Text(kind, id), to)
		}
		if err != nil {
			return nil, err
		}
		out[i].Seq = version
	}
	return out, nil
}

// tellWork adds the entry. The note is left out: it is free text.
func tellWork(t *desk.Turn, id, seq int64, typ string, by access.Scope, of, to string) error {
	data, err := json.Marshal(map[string]string{"of": of, "to": to})
	if err != nil {
		return err
	}
	return entries.Append(t.Tx, []journal.Entry{entries.New(t.Tx, journal.Work, id, seq, typ, by, data)})
}

func claim(had *assignments.Assignment, _ WorkCommand, by access.Scope, now int64) (*assignments.Assignment, error) {
	me := by.Actor.String()
	if had != nil && had.User != me {
		return nil, Taken(had, now)
	}
	if had != nil { // taken again, it lasts another shift
		return &assignments.Assignment{User: me, Note: had.Note}, nil
	}
	return &assignments.Assignment{User: me}, nil
}

// Taken says that somebody else has the work. Edges that know names say it in
// their own words.
func Taken(had *assignments.Assignment, now int64) error {
	ago := time.Duration(max(0, now-had.At)) * time.Microsecond
	return fault.New(fault.Conflict, "taken", "taken by %s %s ago; ask for it, or have it handed over", had.User, ago.Truncate(time.Minute))
}

func assign(had *assignments.Assignment, c WorkCommand, by access.Scope, now int64) (*assignments.Assignment, error) {
	if err := mayMove(had, c, by, now); err != nil {
		return nil, err
	}
	return &assignments.Assignment{User: c.To, Note: c.Note}, nil
}

func handOver(had *assignments.Assignment, c WorkCommand, by access.Scope, now int64) (*assignments.Assignment, error) {
	if had == nil {
		return nil, fault.New(fault.Conflict, "not_yours", "nobody has this; take it, or assign it")
	}
	if had.User != by.Actor.String() {
		return nil, Taken(had, now)
	}
	return &assignments.Assignment{User: c.To, Note: c.Note}, nil
}

func giveBack(had *assignments.Assignment, c WorkCommand, by access.Scope, now int64) (*assignments.Assignment, error) {
	if had == nil {
		return nil, fault.New(fault.Conflict, "not_yours", "nobody has this")
	}
	return nil, mayMove(had, c, by, now)
}

// mayMove lets work of another be moved only by who saw whose it is.
func mayMove(had *assignments.Assignment, c WorkCommand, by access.Scope, now int64) error {
	if had == nil || had.User == by.Actor.String() || c.Version == had.Version {
		return nil
	}
	return Taken(had, now)
}

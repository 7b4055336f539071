// Package today is the room of what needs somebody: the board of queues, the
// list of each with its playbook, its safe fix, and who has taken what.
//
// What belongs here: how queues are shown and worked. What does not: which
// queues there are and which presses most (queue), and the pages of the things
// themselves (orders, floor, stock).
package today

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk/duty"
	"orderly/internal/fault"
	"orderly/internal/queue"
	"orderly/internal/store"
	"orderly/internal/store/assignments"
	"orderly/internal/store/queues"
	"orderly/internal/store/users"
	"orderly/internal/web/shell"
)

// Routes of the room.
func Routes() []shell.Route {
	return []shell.Route{
		{Method: "GET", Path: "/{$}", Do: home},
		{Method: "GET", Path: "/today/{queue}", Needs: access.OrdersRead, Do: list},
		{Method: "POST", Path: "/today/{queue}/work", Needs: access.OrdersRead, Do: work},
		{Method: "GET", Path: "/today/{queue}/fix", Needs: access.OrdersRead, Do: preview},
		{Method: "POST", Path: "/today/{queue}/fix", Needs: access.OrdersRead, Do: apply},
	}
}

// item is one queue on the board, or one carrier's leaving.
type item struct {
	Queue *queue.Queue
	queue.Fact
	At   []queue.Fact // by location, those with something in it
	Mine bool         // of the visitor's role
}

// section is a group of queues.
type section struct {
	Group string
	Items []item
}

// overview is everything that the board shows.
type overview struct {
	queues.Board
	Next     queue.Advice
	HasNext  bool
	Sections []section
	Others   []section // of other teams
	Mine     []held
	Names    people
}

// held is a piece of work in the visitor's hands.
type held struct {
	queues.Row
	assignments.Assignment
	Queue *queue.Queue
}

func board(v *shell.Visit) error {
	var o overview
	err := v.Read(func(r *store.Reader) (err error) {
		if o.Board, err = queues.Read(r, v.Now().UnixMicro()); err != nil {
			return err
		}
		if o.Mine, err = inHand(r, v); err != nil {
			return err
		}
		o.Names, err = peopleOf(r)
		return err
	})
	if err != nil {
		return err
	}
	roles := rolesOf(v)
	o.Next, o.HasNext = queue.Next(o.Facts, v.Scope, roles, o.Now)
	o.Sections, o.Others = lay(o.Facts, v.Scope, roles)
	return v.Page(v.T("today.title"), boardPage(v, o))
}

func rolesOf(v *shell.Visit) []string {
	var out []string
	for _, r := range v.Signed.User.Roles {
		out = append(out, string(r))
	}
	return out
}

// lay puts facts into sections: the visitor's own, and those of other teams.
func lay(facts []queue.Fact, s access.Scope, roles []string) (own, others []section) {
	for _, group := range queue.Groups {
		var mine, theirs []item
		for _, q := range queue.For(s) {
			if q.Group != group {
				continue
			}
			for _, x := range itemsOf(q, facts) {
				if x.Mine = q.Is(roles); x.Mine {
					mine = append(mine, x)
				} else {
					theirs = append(theirs, x)
				}
			}
		}
		if len(mine) > 0 {
			own = append(own, section{group, mine})
		}
		if len(theirs) > 0 {
			others = append(others, section{group, theirs})
		}
	}
	if len(own) == 0 { // who has no such role, reads
		return others, nil
	}
	return own, others
}

// itemsOf is a queue as one row, or for carriers that leave one row a location.
func itemsOf(q *queue.Queue, facts []queue.Fact) []item {
	var of []queue.Fact
	for _, f := range facts {
		if f.Queue == q.ID {
			of = append(of, f)
		}
	}
	if q.ID == queue.Leaves {
		var out []item
		for _, f := range of {
			if f.Count > 0 {
				out = append(out, item{Queue: q, Fact: f, At: []queue.Fact{f}})
			}
		}
		return out
	}
	sum := queue.Sum(of)
	sum.Queue = q.ID
	return []item{{Queue: q, Fact: sum, At: slices.DeleteFunc(of, func(f queue.Fact) bool { return f.Count == 0 || f.Location == 0 })}}
}

// maxHeld is how much work of one kind in somebody's hands is shown.
const maxHeld = 20

// inHand reads what the visitor has taken and what still waits of it.
func inHand(r *store.Reader, v *shell.Visit) ([]held, error) {
	var out []held
	seen := map[string]bool{}
	now := v.Now().UnixMicro()
	for _, q := range queue.For(v.Scope) {
		key := q.Kind + string(q.Works)
		if !q.Claimable || seen[key] || !v.May(q.Works) {
			continue
		}
		seen[key] = true
		list, err := assignments.Mine(r, v.Scope.Actor.String(), q.Kind, now-queue.Shift, maxHeld)
		if err != nil || len(list) == 0 {
			if err != nil {
				return nil, err
			}
			continue
		}
		ids := make([]int64, len(list))
		for i := range list {
			ids[i] = list[i].Subject
		}
		waits, err := queues.Waiting(r, q.Kind, q.Works, ids)
		if err != nil {
			return nil, err
		}
		rows, err := queues.Things(r, q.Kind, ids)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			if _, ok := waits[ids[i]]; ok {
				out = append(out, held{rows[i], list[i], q})
			}
		}
	}
	return out, nil
}

// people are the names of users by actor.
type people struct {
	by   map[string]string
	list []users.User
}

func peopleOf(r *store.Reader) (people, error) {
	list, err := users.List(r)
	p := people{by: map[string]string{}, list: list}
	for i := range list {
		p.by[duty.ActorOf(list[i].ID)] = list[i].Name
	}
	return p, err
}

// name is who an actor is, for people: a user's name, or the actor itself.
func (p people) name(actor string) string {
	if n := p.by[actor]; n != "" {
		return n
	}
	return actor
}

// queueOf finds the queue of the address, which the visitor must be able to see.
func queueOf(v *shell.Visit) (*queue.Queue, error) {
	q := queue.Named(v.Path("queue"))
	if q == nil {
		return nil, fault.New(fault.NotFound, "no_such_queue", "there is no such queue")
	}
	return q, v.Scope.Require(q.Sees)
}

// home is the board; who sees no orders begins at the first place that is theirs.
func home(v *shell.Visit) error {
	if v.May(access.OrdersRead) {
		return board(v)
	}
	if at := v.Home(); at != "" {
		return v.Go(at)
	}
	return v.Scope.Require(access.OrdersRead)
}

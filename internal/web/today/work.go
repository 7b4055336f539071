package today

import (
	"strconv"
	"strings"

	"orderly/internal/desk"
	"orderly/internal/desk/duty"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/queue"
	"orderly/internal/store"
	"orderly/internal/store/assignments"
	"orderly/internal/store/queues"
	"orderly/internal/trouble"
	"orderly/internal/web/shell"
)

// asked is one row that somebody wants to act on, as the page showed it.
type asked struct {
	id      int64
	version int64 // of the assignment that was shown, 0 when nobody had it
}

// work does one act on rows of a queue: claim, assign, give_back, settle. What
// could not be done is told on the list; the rest is done all the same.
func work(v *shell.Visit) error {
	q, err := queueOf(v)
	if err == nil {
		err = v.Scope.Require(q.Works)
	}
	if err == nil && !q.Claimable {
		err = fault.New(fault.Conflict, "not_claimable", "what stands in %s is not taken here; open it", q.ID)
	}
	if err != nil {
		return err
	}
	act, rows, err := chosen(v, q)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return again(v, q, []refusal{{"", v.T("today.choose_first")}})
	}
	did, refused, err := carryOut(v, q, act, rows)
	if err != nil {
		f, ok := shell.FaultsOf(err)
		if !ok {
			return err
		}
		for _, why := range f {
			refused = append(refused, refusal{"", why})
		}
	}
	if len(refused) > 0 {
		return again(v, q, refused)
	}
	v.Toast(v.T("today.did."+act, "n", did))
	return v.Go(back(v, q))
}

// back is the list that the form was on; the board when its row was there.
func back(v *shell.Visit, q *queue.Queue) string {
	if v.Form("from") == "board" {
		return "/"
	}
	if at := v.Form("at"); strings.HasPrefix(at, "loc_") {
		return "/today/" + q.ID + "?at=" + at
	}
	return "/today/" + q.ID
}

// acts are what a form may ask for.
var acts = map[string]bool{"claim": true, "assign": true, "give_back": true, "settle": true}

// chosen reads what is to be done to which rows: "claim" is for those that are
// ticked, "claim:ful_….2" for that one.
func chosen(v *shell.Visit, q *queue.Queue) (act string, rows []asked, err error) {
	act, one, single := strings.Cut(v.Form("do"), ":")
	if !acts[act] || !q.Claimable || act == "settle" && q.Kind != queue.Trouble {
		return "", nil, fault.New(fault.Invalid, "unknown_act", "this cannot be done to %s", q.ID)
	}
	list := v.R.PostForm["row"]
	if single {
		list = []string{one}
	}
	if len(list) > desk.MaxBatch {
		return "", nil, fault.New(fault.TooLarge, "too_many", "at most %d at a time", desk.MaxBatch)
	}
	for _, text := range list {
		word, version, _ := strings.Cut(text, ".")
		id, err := ident.Parse(q.Kind, word)
		if err != nil {
			return "", nil, fault.New(fault.NotFound, "nothing_waits", "there is no such thing")
		}
		n, _ := strconv.ParseInt(version, 10, 64) // none is 0: nobody was seen to have it
		rows = append(rows, asked{id, n})
	}
	return act, rows, nil
}

// carryOut does the act and tells what was refused, in words that name people.
func carryOut(v *shell.Visit, q *queue.Queue, act string, rows []asked) (did int, refused []refusal, err error) {
	results, err := perform(v, q, act, rows)
	if err != nil {
		return 0, nil, err
	}
	var bad []int64
	var why []error
	for i, r := range results {
		if r.Err != nil {
			bad, why = append(bad, rows[i].id), append(why, r.Err)
		} else {
			did++
		}
	}
	if len(bad) == 0 {
		return did, nil, nil
	}
	var things []queues.Row
	var whose map[int64]assignments.Assignment
	var names people
	err = v.Read(func(r *store.Reader) (err error) {
		if things, err = queues.Things(r, q.Kind, bad); err != nil {
			return err
		}
		if whose, err = assignments.Of(r, q.Kind, bad, v.Now().UnixMicro()); err != nil {
			return err
		}
		names, err = peopleOf(r)
		return err
	})
	for i := range bad {
		x := refusal{label(v, &things[i]), why[i].Error()}
		if a, ok := whose[bad[i]]; ok && fault.CodeOf(why[i]) == "taken" {
			x.Why = v.T("today.taken", "name", names.name(a.User), "age", v.Age(a.At))
		}
		refused = append(refused, x)
	}
	return did, refused, err
}

func perform(v *shell.Visit, q *queue.Queue, act string, rows []asked) ([]desk.Result, error) {
	if act == "settle" {
		cmds := make([]duty.SettleCommand, len(rows))
		for i, x := range rows {
			cmds[i] = duty.SettleCommand{Trouble: trouble.ID(x.id)}
		}
		return shell.DoAll(v, duty.SettleOf(q), cmds)
	}
	of := duty.Of(q)
	cmds := make([]duty.WorkCommand, len(rows))
	for i, x := range rows {
		cmds[i] = duty.WorkCommand{Subject: x.id, Version: x.version}
	}
	switch act {
	case "claim":
		return shell.DoAll(v, of.Claim, cmds)
	case "give_back":
		return shell.DoAll(v, of.GiveBack, cmds)
	}
	var to string
	err := v.Read(func(r *store.Reader) (err error) {
		to, err = duty.Receiver(r, q, v.Form("to"))
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range cmds {
		cmds[i].To, cmds[i].Note = to, v.Form("note")
	}
	return shell.DoAll(v, of.Assign, cmds)
}

// again shows the list once more, with what was refused on top.
func again(v *shell.Visit, q *queue.Queue, refused []refusal) error {
	l, err := look(v, q, "")
	if err != nil {
		return err
	}
	l.Refused = refused
	return v.Again(title(v, q), listPage(v, l))
}

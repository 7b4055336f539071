package floor

import (
	"net/url"

	"orderly/internal/desk"
	deskfloor "orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
)

// queues are the tables of the desk view, with the statuses that stand in each.
var queues = []struct {
	Name   string
	Status []string
}{
	{"to_release", []string{fulfillment.Pending}},
	{"to_pick", []string{fulfillment.Released, fulfillment.Picking}},
	{"to_pack", []string{fulfillment.Picked}},
	{"to_ship", []string{fulfillment.Packed}},
}

// Of a queue, the most urgent first.
const (
	rows     = 50  // that a page shows
	mostNext = 100 // that are released at once without being chosen
)

// table is one queue at a place.
type table struct {
	here
	Name  string
	Works []*walk.Work
	Key   string
	Said  *outcome
	Next  string // where the next page begins, "" at the end
}

// outcome is what came of a bulk act, row by row.
type outcome struct {
	Done    int64
	Refused []refusal
}

type refusal struct{ Order, Why string }

// more is the address of the next page, "" at the end.
func (t *table) more() string {
	if t.Next == "" {
		return ""
	}
	return "/floor/queue?" + url.Values{"in": {t.Name}, "after": {t.Next}}.Encode()
}

func queue(v *shell.Visit) error { return showQueue(v, v.Query("in"), nil) }

func showQueue(v *shell.Visit, name string, said *outcome) error {
	at, ok, err := place(v)
	if !ok || err != nil {
		return err
	}
	t := table{Name: queues[0].Name, Key: v.NewKey(), Said: said}
	status := queues[0].Status
	for _, q := range queues {
		if q.Name == name {
			t.Name, status = q.Name, q.Status
		}
	}
	err = v.Read(func(r *store.Reader) (err error) {
		if t.here, err = readHere(r, at, v.Now().UnixMicro()); err != nil {
			return err
		}
		list, next, err := fulfillments.Page(r, at, status, fulfillments.ParseAfter(v.Query("after")), rows)
		if err != nil {
			return err
		}
		t.Next = next
		t.Works, err = walk.Of(r, list, walk.Parts{Items: true})
		return err
	})
	if err != nil {
		return err
	}
	return v.Page(v.T("floor.queue"), queuePage(v, t))
}

// queueAct releases, recalls or prints what is selected, or the next few.
func queueAct(v *shell.Visit) error {
	at, ok, err := place(v)
	if !ok || err != nil {
		return err
	}
	act := v.Form("act") // reads the form
	var ids []fulfillment.ID
	for _, text := range v.R.PostForm["ful"] {
		if id, err := fulfillment.ParseID(text); err == nil && len(ids) < walk.MaxList {
			ids = append(ids, id)
		}
	}
	if act == "release_next" {
		var faults fault.List
		n := v.FormInt("next", &faults)
		if n < 1 || n > mostNext {
			v.Warn(v.T("floor.release_number", "most", int64(mostNext)))
			return v.Go(within(v.Form("back"), "/floor/queue"))
		}
		err := v.Read(func(r *store.Reader) error {
			list, err := fulfillments.Due(r, at, []string{fulfillment.Pending}, int(n))
			for _, f := range list {
				ids = append(ids, f.ID)
			}
			return err
		})
		if err != nil {
			return err
		}
		act = "release"
	}
	if len(ids) == 0 {
		v.Warn(v.T("floor.select_first"))
		return v.Go(within(v.Form("back"), "/floor/queue?in="+url.QueryEscape(v.Form("in"))))
	}
	if act == "print" {
		q := url.Values{}
		for _, id := range ids {
			q.Add("ful", id.String())
		}
		return v.Go("/floor/paper/pick.pdf?" + q.Encode())
	}
	return bulk(v, act, ids)
}

func bulk(v *shell.Visit, act string, ids []fulfillment.ID) error {
	op := map[string]*desk.Operation[deskfloor.WorkCommand]{"release": deskfloor.Release, "recall": deskfloor.Recall}[act]
	if op == nil {
		return fault.New(fault.Invalid, "unknown_act", "there is no such act")
	}
	cmds := make([]deskfloor.WorkCommand, len(ids))
	for i, id := range ids {
		cmds[i] = deskfloor.WorkCommand{Fulfillment: id}
	}
	got, err := shell.DoAll(v, op, cmds)
	if err != nil {
		return err
	}
	said := &outcome{}
	for i, r := range got {
		if r.Err == nil {
			said.Done++
			continue
		}
		f, ok := shell.FaultsOf(r.Err)
		if !ok {
			return r.Err
		}
		said.Refused = append(said.Refused, refusal{ids[i].String(), sentence(f)})
	}
	if len(said.Refused) == 0 {
		v.Toast(v.T("floor.bulk_"+act, "n", said.Done))
		return v.Go(within(v.Form("back"), "/floor/queue?in="+url.QueryEscape(v.Form("in"))))
	}
	return showQueue(v, v.Form("in"), said)
}

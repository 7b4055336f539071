package orders

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"orderly/internal/bulk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/runs"
	"orderly/internal/store/bulks"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

var kindIcons = map[bulk.Kind]string{
	bulk.Release: "send", bulk.Hold: "pause", bulk.Lift: "play", bulk.Tag: "tag", bulk.Note: "message-square", bulk.Priority: "flag", bulk.Cancel: "ban", bulk.Approve: "check", bulk.Refuse: "x",
}

// maxShown is how many rows of a preview or a report a page shows.
const maxShown = 100

// bulkForm gives the form of one act; the script fills in which orders.
func bulkForm(v *shell.Visit) error {
	kind := bulk.Kind(v.Query("act"))
	if !slices.Contains(bulk.Kinds, kind) {
		return fault.New(fault.NotFound, "no_such_act", "there is no such act")
	}
	return v.Part(bulkFields(v, kind))
}

// bulkCommand reads the act and the orders of a form.
func bulkCommand(v *shell.Visit) (admin.RunCommand, error) {
	var faults fault.List
	a := bulk.Act{Kind: bulk.Kind(v.Form("act")), Reason: v.Form("reason"), Note: v.Form("note"), Add: splitTags(v.Form("add")), Remove: splitTags(v.Form("remove")), Remaining: v.Form("remaining") != "", Cancel: v.Form("cancel") != ""}
	if a.Kind == bulk.Priority && v.Form("priority") != "" {
		n := v.FormInt("priority", &faults)
		a.Priority = &n
	}
	if a.Kind == bulk.Hold {
		a.Until = until(v, &faults)
	}
	c := admin.RunCommand{Act: a}
	if v.Form("everything") != "" {
		filter := v.Form("filter")
		c.Filter = &filter
	}
	for _, text := range strings.Fields(v.R.PostFormValue("orders")) {
		id, err := order.ParseID(text)
		if err != nil {
			faults.AddError("/orders", err)
			break
		}
		if c.Filter == nil {
			c.Orders = append(c.Orders, id)
		}
	}
	return c, faults.Err()
}

func splitTags(text string) []string {
	var out []string
	for _, t := range strings.Split(text, ",") {
		if t = strings.TrimSpace(t); t != "" {
			out = append(out, t)
		}
	}
	return out
}

// bulkPreview tells what the act would do, beside its form.
func bulkPreview(v *shell.Visit) error {
	c, err := bulkCommand(v)
	var f runs.Foreseen
	if err == nil {
		f, err = runs.Foresee(v.Context(), v.Desk(), v.Scope, c)
	}
	if told, ok := shell.FaultsOf(err); ok {
		return v.Part(cancelFault(told))
	}
	if err != nil {
		return err
	}
	return v.Part(bulkEffect(v, c.Act.Kind, f))
}

// bulkBegin begins the run and goes to its page.
func bulkBegin(v *shell.Visit) error {
	c, err := bulkCommand(v)
	if err != nil {
		return err
	}
	r, err := shell.Do(v, admin.BeginRun, c)
	if err != nil {
		return err
	}
	return v.Go("/runs/" + bulk.ID(r.ID).String())
}

// foreseen is how many orders it is about, in words.
func foreseen(v *shell.Visit, f runs.Foreseen) string {
	switch {
	case f.Named > 0:
		return v.T("bulk.about", "n", f.Named)
	case f.More:
		return v.T("bulk.about_least", "n", len(f.Rows))
	}
	return v.T("bulk.about", "n", len(f.Rows))
}

// reasonsOf groups the refusals of rows by what they say, most frequent first.
func reasonsOf(rows []bulk.Row) []told {
	var out []told
	for i := range rows {
		if rows[i].Status != bulk.Refused {
			continue
		}
		at := slices.IndexFunc(out, func(t told) bool { return t.Code == rows[i].Code })
		if at < 0 {
			out, at = append(out, told{Code: rows[i].Code, Example: rows[i].Message}), len(out)
		}
		out[at].N++
	}
	slices.SortStableFunc(out, func(a, b told) int { return b.N - a.N })
	return out
}

// told is a refusal and how often it came.
type told struct {
	Code, Example string
	N             int
}

// freedOf are the amounts that a preview of cancel frees.
func freedOf(v *shell.Visit, f runs.Foreseen) string {
	var out []string
	for code, amount := range f.Freed {
		out = append(out, v.Money(amount, code))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// actOf is what a run does, in words.
func actOf(v *shell.Visit, x bulks.Run) string {
	var a bulk.Act
	if json.Unmarshal([]byte(x.Data), &a) != nil {
		return string(x.Kind)
	}
	what := v.T("bulk.act_" + string(a.Kind))
	switch a.Kind {
	case bulk.Hold, bulk.Lift:
		if a.Reason != "" {
			what += ": " + reason(v, a.Reason)
		}
		if a.Until != 0 {
			what += ". " + v.T("order.held_until", "when", v.When(a.Until))
		}
	case bulk.Tag:
		for _, t := range a.Add {
			what += " +" + t
		}
		for _, t := range a.Remove {
			what += " −" + t
		}
	case bulk.Priority:
		what += " " + strconv.FormatInt(*a.Priority, 10)
	}
	return what
}

func runTone(state string) ui.Tone {
	switch state {
	case bulks.Ended:
		return ui.Good
	case bulks.Failed:
		return ui.Bad
	case bulks.Stopped:
		return ui.Warn
	}
	return ui.Accent
}

func rowTone(status string) ui.Tone {
	switch status {
	case bulk.Done:
		return ui.Good
	case bulk.Refused:
		return ui.Bad
	}
	return ui.Quiet
}

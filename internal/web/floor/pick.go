package floor

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	deskfloor "orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
)

// worklist is a list of work at a place, with the place.
type worklist struct {
	here
	Works   []*walk.Work
	Pending int64 // to release, where that is how work comes
}

func toPick(v *shell.Visit) error {
	at, ok, err := place(v)
	if !ok || err != nil {
		return err
	}
	var l worklist
	err = v.Read(func(r *store.Reader) (err error) {
		if l.here, err = readHere(r, at, v.Now().UnixMicro()); err != nil {
			return err
		}
		l.Pending = l.Count["to_release"]
		l.Works, err = workIn(r, at, listed, fulfillment.Picking, fulfillment.Released)
		return err
	})
	if err != nil {
		return err
	}
	return v.Page(v.T("floor.pick"), pickListPage(v, l))
}

// picking is one fulfillment on the pick screen.
type picking struct {
	here
	*walk.Work
	Lines []pickLine
	Next  string // id of the work after this one, "" for none
	Key   string // of the acts on the page
}

// pickLine is what the screen shows of a line, and what the script needs to
// know a scan.
type pickLine struct {
	walk.Line
	Title string
	From  []stock.Shelved
	Left  int64
}

func pickPage(v *shell.Visit) error {
	id, err := fulfillmentOf(v)
	if err != nil {
		return err
	}
	p := picking{Key: v.NewKey()}
	err = v.Read(func(r *store.Reader) (err error) {
		if p.Work, err = walk.One(r, id, walk.Parts{Items: true, Shelves: true}); err != nil {
			return err
		}
		if p.here, err = readHere(r, p.Location, v.Now().UnixMicro()); err != nil {
			return err
		}
		next, err := workIn(r, p.Location, 2, fulfillment.Released, fulfillment.Picking)
		for _, w := range next {
			if w.ID != id && p.Next == "" {
				p.Next = w.ID.String()
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for i := range p.Work.Lines {
		l := &p.Work.Lines[i]
		if l.Item == nil || l.Open == 0 {
			continue
		}
		left := l.Allocated()
		p.Lines = append(p.Lines, pickLine{Line: *l, Title: titleOf(p.Order, l), From: stock.Take(l.Shelf, left), Left: left})
	}
	return v.Page(v.T("floor.pick_order", "number", strconv.FormatInt(p.Order.Number, 10)), pickOne(v, p))
}

func titleOf(o *order.Order, l *walk.Line) string {
	if x := o.Line(l.Order); x != nil && x.Title != "" {
		return x.Title
	}
	return l.Item.Name
}

// scanLine is what the script knows of a line.
type scanLine struct {
	Line  int              `json:"line"`
	SKU   string           `json:"sku"`
	Name  string           `json:"name"`
	Left  int64            `json:"left"`  // to be scanned
	Taken int64            `json:"taken"` // scanned before
	Codes map[string]int64 `json:"codes"` // what one scan of each stands for
}

// codesOf are the codes by which a line's item is known.
func codesOf(l *walk.Line) map[string]int64 {
	out := map[string]int64{l.Item.SKU: 1}
	for _, b := range l.Item.Barcodes {
		if _, sku := out[b.Code]; !sku {
			out[b.Code] = b.Quantity
		}
	}
	return out
}

// script is the lines of the page for its script.
func (p *picking) script() string {
	out := []scanLine{}
	for i := range p.Lines {
		l := &p.Lines[i]
		out = append(out, scanLine{Line: l.Order, SKU: l.Item.SKU, Name: l.Title, Left: l.Left, Taken: l.Picked, Codes: codesOf(&l.Line)})
	}
	return asJSON(out)
}

func asJSON(x any) string {
	b, err := json.Marshal(x)
	if err != nil {
		return "null" // of plain structs there is always a text
	}
	return string(b)
}

// scanned is the answer to the script.
type scanned struct {
	OK    bool       `json:"ok"`
	Text  string     `json:"text,omitempty"`
	Lines []scanLine `json:"lines,omitempty"`
	Done  bool       `json:"done,omitempty"`
}

// pickScan picks what was scanned. The scan's own id is its idempotency key:
// sent again it counts once.
func pickScan(v *shell.Visit) error {
	id, err := fulfillmentOf(v)
	if err != nil {
		return err
	}
	var faults fault.List
	q := v.FormInt("quantity", &faults)
	if err := faults.Err(); err != nil {
		return answerScan(v, id, err)
	}
	_, err = shell.Do(v, deskfloor.Item, deskfloor.ItemCommand{Fulfillment: id, Code: v.Form("code"), Quantity: q, Back: v.Form("back") != ""})
	return answerScan(v, id, err)
}

// answerScan tells the script, or leads a form back to the page.
func answerScan(v *shell.Visit, id fulfillment.ID, err error) error {
	if !wantsJSON(v) {
		if f, ok := shell.FaultsOf(err); err != nil && ok {
			v.Warn(sentence(f))
			err = nil
		} else if err == nil {
			v.Toast(v.T("floor.counted", "code", v.Form("code")))
		}
		if err != nil {
			return err
		}
		return v.Go("/floor/pick/" + id.String())
	}
	if f, ok := shell.FaultsOf(err); err != nil && ok {
		return answerJSON(v, http.StatusConflict, scanned{Text: sentence(f)})
	}
	if err != nil {
		return err
	}
	var w *walk.Work
	err = v.Read(func(r *store.Reader) (err error) {
		w, err = walk.One(r, id, walk.Parts{})
		return err
	})
	if err != nil {
		return err
	}
	out := scanned{OK: true, Done: true}
	for i := range w.Lines {
		l := &w.Lines[i]
		out.Lines = append(out.Lines, scanLine{Line: l.Order, Left: l.Allocated(), Taken: l.Picked})
		out.Done = out.Done && l.Allocated() == 0
	}
	return answerJSON(v, http.StatusOK, out)
}

// sentence is all that is wrong in one text.
func sentence(f shell.Faults) string {
	var out []string
	for _, text := range f {
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

func answerJSON(v *shell.Visit, status int, x any) error {
	v.W.Header().Set("Content-Type", "application/json")
	v.W.WriteHeader(status)
	return json.NewEncoder(v.W).Encode(x)
}

// shortPick tells that units were not where they should be.
func shortPick(v *shell.Visit) error {
	id, err := fulfillmentOf(v)
	if err != nil {
		return err
	}
	var faults fault.List
	line, q := v.FormInt("line", &faults), v.FormInt("quantity", &faults)
	if q < 1 {
		faults.Add("/quantity", "not_positive", "%s", v.T("floor.short_quantity"))
	}
	err = faults.Err()
	if err == nil {
		_, err = shell.Do(v, deskfloor.ShortPick, deskfloor.WorkCommand{Fulfillment: id, Parts: []fulfillment.Part{{Line: int(line), Quantity: q}}, Note: v.Form("reason")})
	}
	return back(v, err, v.T("floor.short_done"), "/floor/pick/"+id.String())
}

// back leads to a page after an act, with what came of it.
func back(v *shell.Visit, err error, good, to string) error {
	if f, ok := shell.FaultsOf(err); err != nil && ok {
		v.Warn(sentence(f))
		return v.Go(to)
	}
	if err != nil {
		return err
	}
	v.Toast(good)
	return v.Go(to)
}

// pickActs are the acts on the whole of a fulfillment that the screen offers.
var pickActs = map[string]*desk.Operation[deskfloor.WorkCommand]{
	"release": deskfloor.Release, "recall": deskfloor.Recall, "pick": deskfloor.Pick, "unpick": deskfloor.Unpick,
}

func pickAct(v *shell.Visit) error {
	id, err := fulfillmentOf(v)
	if err != nil {
		return err
	}
	op := pickActs[v.Form("act")]
	if op == nil {
		return fault.New(fault.Invalid, "unknown_act", "there is no such act")
	}
	cmd := deskfloor.WorkCommand{Fulfillment: id}
	if n, err := strconv.Atoi(v.Form("line")); err == nil {
		cmd.Parts = []fulfillment.Part{{Line: n}}
	}
	_, err = shell.Do(v, op, cmd)
	return back(v, err, v.T("floor.done_"+v.Form("act")), "/floor/pick/"+id.String())
}

// may reports whether an act is possible and not stopped by a hold.
func (p *picking) may(v *shell.Visit, act string) bool { return may(v, p.Work, act) }

func may(v *shell.Visit, w *walk.Work, act string) bool {
	if !v.May(access.FulfillmentWrite) {
		return false
	}
	for _, a := range w.ActionsUnder(w.Blocked) {
		if a == act {
			return true
		}
	}
	return false
}

// ready reports whether nothing is left to pick and something waits to be packed.
func (p *picking) ready() bool {
	for i := range p.Lines {
		if p.Lines[i].Left > 0 {
			return false
		}
	}
	return true
}

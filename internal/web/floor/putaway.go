package floor

import (
	"strings"

	deskfloor "orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/putaway"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/levels"
	"orderly/internal/store/putaways"
	"orderly/internal/web/shell"

	"github.com/a-h/templ"
)

// atDoor is what waits to be put away; where an item was scanned, its units alone,
// each with a form.
type atDoor struct {
	here
	Code string // that was scanned
	List []putaways.Waiting
	Bins map[int64]string // where others of an item lie
	More bool
	Key  string

	Wrong    putaway.ID // whose form was refused
	Bin      string
	Quantity string
	Faults   shell.Faults
}

func toPutAway(v *shell.Visit) error {
	at, ok, err := place(v)
	if !ok || err != nil {
		return err
	}
	x, err := readDoor(v, at, v.Query("code"))
	if err != nil {
		return err
	}
	if x.Code != "" && len(x.List) == 0 {
		v.Warn(v.T("floor.put_away_none", "code", x.Code))
		return v.Go("/floor/put-away")
	}
	return v.Page(v.T("floor.put_away"), putAwayPage(v, x))
}

// readDoor reads what waits at a place, of the item behind a code alone unless it
// is empty.
func readDoor(v *shell.Visit, at stock.LocationID, code string) (x atDoor, err error) {
	x = atDoor{Code: code, Key: v.NewKey()}
	after, _ := putaway.ParseID(v.Query("after"))
	err = v.Read(func(r *store.Reader) (err error) {
		if x.here, err = readHere(r, at, v.Now().UnixMicro()); err != nil {
			return err
		}
		item, err := scannedItem(r, code)
		if err != nil || code != "" && item == 0 {
			return err
		}
		if x.List, err = putaways.Page(r, at, item, after, listed+1); err != nil {
			return err
		}
		if x.More = len(x.List) > listed; x.More {
			x.List = x.List[:listed]
		}
		x.Bins, err = levels.BinsAt(r, at, putaways.Items(x.List))
		return err
	})
	return x, err
}

// scannedItem is the item behind a SKU or a barcode; 0 when there is none.
func scannedItem(r *store.Reader, code string) (int64, error) {
	if code == "" {
		return 0, nil
	}
	found, err := items.BySKU(r, []string{code})
	if len(found) > 0 {
		return int64(found[0].ID), nil
	}
	if err != nil {
		return 0, err
	}
	packs, err := items.ByBarcode(r, []string{code})
	return int64(packs[code].Item), err
}

// putAway puts units of one row into a bin, or says that they go into none.
func putAway(v *shell.Visit) error {
	at, ok, err := place(v)
	if !ok || err != nil {
		return err
	}
	id, err := putaway.ParseID(v.Form("id"))
	if err != nil {
		return fault.New(fault.NotFound, "no_such_put_away", "nothing waits under this id")
	}
	if v.Form("act") == "leave" {
		_, err = shell.Do(v, deskfloor.NotPutAway, deskfloor.NotPutAwayCommand{IDs: []putaway.ID{id}})
		return back(v, err, v.T("floor.put_away_left"), "/floor/put-away")
	}
	var l fault.List
	line := putaway.Line{ID: id, Bin: v.Form("bin"), Quantity: v.FormInt("quantity", &l)}
	if err = l.Err(); err == nil {
		_, err = shell.Do(v, deskfloor.PutAway, deskfloor.PutAwayCommand{Lines: []putaway.Line{line}})
	}
	if err == nil {
		v.Toast(v.T("floor.put_away_done", "bin", line.Bin))
		return v.Go("/floor/put-away")
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x, err := readDoor(v, at, v.Form("code"))
	if err != nil {
		return err
	}
	x.Wrong, x.Bin, x.Quantity, x.Faults = id, v.Form("bin"), v.Form("quantity"), ofLine(faults)
	return v.Again(v.T("floor.put_away"), putAwayPage(v, x))
}

// ofLine names the faults of the only line by the fields of its form.
func ofLine(all shell.Faults) shell.Faults {
	out := shell.Faults{}
	for name, text := range all {
		if name = strings.TrimPrefix(strings.TrimPrefix(name, "lines/0"), "/"); name != "bin" {
			name = "quantity"
		}
		out[name] = text
	}
	return out
}

// listens has the page's script take a scan for an item, as long as none was; after
// it a scan is typed into the field of the bin.
func (x *atDoor) listens() templ.Attributes {
	if x.Code == "" {
		return templ.Attributes{"data-scan": "find"}
	}
	return nil
}

// typed is what somebody wrote into a field of a form that was refused, or what it
// begins with.
func (x *atDoor) typed(w *putaways.Waiting, text, begins string) string {
	if x.Wrong == w.ID {
		return text
	}
	return begins
}

func (x *atDoor) fault(w *putaways.Waiting, field string) string {
	if x.Wrong == w.ID {
		return x.Faults[field]
	}
	return ""
}

// hint says where others of the item lie.
func (x *atDoor) hint(v *shell.Visit, w *putaways.Waiting) string {
	if bin := x.Bins[w.Cell.Item]; bin != "" {
		return v.T("floor.put_away_lies", "bin", bin)
	}
	return v.T("floor.put_away_new")
}

package floor

import (
	"orderly/internal/desk"
	deskfloor "orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/orders"
	"orderly/internal/web/shell"
)

func (f *sheetForm) receiveCommand(v *shell.Visit) (deskfloor.ReceiveCommand, error) {
	lines, err := f.stockLines(v)
	return deskfloor.ReceiveCommand{Lines: lines, Reference: f.Reference}, err
}

func bookReceipt(v *shell.Visit, f *sheetForm) (said, to string, err error) {
	cmd, err := f.receiveCommand(v)
	if err != nil {
		return "", "", err
	}
	r, err := shell.Do(v, deskfloor.Receive, cmd)
	return v.T("floor.received"), "/floor/receive?booked=1&receipt=" + ident.Text("stk", r.ID), err
}

// lookReceipt tells what will be here, and which waiting orders are served.
func lookReceipt(v *shell.Visit, f *sheetForm) error {
	cmd, err := f.receiveCommand(v)
	if err != nil {
		return err
	}
	done, err := previewed(shell.Preview(v, deskfloor.Receive, cmd))
	if err == nil {
		err = f.preview(v, done)
	}
	if err != nil {
		return err
	}
	return v.Read(func(r *store.Reader) error { return f.servedBy(r, cmd.Lines) })
}

// maxWaiting is how many waiting lines of an item the preview looks at.
const maxWaiting = 50

// servedBy tells who waits for what comes, in the order in which it is given.
// More may be served than is shown; nobody is served who is not.
func (f *sheetForm) servedBy(r *store.Reader, lines []stock.Line) error {
	for i := range lines {
		if lines[i].State != "" && lines[i].State != stock.OnHand {
			continue
		}
		found, err := items.BySKU(r, []string{lines[i].SKU})
		if err != nil || len(found) == 0 {
			return err
		}
		waiting, err := orders.WaitingFor(r, int64(found[0].ID), maxWaiting)
		if err != nil {
			return err
		}
		ids := make([]order.ID, len(waiting))
		for j, w := range waiting {
			ids[j] = w.Order
		}
		known, err := orders.Load(r, ids, orders.Parts{})
		if err != nil {
			return err
		}
		free := lines[i].Quantity
		for _, w := range waiting {
			o := known[w.Order]
			if o == nil || o.Line(w.Line) == nil || free <= 0 {
				continue
			}
			n := min(free, o.Line(w.Line).Q[order.Backordered])
			free -= n
			f.Lines[i].Served = append(f.Lines[i].Served, servedOrder{o.Number, n})
		}
	}
	return nil
}

func previewed(r desk.Result, err error) (*deskfloor.StockDone, error) {
	if err != nil {
		return nil, err
	}
	done, _ := r.Value.(*deskfloor.StockDone)
	return done, nil
}

// preview notes for each line what an act would change here, and who would have
// to give up units.
func (f *sheetForm) preview(v *shell.Visit, done *deskfloor.StockDone) error {
	return v.Read(func(r *store.Reader) error {
		skus := make([]string, len(f.Lines))
		for i := range f.Lines {
			skus[i] = f.Lines[i].SKU
		}
		found, err := items.BySKU(r, skus)
		if err != nil {
			return err
		}
		item := map[string]int64{}
		for _, x := range found {
			item[x.SKU] = int64(x.ID)
		}
		lost, err := f.lostBy(r, done.Displaced)
		if err != nil {
			return err
		}
		if err := f.fill(r); err != nil {
			return err
		}
		for i := range f.Lines {
			l := &f.Lines[i]
			l.After = l.Have.In(stateOf(l.State))
			for _, level := range done.Levels {
				if level.Item == item[l.SKU] && level.Location == f.Place.ID {
					l.After = level.In(stateOf(l.State))
				}
			}
			l.Differs = l.After - l.Have.In(stateOf(l.State))
			if i == f.first(l.SKU) {
				l.Lost = lost[item[l.SKU]]
			}
		}
		return nil
	})
}

func stateOf(text string) stock.State {
	if text == "" {
		return stock.OnHand
	}
	return stock.State(text)
}

// first is the first line of an item.
func (f *sheetForm) first(sku string) int {
	for i := range f.Lines {
		if f.Lines[i].SKU == sku {
			return i
		}
	}
	return -1
}

// lostBy tells by item which orders lose how many units.
func (f *sheetForm) lostBy(r *store.Reader, list []stock.Displaced) (map[int64][]servedOrder, error) {
	ids := make([]order.ID, len(list))
	for i, d := range list {
		ids[i] = order.ID(d.Order)
	}
	known, err := orders.Load(r, ids, orders.Parts{})
	out := map[int64][]servedOrder{}
	for _, d := range list {
		o := known[order.ID(d.Order)]
		if o == nil || o.Line(d.Line) == nil {
			continue
		}
		item := o.Line(d.Line).Item
		out[item] = append(out[item], servedOrder{o.Number, d.Quantity})
	}
	return out, err
}

func (f *sheetForm) countCommand(v *shell.Visit) (deskfloor.CountCommand, error) {
	lines, err := f.stockLines(v)
	return deskfloor.CountCommand{Lines: lines, Reference: f.Reference}, err
}

func bookCount(v *shell.Visit, f *sheetForm) (said, to string, err error) {
	cmd, err := f.countCommand(v)
	if err != nil {
		return "", "", err
	}
	r, err := shell.Do(v, deskfloor.Count, cmd)
	if r.Status == "unchanged" {
		return v.T("floor.count_same"), "/floor/count?booked=1", err
	}
	return v.T("floor.counted_booked"), "/floor/count?booked=1", err
}

func lookCount(v *shell.Visit, f *sheetForm) error {
	cmd, err := f.countCommand(v)
	if err != nil {
		return err
	}
	done, err := previewed(shell.Preview(v, deskfloor.Count, cmd))
	if err != nil {
		return err
	}
	return f.preview(v, done)
}

func (f *sheetForm) transferCommand(v *shell.Visit) (deskfloor.TransferCommand, error) {
	lines, err := f.stockLines(v)
	if err != nil {
		return deskfloor.TransferCommand{}, err
	}
	to, err := stock.ParseLocationID(f.To)
	if err != nil {
		return deskfloor.TransferCommand{}, fieldFault("/to", v.T("floor.transfer_where"))
	}
	return deskfloor.TransferCommand{Lines: lines, To: to, Reference: f.Reference}, nil
}

func fieldFault(at, text string) error {
	var l fault.List
	l.Add(at, "missing", "%s", text)
	return l.Err()
}

func bookTransfer(v *shell.Visit, f *sheetForm) (said, to string, err error) {
	cmd, err := f.transferCommand(v)
	if err != nil {
		return "", "", err
	}
	_, err = shell.Do(v, deskfloor.Transfer, cmd)
	return v.T("floor.transferred"), "/floor/transfer?booked=1", err
}

func lookTransfer(v *shell.Visit, f *sheetForm) error {
	cmd, err := f.transferCommand(v)
	if err != nil {
		return err
	}
	done, err := previewed(shell.Preview(v, deskfloor.Transfer, cmd))
	if err != nil {
		return err
	}
	return f.preview(v, done)
}

// reverseReceipt takes back a receipt that was booked by mistake.
func reverseReceipt(v *shell.Visit) error {
	id, err := ident.Parse("stk", v.Path("id"))
	if err != nil {
		return fault.New(fault.NotFound, "no_such_receipt", "there is no such receipt")
	}
	_, err = shell.Do(v, deskfloor.ReverseReceipt, deskfloor.ReverseCommand{Receipt: id})
	return back(v, err, v.T("floor.reversed"), "/floor/receive")
}

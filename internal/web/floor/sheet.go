package floor

import (
	"strconv"
	"strings"

	"orderly/internal/catalog"
	"orderly/internal/fault"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/levels"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
	"orderly/internal/web/words"
)

// A sheet is a form on which goods are gathered line by line, by scan or by
// hand, looked at, and booked in one act. The lines stand in the form itself:
// the server keeps nothing of a sheet that is not booked.
type sheet struct {
	kind  string // receive, count, transfer: names texts, addresses and templates
	add   func(*sheetLine, int64)
	book  func(*shell.Visit, *sheetForm) (said string, to string, err error)
	look  func(*shell.Visit, *sheetForm) error // fills the preview
	extra func(*shell.Visit, *store.Reader, *sheetForm) error
}

// maxSheet is how many lines a sheet holds; book the rest on another.
const maxSheet = 200

// sheetLine is one line of a sheet.
type sheetLine struct {
	SKU, Name, Unit string
	Picture         string
	Scale           int
	Quantity        string // as typed
	Bin, Lot        string
	State           string
	Fault           string
	Have            stock.Level // at the place, before anything is booked

	// What the preview says.
	After   int64
	Differs int64
	Served  []servedOrder
	Lost    []servedOrder
}

// servedOrder is an order that gets units, or loses them.
type servedOrder struct {
	Number   int64
	Quantity int64
}

// sheetForm is what the page shows.
type sheetForm struct {
	here
	*sheet
	Lines     []sheetLine
	Code      string // what was added last and could not be
	CodeFault string
	Reference string
	To        string
	Places    []*stock.Location
	Key       string
	Previewed bool
	Faults    shell.Faults
	Receipt   string // what was booked last and can be taken back
	Booked    string // says that the sheet before this one was booked
}

var receiving = &sheet{kind: "receive", book: bookReceipt, look: lookReceipt, add: more}
var counting = &sheet{kind: "count", book: bookCount, look: lookCount, add: more}
var transferring = &sheet{kind: "transfer", book: bookTransfer, look: lookTransfer, add: more, extra: otherPlaces}

// more adds to a line's quantity what a scan stands for.
func more(l *sheetLine, pack int64) {
	n, err := strconv.ParseInt(strings.TrimSpace(l.Quantity), 10, 64)
	if err == nil || strings.TrimSpace(l.Quantity) == "" {
		l.Quantity = strconv.FormatInt(n+pack, 10)
	}
}

func (s *sheet) page(v *shell.Visit) error {
	at, ok, err := place(v)
	if !ok || err != nil {
		return err
	}
	f := &sheetForm{sheet: s, Key: v.NewKey(), Receipt: v.Query("receipt"), Booked: v.Query("booked")}
	return s.show(v, at, f)
}

// show reads what the lines' items are and have here, and answers with the page.
func (s *sheet) show(v *shell.Visit, at stock.LocationID, f *sheetForm) error {
	err := v.Read(func(r *store.Reader) (err error) {
		if f.here, err = readHere(r, at, v.Now().UnixMicro()); err != nil {
			return err
		}
		if s.extra != nil {
			if err := s.extra(v, r, f); err != nil {
				return err
			}
		}
		return f.fill(r)
	})
	if err != nil {
		return err
	}
	if len(f.Faults) > 0 {
		return v.Again(v.T("floor."+s.kind), sheetPage(v, f))
	}
	return v.Page(v.T("floor."+s.kind), sheetPage(v, f))
}

// fill reads the items of the lines, and their levels at the place.
func (f *sheetForm) fill(r *store.Reader) error {
	skus := make([]string, len(f.Lines))
	for i := range f.Lines {
		skus[i] = f.Lines[i].SKU
	}
	found, err := items.BySKU(r, skus)
	if err != nil {
		return err
	}
	by := map[string]*catalog.Item{}
	var ids []int64
	for _, x := range found {
		by[x.SKU] = x
		ids = append(ids, int64(x.ID))
	}
	have := map[int64]stock.Level{}
	err = levels.OfItems(r, ids, func(l *stock.Level) {
		if l.Location == f.Place.ID {
			have[l.Item] = *l
		}
	})
	for i := range f.Lines {
		l := &f.Lines[i]
		x := by[l.SKU]
		if x == nil {
			continue
		}
		l.Name, l.Unit, l.Scale, l.Picture, l.Have = x.Name, x.Unit, x.Scale, x.Picture, have[int64(x.ID)]
	}
	return err
}

// formOf reads the sheet from the form.
func (s *sheet) formOf(v *shell.Visit) *sheetForm {
	_ = v.R.ParseForm() // a body that cannot be read has no lines
	p := v.R.PostForm
	f := &sheetForm{sheet: s, Reference: v.Form("reference"), To: v.Form("to"), Key: v.Form("idempotency_key")}
	at := func(name string, i int) string {
		if list := p[name]; i < len(list) {
			return strings.TrimSpace(strings.ToValidUTF8(list[i], "\uFFFD"))
		}
		return ""
	}
	for i := range p["line_sku"] {
		if v.Form("do") == "drop_"+strconv.Itoa(i) || len(f.Lines) == maxSheet {
			continue
		}
		f.Lines = append(f.Lines, sheetLine{SKU: at("line_sku", i), Quantity: at("line_quantity", i), Bin: at("line_bin", i), Lot: at("line_lot", i), State: at("line_state", i)})
	}
	return f
}

// post adds a line, drops one, previews or books, as the button says.
func (s *sheet) post(v *shell.Visit) error {
	at, ok, err := place(v)
	if !ok || err != nil {
		return err
	}
	f := s.formOf(v)
	switch v.Form("do") {
	case "book":
		f.Place = &stock.Location{ID: at}
		said, to, err := s.book(v, f)
		if err == nil {
			v.Toast(said)
			return v.Go(to)
		}
		return s.refused(v, at, f, err)
	case "preview":
		f.Place = &stock.Location{ID: at}
		if err := s.look(v, f); err != nil {
			return s.refused(v, at, f, err)
		}
		f.Previewed = true
	default:
		if v.Form("code") != "" {
			if err := s.scan(v, f); err != nil {
				return err
			}
		}
	}
	f.Key = v.NewKey() // the lines are others now
	return s.show(v, at, f)
}

// scan adds what was scanned or typed to the lines.
func (s *sheet) scan(v *shell.Visit, f *sheetForm) error {
	code := v.Form("code")
	var sku string
	pack := int64(1)
	err := v.Read(func(r *store.Reader) error {
		found, err := items.BySKU(r, []string{code})
		if err != nil {
			return err
		}
		if len(found) == 0 {
			packs, err := items.ByBarcode(r, []string{code})
			if err != nil {
				return err
			}
			if p, ok := packs[code]; ok {
				pack = p.Quantity
				if found, err = items.ByID(r, []catalog.ID{p.Item}); err != nil {
					return err
				}
			}
		}
		if len(found) == 1 && found[0].Kind == catalog.Goods {
			sku = found[0].SKU
		}
		return nil
	})
	if err != nil {
		return err
	}
	if sku == "" {
		f.Code, f.CodeFault = code, v.T("floor.unknown_code", "code", code)
		return nil
	}
	bin, lot, state := v.Form("bin"), v.Form("lot"), v.Form("state")
	for i := range f.Lines {
		l := &f.Lines[i]
		if l.SKU == sku && (s.kind == "count" || l.Bin == bin && l.Lot == lot && l.State == state) {
			s.add(l, pack)
			line := *l // what was touched last stands first
			f.Lines = append([]sheetLine{line}, append(f.Lines[:i:i], f.Lines[i+1:]...)...)
			return nil
		}
	}
	if len(f.Lines) >= maxSheet {
		f.Code, f.CodeFault = code, v.T("floor.sheet_full", "most", int64(maxSheet))
		return nil
	}
	l := sheetLine{SKU: sku, Bin: bin, Lot: lot, State: state}
	s.add(&l, pack)
	f.Lines = append([]sheetLine{l}, f.Lines...)
	return nil
}

// refused shows the sheet again with what was wrong, each at its line.
func (s *sheet) refused(v *shell.Visit, at stock.LocationID, f *sheetForm, err error) error {
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	f.Faults = shell.Faults{}
	for name, text := range faults {
		parts := strings.Split(name, "/")
		if n, bad := strconv.Atoi(get(parts, 1)); parts[0] == "lines" && bad == nil && n < len(f.Lines) {
			f.Lines[n].Fault = text
			continue
		}
		f.Faults[name] = text
	}
	if len(f.Faults) == 0 {
		f.Faults[""] = v.T("floor.see_lines")
	}
	return s.show(v, at, f)
}

func get(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// stockLines are the lines as the desk takes them.
func (f *sheetForm) stockLines(v *shell.Visit) ([]stock.Line, error) {
	var faults fault.List
	out := make([]stock.Line, len(f.Lines))
	for i := range f.Lines {
		l := &f.Lines[i]
		n, err := strconv.ParseInt(l.Quantity, 10, 64)
		if err != nil {
			faults.Add("/lines/"+strconv.Itoa(i)+"/quantity", "invalid_number", "%s", v.T("floor.quantity_bad"))
		}
		out[i] = stock.Line{SKU: l.SKU, Location: f.Place.ID, Quantity: n, Bin: l.Bin, Lot: l.Lot, State: stock.State(l.State)}
	}
	if len(out) == 0 {
		faults.Add("/", "empty", "%s", v.T("floor.sheet_empty"))
	}
	return out, faults.Err()
}

func otherPlaces(_ *shell.Visit, r *store.Reader, f *sheetForm) error {
	all, err := placesOf(r)
	for _, l := range all {
		if l.ID != f.Place.ID {
			f.Places = append(f.Places, l)
		}
	}
	return err
}

func placeOptions(v *shell.Visit, places []*stock.Location) []ui.Option {
	out := []ui.Option{{Label: v.T("floor.choose_one")}}
	for _, l := range places {
		out = append(out, ui.Option{Value: l.ID.String(), Label: l.Name})
	}
	return out
}

// previewTone makes the next step the loudest button.
func previewTone(f *sheetForm) ui.Tone {
	if f.Previewed {
		return ui.Neutral
	}
	return ui.Accent
}

// orderList names orders with what each gets or gives.
func orderList(v *shell.Visit, list []servedOrder, scale int) string {
	const most = 12
	var out []string
	for _, o := range list[:min(most, len(list))] {
		out = append(out, words.Number(o.Number)+" × "+v.Quantity(o.Quantity, scale))
	}
	if len(list) > most {
		out = append(out, "…")
	}
	return strings.Join(out, ", ")
}

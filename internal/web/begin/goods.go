package begin

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/web/shell"
)

// typedRows are how many items the form has fields for; pasted bounds the rows
// of a spreadsheet.
const (
	typedRows = 3
	pasted    = 500
)

// line is an item as it is typed.
type line struct {
	at               string // how a fault names it
	sku, name, price string
}

func (x line) item(l *fault.List) catalog.Item {
	i := catalog.Item{SKU: x.sku, Name: x.name, Kind: catalog.Goods, Unit: "pcs", WhenShort: catalog.Backorder}
	if i.Name == "" {
		i.Name = x.sku
	}
	if x.price != "" {
		var err error
		if i.Price, err = money.ParsePrice(strings.ReplaceAll(x.price, ",", ".")); err != nil {
			l.Add("/"+x.at, "invalid_price", "%s: %s", x.at, err.Error())
		}
	}
	return i
}

func saveItems(v *shell.Visit) error {
	v.Form("") // parses
	var lines []line
	form := v.R.PostForm
	for i := range typedRows {
		x := line{at: v.T("begin.row", "count", i+1), sku: pick(form["sku"], i), name: pick(form["name"], i), price: pick(form["price"], i)}
		if x.sku != "" || x.name != "" {
			lines = append(lines, x)
		}
	}
	more, err := paste(v, v.Form("rows"))
	if err != nil {
		return again(v, admin.StepItems, err)
	}
	lines = append(lines, more...)
	if len(lines) == 0 {
		var l fault.List
		l.Add("/rows", "missing", "type at least one item, or paste some rows")
		return again(v, admin.StepItems, l.Err())
	}
	return keep(v, lines)
}

// paste reads rows of a spreadsheet: SKU, name, price, parted by tabs, commas or
// semicolons, with or without a heading.
func paste(v *shell.Visit, text string) ([]line, error) {
	if text == "" {
		return nil, nil
	}
	first, _, _ := strings.Cut(text, "\n")
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes = -1, true // pick trims; trimming here would eat an empty field before a tab
	for _, c := range "\t;" {
		if strings.ContainsRune(first, c) {
			r.Comma = c
			break
		}
	}
	var l fault.List
	rows, err := r.ReadAll()
	if err != nil || len(rows) > pasted {
		l.Add("/rows", "invalid_rows", "paste at most %d rows of SKU, name and price", pasted)
		return nil, l.Err()
	}
	if len(rows) > 0 && strings.EqualFold(strings.TrimSpace(rows[0][0]), "sku") {
		rows = rows[1:]
	}
	var out []line
	for i, row := range rows {
		out = append(out, line{at: v.T("begin.row", "count", i+1), sku: pick(row, 0), name: pick(row, 1), price: pick(row, 2)})
	}
	return out, nil
}

func pick(list []string, n int) string {
	if n < len(list) {
		return strings.TrimSpace(list[n])
	}
	return ""
}

// keep makes the items, and tells of every row that cannot be one.
func keep(v *shell.Visit, lines []line) error {
	var l fault.List
	cmds := make([]admin.ItemCommand, len(lines))
	for i, x := range lines {
		cmds[i] = admin.ItemCommand{Item: x.item(&l)}
	}
	if err := l.Err(); err != nil {
		return tellRows(v, err)
	}
	got, err := shell.DoAll(v, admin.SaveItem, cmds)
	if err != nil {
		return err
	}
	for i := range got {
		var f *fault.Error
		if errors.As(got[i].Err, &f) {
			said := f.Message
			if len(f.Fields) > 0 {
				said = f.Fields[0].Message
			}
			l.Add(fmt.Sprintf("/row-%d", i), f.Code, "%s: %s", lines[i].at, said)
		}
	}
	if err := l.Err(); err != nil {
		return tellRows(v, err)
	}
	return next(v, admin.StepItems)
}

// tellRows shows the step of items with a sentence for each bad row.
func tellRows(v *shell.Visit, refused error) error {
	var f *fault.Error
	if !errors.As(refused, &f) {
		return refused
	}
	x, err := read(v, admin.StepItems)
	if err != nil {
		return err
	}
	x.Typed, x.Faults = v.R.PostForm, shell.Faults{}
	for _, field := range f.Fields {
		x.Lines = append(x.Lines, field.Message)
	}
	return v.Again(v.T("begin.title"), view(v, x))
}

// samples are items to try things out with; they can be archived later.
var samples = []line{
	{sku: "TEA-EARL-100", name: "Earl Grey, 100 g", price: "6.90"},
	{sku: "TEA-ASSAM-100", name: "Assam, 100 g", price: "7.40"},
	{sku: "POT-GLASS-1L", name: "Glass teapot, 1 l", price: "24.00"},
	{sku: "CUP-WHITE", name: "Cup, white", price: "5.50"},
	{sku: "GIFT-WRAP", name: "Gift wrapping", price: "2.00"},
}

// saveSamples makes the sample items, with some stock where there is a location.
func saveSamples(v *shell.Visit) error {
	x, err := read(v, admin.StepItems)
	if err != nil {
		return err
	}
	var l fault.List
	cmds := make([]admin.ItemCommand, len(samples))
	lines := make([]stock.Line, len(samples))
	for i, s := range samples {
		cmds[i] = admin.ItemCommand{Item: s.item(&l)}
		lines[i] = stock.Line{SKU: s.sku, Quantity: int64(20 + 10*i)}
		if x.Location != nil {
			lines[i].Location = x.Location.ID
		}
	}
	got, err := shell.DoAll(v, admin.SaveItem, cmds)
	for i := range got {
		err = errors.Join(err, got[i].Err)
	}
	if err == nil && x.Location != nil && !x.Done[admin.StepStock] {
		_, err = shell.Do(v, floor.Receive, floor.ReceiveCommand{Lines: lines, Reference: "Samples"})
	}
	if err != nil {
		return again(v, admin.StepItems, err)
	}
	return next(v, admin.StepItems)
}

func saveStock(v *shell.Visit) error {
	x, err := read(v, admin.StepStock)
	if err != nil {
		return err
	}
	var l fault.List
	if x.Location == nil {
		l.Add("", "no_location", "make a location first: stock lies somewhere")
		return again(v, admin.StepStock, l.Err())
	}
	var lines []stock.Line
	for _, i := range x.Items {
		if n := v.FormInt("quantity-"+i.ID.String(), &l); n > 0 {
			lines = append(lines, stock.Line{SKU: i.SKU, Location: x.Location.ID, Quantity: n * scale(i)})
		}
	}
	if l.Len() == 0 && len(lines) == 0 {
		l.Add("", "nothing", "type how many there are of at least one item")
	}
	err = l.Err()
	if err == nil {
		_, err = shell.Do(v, floor.Receive, floor.ReceiveCommand{Lines: lines, Reference: "Opening stock"})
	}
	if err != nil {
		return again(v, admin.StepStock, err)
	}
	return next(v, admin.StepStock)
}

// scale is how many steps a whole unit has.
func scale(i *catalog.Item) int64 {
	n := int64(1)
	for range i.Scale {
		n *= 10
	}
	return n
}

func placeOrder(v *shell.Visit) error {
	x, err := read(v, admin.StepOrder)
	if err != nil {
		return err
	}
	var l fault.List
	r := order.Request{
		Channel: "phone", Currency: x.Merchant.Currency,
		Parties: party.Parties{Customer: party.Contact{Name: v.Form("customer"), Email: v.Form("email")}},
	}
	if r.Parties.Customer.Name == "" {
		l.Add("/customer", "missing", "whose order is it?")
	}
	n, bad := strconv.ParseInt(v.Form("quantity"), 10, 64)
	if bad != nil || n < 1 {
		l.Add("/quantity", "invalid_number", "write how many, for example 2")
	}
	for _, i := range x.Items {
		if i.ID.String() == v.Form("item") {
			r.Lines = []order.RequestLine{{SKU: i.SKU, Quantity: n * scale(i), Price: i.Price}}
		}
	}
	if len(r.Lines) == 0 {
		l.Add("/item", "missing", "choose an item")
	}
	err = l.Err()
	if err == nil {
		_, err = shell.Do(v, intake.Place, intake.PlaceCommand{Request: r})
	}
	if err != nil {
		return again(v, admin.StepOrder, err)
	}
	v.Toast(v.T("begin.placed"))
	return next(v, admin.StepOrder)
}

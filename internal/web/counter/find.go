package counter

import (
	"slices"
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/search"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/customers"
	"orderly/internal/store/items"
	"orderly/internal/store/levels"
	"orderly/internal/store/locations"
	"orderly/internal/store/orders"
	"orderly/internal/store/preorders"
	sells "orderly/internal/store/selling"
	"orderly/internal/store/taxes"
	"orderly/internal/tax"
	"orderly/internal/web/shell"
)

// offered is how many people or items a search offers.
const offered = 8

// shelf is the catalog as far as the draft needs it.
type shelf struct {
	sku map[string]*catalog.Item
	id  map[catalog.ID]*catalog.Item

	taxes tax.Table
}

func (s *shelf) BySKU(sku string) *catalog.Item   { return s.sku[sku] }
func (s *shelf) ByID(id catalog.ID) *catalog.Item { return s.id[id] }

func (s *shelf) put(list []*catalog.Item) {
	for _, i := range list {
		s.sku[i.SKU], s.id[i.ID] = i, i
	}
}

func newShelf() *shelf {
	return &shelf{sku: map[string]*catalog.Item{}, id: map[catalog.ID]*catalog.Item{}}
}

// load reads items by SKU, and the components of bundles among them.
func (s *shelf) load(r *store.Reader, skus []string) error {
	got, err := items.BySKU(r, skus)
	if err != nil {
		return err
	}
	s.put(got)
	var parts []catalog.ID
	for _, i := range got {
		for _, c := range i.Components {
			parts = append(parts, c.Item)
		}
	}
	more, err := items.ByID(r, parts)
	s.put(more)
	return err
}

// read fills the draft with what the books know about what was typed.
func (d *draft) read(r *store.Reader, v *shell.Visit) (*shelf, error) {
	s := newShelf()
	skus := make([]string, len(d.Lines))
	for i := range d.Lines {
		skus[i] = d.Lines[i].SKU
	}
	if err := s.load(r, skus); err != nil {
		return nil, err
	}
	table, err := taxes.Table(r)
	if err != nil {
		return nil, err
	}
	s.taxes = table.Table
	var asked []int64
	for i := range d.Lines {
		if d.Lines[i].item = s.sku[d.Lines[i].SKU]; d.Lines[i].item != nil {
			asked = append(asked, int64(d.Lines[i].item.ID))
		}
	}
	all, err := locations.All(r)
	if err != nil {
		return nil, err
	}
	d.Places = nil
	for _, l := range all {
		if l.Active && v.Scope.Sees(int64(l.ID)) {
			d.Places = append(d.Places, l)
		}
	}
	d.chooseLocation()
	if d.Past, err = orders.Past(r, d.Customer, asked); err != nil {
		return nil, err
	}
	d.Past.Currency = v.Merchant.Currency
	return s, d.readStock(r, v, s)
}

// chooseLocation takes the first shop, or the first location, when none that
// there is was chosen.
func (d *draft) chooseLocation() {
	first := 0
	for i, l := range d.Places {
		if l.ID == d.Location {
			return
		}
		if l.Kind == "store" && d.Places[first].Kind != "store" {
			first = i
		}
	}
	if d.Location = 0; len(d.Places) > 0 {
		d.Location = d.Places[first].ID
	}
}

// readStock reads what can be had of the items: at the counter what lies here.
func (d *draft) readStock(r *store.Reader, v *shell.Visit, s *shelf) error {
	var ids []int64
	for id := range s.id {
		ids = append(ids, int64(id))
	}
	slices.Sort(ids)
	list, err := stockOf(r, ids)
	if err != nil {
		return err
	}
	if d.ahead, err = preorders.SoldBy(r, d.Channel, ids, v.Now().UnixMicro()); err != nil {
		return err
	}
	if d.Mode != counter {
		d.Past.Offers = order.OnOffer(d.ahead, v.Merchant.Location())
	}
	terms, err := sells.Terms(r)
	d.terms = terms[d.Channel]
	d.Past.Available = map[int64]int64{}
	d.Effect.stock = list
	for _, l := range list {
		if d.Mode == counter && l.Location != d.Location {
			continue
		}
		for _, p := range d.Places {
			if p.ID == l.Location {
				d.Past.Available[l.Item] += d.terms.Sellable(&l)
			}
		}
	}
	return err
}

// find looks for a person: among customers, and among orders of people who are
// none.
func (d *draft) find(r *store.Reader, v *shell.Visit) (err error) {
	if v.May(access.CustomersRead) {
		if d.People, err = customers.Find(r, d.Find, offered); err != nil {
			return err
		}
	}
	if len(d.People) > 0 {
		return nil
	}
	words, err := search.Parse(d.Find)
	if err != nil {
		return nil //nolint:nilerr // too little was typed to find anything
	}
	found, err := orders.List(r, orders.Filter{Words: words, Limit: offered})
	seen := map[string]bool{}
	for _, row := range found.Rows {
		who := row.Name + "\n" + row.Email
		if row.Order.Customer == 0 && !seen[who] && strings.TrimSpace(who) != "" {
			seen[who] = true
			d.Orders = append(d.Orders, row)
		}
	}
	return err
}

// pick takes somebody that was found: a customer, or the one of an order.
func (d *draft) pick(r *store.Reader, v *shell.Visit, id string) error {
	if of, err := order.ParseID(id); err == nil {
		into := map[order.ID]*order.Order{of: {}}
		if err := orders.LoadParties(r, []order.ID{of}, into); err != nil {
			return err
		}
		d.know(&party.Customer{Contact: into[of].Party.Customer, Address: into[of].Party.ShipTo})
		return nil
	}
	customer, err := party.ParseID(id)
	if err != nil || !v.May(access.CustomersRead) {
		return nil //nolint:nilerr // nobody is picked
	}
	found, err := customers.ByID(r, []party.ID{customer})
	if err == nil && len(found) == 1 {
		d.know(found[0])
		if d.ShipTo.IsZero() {
			var past []party.Address
			if past, err = orders.Addresses(r, customer); len(past) > 0 {
				d.ShipTo = past[0]
			}
		}
	}
	return err
}

// scan adds what was scanned or typed: a barcode, a SKU, or words that mean one
// item. "3*code" adds three. When several items are meant they are offered.
func (d *draft) scan(r *store.Reader, v *shell.Visit, text string) error {
	times, code := int64(1), text
	if n, rest, ok := strings.Cut(text, "*"); ok {
		if many, err := strconv.ParseInt(strings.TrimSpace(n), 10, 64); err == nil && many > 0 && many <= 100_000 {
			times, code = many, strings.TrimSpace(rest)
		}
	}
	item, steps, err := exactly(r, code)
	if err != nil {
		return err
	}
	if item == nil {
		found, err := items.Search(r, code, offered)
		if err != nil && fault.KindOf(err) != fault.Invalid { // too many words: nothing is found
			return err
		}
		switch len(found) {
		case 0:
			d.Scan = text
			d.Faults = shell.Faults{"scan": v.T("counter.nothing_found", "text", code)}
			return nil
		case 1:
			item, steps = found[0], unit(found[0])
		default:
			d.Scan, d.Items = text, found
			return nil
		}
	}
	d.add(item, steps*times, "")
	return nil
}

// unit is one whole unit of an item, in steps.
func unit(item *catalog.Item) int64 {
	n := int64(1)
	for range item.Scale {
		n *= 10
	}
	return n
}

// exactly is the item of a barcode or SKU, and how many steps that stands for.
func exactly(r *store.Reader, code string) (*catalog.Item, int64, error) {
	packs, err := items.ByBarcode(r, []string{code})
	if err != nil {
		return nil, 0, err
	}
	if p, ok := packs[code]; ok {
		got, err := items.ByID(r, []catalog.ID{p.Item})
		if err != nil {
			return nil, 0, err
		}
		if len(got) == 1 {
			return got[0], p.Quantity, nil
		}
	}
	got, err := items.BySKU(r, []string{code, strings.ToUpper(code)})
	if err != nil || len(got) == 0 {
		return nil, 0, err
	}
	for _, i := range got {
		if i.SKU == code {
			return i, unit(i), nil
		}
	}
	return got[0], unit(got[0]), nil
}

// paste adds rows of a spreadsheet. Those that cannot be taken are told, each
// with its reason, and stay in the field.
func (d *draft) paste(r *store.Reader, v *shell.Visit, text string) error {
	rows, err := order.ParseRows(text)
	if err != nil {
		d.Paste = text
		d.Faults, _ = shell.FaultsOf(err)
		return nil //nolint:nilerr // told beside the field
	}
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n")
	var codes []string
	for _, row := range rows {
		codes = append(codes, row.Item, strings.ToUpper(row.Item))
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	s := newShelf()
	if err := s.load(r, codes); err != nil {
		return err
	}
	packs, err := items.ByBarcode(r, codes)
	if err != nil {
		return err
	}
	var ids []catalog.ID
	for _, p := range packs {
		ids = append(ids, p.Item)
	}
	more, err := items.ByID(r, ids)
	if err != nil {
		return err
	}
	s.put(more)
	var kept []string
	for _, row := range rows {
		d.row(v, &row, s, packs)
		if row.Fault != "" {
			d.Rows = append(d.Rows, row)
			kept = append(kept, lines[row.N-1])
		}
	}
	d.Paste = strings.Join(kept, "\n")
	return nil
}

// row adds one pasted row, or says in it why not.
func (d *draft) row(v *shell.Visit, row *order.Row, s *shelf, packs map[string]items.Pack) {
	if row.Fault != "" {
		return
	}
	item, per := s.sku[row.Item], int64(0)
	if p, ok := packs[row.Item]; ok && item == nil {
		item, per = s.id[p.Item], p.Quantity
	}
	if item == nil {
		item = s.sku[strings.ToUpper(row.Item)]
	}
	if item == nil {
		row.Fault = v.T("counter.no_item", "text", row.Item)
		return
	}
	steps := order.ParseQuantity(row.Quantity, item.Scale)
	if per > 1 { // a case of so many
		steps = order.ParseQuantity(row.Quantity, 0) * per
	}
	if steps == 0 || steps > order.MaxQuantity {
		row.Fault = v.T("counter.no_quantity", "sku", item.SKU)
		return
	}
	d.add(item, steps, row.Price)
}

func stockOf(r *store.Reader, ids []int64) (out []stock.Level, err error) {
	err = levels.OfItems(r, ids, func(l *stock.Level) { out = append(out, *l) })
	return out, err
}

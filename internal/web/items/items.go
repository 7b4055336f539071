// Package items is the room of the catalog: what can be ordered, its barcodes,
// components and picture.
//
// What belongs here: items as people find and edit them. What does not: how
// many there are (stock), and prices of orders.
package items

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/shelves"
	"orderly/internal/web/shell"
)

const (
	pageSize  = 50
	blankRows = 3 // to add barcodes or components in
	formBytes = admin.MaxPictureBytes + 64<<10
)

// Routes of the room.
func Routes() []shell.Route {
	return []shell.Route{
		{Method: "GET", Path: "/items", Needs: access.CatalogRead, Do: list},
		{Method: "GET", Path: "/items/new", Needs: access.CatalogWrite, Do: blank},
		{Method: "POST", Path: "/items/new", Needs: access.CatalogWrite, Do: create},
		{Method: "GET", Path: "/items/{id}", Needs: access.CatalogRead, Do: page},
		{Method: "POST", Path: "/items/{id}", Needs: access.CatalogWrite, Do: save},
		{Method: "POST", Path: "/items/{id}/archive", Needs: access.CatalogWrite, Do: archive},
		{Method: "POST", Path: "/items/{id}/picture", Needs: access.CatalogWrite, MaxBytes: formBytes, Do: keepPicture},
		{Method: "GET", Path: "/items/{id}/picture/{hash}", Needs: access.CatalogRead, Do: picture},
	}
}

// listing is what the page of the list shows.
type listing struct {
	Rows     []*catalog.Item
	Q        string
	Archived bool
	Next     string
	Fault    string
}

func list(v *shell.Visit) error {
	l := listing{Q: v.Query("q"), Archived: v.Query("archived") != ""}
	err := v.Read(func(r *store.Reader) (err error) {
		if l.Q != "" {
			l.Rows, err = items.Find(r, l.Q, l.Archived, pageSize)
			return err
		}
		l.Rows, l.Next, err = walk(r, v.Query("after"), l.Archived)
		return err
	})
	if faults, ok := shell.FaultsOf(err); ok {
		l.Fault, err = faults[""], nil
	}
	if err != nil {
		return err
	}
	return v.Page(v.T("items.title"), listPage(v, l))
}

// walk reads a page of items by SKU that are archived, or that are not. It
// looks at a few pages' worth of them: a page may be short and not the last.
func walk(r *store.Reader, after string, archived bool) (out []*catalog.Item, next string, err error) {
	const window = 4 * pageSize
	read, err := items.Page(r, "", after, window)
	for _, i := range read {
		if len(out) == pageSize {
			return out, next, err
		}
		if next = i.SKU; i.Archived == archived {
			out = append(out, i)
		}
	}
	if len(read) < window {
		next = ""
	}
	return out, next, err
}

func (l listing) next() string {
	if l.Next == "" {
		return ""
	}
	q := url.Values{"after": {l.Next}}
	if l.Archived {
		q.Set("archived", "1")
	}
	return "/items?" + q.Encode()
}

// form is the page of one item with what was typed into it.
type form struct {
	catalog.Item
	New     bool
	Typed   map[string]string // prices and weights as they were typed
	Faults  shell.Faults
	Stale   bool
	Version int64
	Shelf   *shelves.Row
}

func (f *form) path() string {
	if f.New {
		return "/items/new"
	}
	return "/items/" + f.ID.String()
}

func (f *form) fault(field string) string {
	if told := f.Faults[field]; told != "" {
		return told
	}
	for at, told := range f.Faults { // of one row of several
		if strings.HasPrefix(at, field+"/") {
			return told
		}
	}
	return ""
}

func blank(v *shell.Visit) error {
	f := &form{New: true, Item: catalog.Item{SKU: v.Query("sku"), Kind: catalog.Goods, Unit: "pcs", WhenShort: catalog.Backorder}}
	return v.Page(v.T("items.new"), itemPage(v, f))
}

func create(v *shell.Visit) error {
	f := &form{New: true}
	var faults fault.List
	f.take(v, &faults)
	f.SKU, f.Kind, f.Unit = v.Form("sku"), catalog.Kind(v.Form("kind")), v.Form("unit")
	f.Scale = int(v.FormInt("scale", &faults))
	err := faults.Err()
	if err == nil {
		var got desk.Result
		got, err = shell.Do(v, admin.SaveItem, admin.ItemCommand{Item: f.Item, Only: "create"})
		f.ID = catalog.ID(got.ID)
	}
	if err == nil {
		v.Toast(v.T("items.created", "sku", f.SKU))
		return v.Go("/items/" + f.ID.String())
	}
	return again(v, f, err)
}

// again shows the form with what was refused in it.
func again(v *shell.Visit, f *form, err error) error {
	var ok bool
	if f.Faults, ok = shell.FaultsOf(err); !ok {
		return err
	}
	return v.Again(f.title(v), itemPage(v, f))
}

func (f *form) title(v *shell.Visit) string {
	if f.New {
		return v.T("items.new")
	}
	return f.SKU
}

func load(v *shell.Visit) (*form, error) {
	f := &form{}
	err := v.Read(func(r *store.Reader) error {
		id, err := catalog.ParseID(v.Path("id"))
		var found []*catalog.Item
		if err == nil {
			found, err = items.ByID(r, []catalog.ID{id})
		} else {
			err = nil
		}
		if err == nil && len(found) == 0 {
			err = fault.New(fault.NotFound, "no_such_item", "there is no such item")
		}
		if err != nil {
			return err
		}
		f.Item, f.Version = *found[0], found[0].EditVersion
		if !v.May(access.StockRead) || !f.Stocked() {
			return nil
		}
		row, err := shelves.Of(r, found[0])
		f.Shelf = &row
		return err
	})
	return f, err
}

func page(v *shell.Visit) error {
	f, err := load(v)
	if err != nil {
		return err
	}
	return v.Page(f.SKU, itemPage(v, f))
}

func save(v *shell.Visit) error {
	f, err := load(v)
	if err != nil {
		return err
	}
	var faults fault.List
	f.take(v, &faults)
	if err = faults.Err(); err == nil {
		_, err = shell.Do(v, admin.SaveItem, admin.ItemCommand{Item: f.Item, Only: "update", Version: v.EditVersion()})
	}
	if err == nil {
		v.Toast(v.T("items.saved", "sku", f.SKU))
		return v.Go(f.path())
	}
	// What was typed stays; the form now carries the version that there is, so
	// that saving it again is a decision and no accident.
	f.Stale = shell.Stale(err)
	return again(v, f, err)
}

// take reads the fields of the form into the item.
func (f *form) take(v *shell.Visit, faults *fault.List) {
	f.Typed = map[string]string{}
	f.Name, f.WhenShort = v.Form("name"), catalog.WhenShort(v.Form("when_short"))
	f.Price = f.price(v, "price", faults)
	if v.May(access.PurchasesRead) { // who sees no cost changes none
		f.Cost = f.price(v, "cost", faults)
	}
	f.WeightGrams = v.FormInt("weight_grams", faults)
	f.TaxClass = v.Form("tax_class")
	f.Barcodes, f.Components = nil, nil
	for i, code := range v.R.PostForm["barcode"] {
		if code = strings.TrimSpace(code); code != "" {
			f.Barcodes = append(f.Barcodes, catalog.Barcode{Code: code, Quantity: count(v, "barcode_quantity", i, faults, "/barcodes")})
		}
	}
	for i, sku := range v.R.PostForm["component"] {
		if sku = strings.TrimSpace(sku); sku != "" {
			f.Components = append(f.Components, catalog.Component{SKU: sku, Quantity: count(v, "component_quantity", i, faults, "/components")})
		}
	}
}

func (f *form) price(v *shell.Visit, name string, faults *fault.List) money.Price {
	f.Typed[name] = v.Form(name)
	if f.Typed[name] == "" {
		return 0
	}
	p, err := money.ParsePrice(f.Typed[name])
	if err != nil {
		faults.AddError("/"+name, err)
	}
	return p
}

// count is a quantity in one of several rows; 1 when left out.
func count(v *shell.Visit, name string, i int, faults *fault.List, at string) int64 {
	list := v.R.PostForm[name]
	if i >= len(list) || strings.TrimSpace(list[i]) == "" {
		return 1
	}
	n, err := strconv.ParseInt(strings.TrimSpace(list[i]), 10, 64)
	if err != nil {
		faults.Add(at, "invalid_number", "%s", v.T("shell.not_a_number"))
	}
	return n
}

// priceText is a price as the form shows it: as it was typed, or as it is.
func (f *form) priceText(name string, p money.Price) string {
	if text, ok := f.Typed[name]; ok {
		return text
	}
	if p == 0 {
		return ""
	}
	return p.String()
}

func archive(v *shell.Visit) error {
	f, err := load(v)
	if err != nil {
		return err
	}
	f.Archived = v.Form("archived") == "true"
	_, err = shell.Do(v, admin.SaveItem, admin.ItemCommand{Item: f.Item, Only: "update", Version: v.EditVersion()})
	if err != nil {
		f.Archived, f.Stale = !f.Archived, shell.Stale(err)
		return again(v, f, err)
	}
	v.Toast(v.T(map[bool]string{true: "items.archived_now", false: "items.unarchived_now"}[f.Archived], "sku", f.SKU))
	return v.Go(f.path())
}

func keepPicture(v *shell.Visit) error {
	f, err := load(v)
	if err != nil {
		return err
	}
	data, err := sentPicture(v)
	if err == nil && len(data) == 0 && v.Form("drop") == "" {
		err = fault.New(fault.Invalid, "missing", "%s", v.T("items.no_picture_sent"))
	}
	if err == nil {
		_, err = shell.Do(v, admin.SavePicture, admin.PictureCommand{Item: f.ID, Data: data})
	}
	if err != nil {
		faults, ok := shell.FaultsOf(err)
		if !ok {
			return err
		}
		f.Faults = shell.Faults{"picture": faults["picture"] + faults[""]}
		return v.Again(f.SKU, itemPage(v, f))
	}
	v.Toast(v.T("items.picture_saved"))
	return v.Go(f.path())
}

func sentPicture(v *shell.Visit) ([]byte, error) {
	tooLarge := fault.New(fault.TooLarge, "picture_too_large", "%s", v.T("items.picture_too_large", "kb", int64(admin.MaxPictureBytes>>10)))
	if err := v.R.ParseMultipartForm(formBytes); err != nil {
		var most *http.MaxBytesError
		if errors.As(err, &most) {
			return nil, tooLarge
		}
		return nil, nil //nolint:nilerr // a form without a file
	}
	file, _, err := v.R.FormFile("picture")
	if err != nil {
		return nil, nil //nolint:nilerr // no file was chosen
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, admin.MaxPictureBytes+1))
	if len(data) > admin.MaxPictureBytes {
		return nil, tooLarge
	}
	return data, err
}

// picture serves the picture of an item. Its address has its hash: browsers
// keep it for good.
func picture(v *shell.Visit) error {
	var p items.Picture
	var ok bool
	id, err := catalog.ParseID(v.Path("id"))
	if err == nil {
		err = v.Read(func(r *store.Reader) (err error) {
			p, ok, err = items.PictureOf(r, id)
			return err
		})
	} else {
		err = nil
	}
	if err == nil && (!ok || p.Hash != v.Path("hash")) {
		err = fault.New(fault.NotFound, "no_such_picture", "there is no such picture")
	}
	if err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", p.Kind)
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	_, _ = v.W.Write(p.Data) // who left needs none
	return nil
}

// shown is the address of an item's picture on our pages; those of others are
// not asked for.
func shown(i *catalog.Item) string {
	if strings.HasPrefix(i.Picture, "/items/") {
		return i.Picture
	}
	return ""
}

package floor

import (
	"net/url"
	"strconv"
	"strings"

	deskfloor "orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/ident"
	"orderly/internal/store"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
)

func toPack(v *shell.Visit) error {
	at, ok, err := place(v)
	if !ok || err != nil {
		return err
	}
	var l worklist
	err = v.Read(func(r *store.Reader) (err error) {
		if l.here, err = readHere(r, at, v.Now().UnixMicro()); err != nil {
			return err
		}
		l.Works, err = workIn(r, at, listed, fulfillment.Picked)
		return err
	})
	if err != nil {
		return err
	}
	return v.Page(v.T("floor.pack"), packListPage(v, l))
}

// packing is one fulfillment on the pack screen.
type packing struct {
	here
	*walk.Work
	Lines  []pickLine // Left is what may go into a parcel
	Faults shell.Faults
	Form   map[string]string // what was typed, after a refusal
	Key    string
	Made   string // the parcel that was just packed
	Weight int64  // what the picked units weigh by the catalog
}

func packPage(v *shell.Visit) error {
	return showPacking(v, nil)
}

func showPacking(v *shell.Visit, refused error) error {
	id, err := fulfillmentOf(v)
	if err != nil {
		return err
	}
	p := packing{Key: v.NewKey(), Form: map[string]string{}, Made: v.Query("made")}
	err = v.Read(func(r *store.Reader) (err error) {
		if p.Work, err = walk.One(r, id, walk.Parts{Items: true, Parcels: true}); err != nil {
			return err
		}
		p.here, err = readHere(r, p.Location, v.Now().UnixMicro())
		return err
	})
	if err != nil {
		return err
	}
	for i := range p.Work.Lines {
		l := &p.Work.Lines[i]
		if l.Item == nil || l.Picked == 0 {
			continue
		}
		p.Lines = append(p.Lines, pickLine{Line: *l, Title: titleOf(p.Order, l), Left: l.Picked})
		p.Weight += l.Item.WeightGrams * l.Picked / pow10(l.Item.Scale)
	}
	title := v.T("floor.pack_order", "number", strconv.FormatInt(p.Order.Number, 10))
	if refused == nil {
		return v.Page(title, packOne(v, p))
	}
	var ok bool
	if p.Faults, ok = shell.FaultsOf(refused); !ok {
		return refused
	}
	for _, name := range []string{"carrier", "tracking", "weight"} {
		p.Form[name] = v.Form(name)
	}
	for i := range p.Lines {
		name := lineField(p.Lines[i].Order)
		p.Form[name] = v.Form(name)
	}
	p.Key = v.Form("idempotency_key")
	return v.Again(title, packOne(v, p))
}

func pow10(n int) int64 {
	out := int64(1)
	for range n {
		out *= 10
	}
	return out
}

func lineField(n int) string { return "line_" + strconv.Itoa(n) }

func (p *packing) script() string {
	out := []scanLine{}
	for i := range p.Lines {
		l := &p.Lines[i]
		out = append(out, scanLine{Line: l.Order, SKU: l.Item.SKU, Name: l.Title, Left: l.Left, Codes: codesOf(&l.Line)})
	}
	return asJSON(out)
}

// value is what stands in a field of the form.
func (p *packing) value(name string) string { return p.Form[name] }

// pack closes a parcel with what the form says is in it.
func pack(v *shell.Visit) error {
	id, err := fulfillmentOf(v)
	if err != nil {
		return err
	}
	cmd := deskfloor.PackCommand{Fulfillment: id, Carrier: v.Form("carrier"), Tracking: v.Form("tracking")}
	var faults fault.List
	cmd.WeightGrams = gramsOf(v, v.Form("weight"), &faults)
	for name := range v.R.PostForm {
		n, err := strconv.Atoi(strings.TrimPrefix(name, "line_"))
		if err != nil || !strings.HasPrefix(name, "line_") {
			continue
		}
		if q := v.FormInt(name, &faults); q != 0 {
			cmd.Parts = append(cmd.Parts, fulfillment.Part{Line: n, Quantity: q})
		}
	}
	if len(cmd.Parts) == 0 {
		faults.Add("/", "empty", "%s", v.T("floor.pack_nothing"))
	}
	sortParts(cmd.Parts)
	err = faults.Err()
	made := ""
	if err == nil {
		r, failed := shell.Do(v, deskfloor.Pack, cmd)
		made, err = ident.Text("par", r.ID), failed
	}
	if err != nil {
		return showPacking(v, err)
	}
	v.Toast(v.T("floor.packed"))
	return v.Go("/floor/pack/" + id.String() + "?made=" + made)
}

func sortParts(list []fulfillment.Part) {
	for i := range list {
		for j := i; j > 0 && list[j].Line < list[j-1].Line; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
}

// gramsOf reads a weight in kilograms, "1.25" or "1,25".
func gramsOf(v *shell.Visit, text string, faults *fault.List) int64 {
	text = strings.ReplaceAll(text, ",", ".")
	if text == "" {
		return 0
	}
	whole, part, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole+(part + "000")[:3], 10, 64)
	if err != nil || n < 0 || len(part) > 3 {
		faults.Add("/weight", "invalid_number", "%s", v.T("floor.weight_bad"))
		return 0
	}
	return n
}

// parcelActs are the acts on a parcel that the floor offers, and the texts of
// what came of them.
var parcelActs = map[string]string{"unpack": "floor.unpacked", "ship": "floor.shipped", "unship": "floor.unshipped"}

// moveParcel does one act on a parcel and goes back to where it was asked.
func moveParcel(v *shell.Visit) error {
	id, err := fulfillment.ParseParcelID(v.Path("id"))
	done, ok := parcelActs[v.Form("act")]
	if err != nil || !ok {
		return fault.New(fault.NotFound, "no_such_parcel", "there is no such parcel, or no such act")
	}
	_, err = shell.Do(v, deskfloor.Parcel, deskfloor.ParcelCommand{Parcel: id, Act: v.Form("act")})
	return back(v, err, v.T(done), within(v.Form("back"), "/floor/ship"))
}

// within is an address of the floor that a form named, or another.
func within(address, other string) string {
	if strings.HasPrefix(address, "/floor/") && !strings.ContainsAny(address, "\\\r\n") {
		return address
	}
	return other
}

// parcelIcons are the signs of the acts on a parcel.
var parcelIcons = map[string]string{"unpack": "package-open", "ship": "truck", "unship": "undo-2"}

// parcelOffers are the acts that the floor does on a parcel as it is.
func parcelOffers(p *fulfillment.Parcel) []string {
	var out []string
	for _, act := range p.Actions() {
		if parcelActs[act] != "" {
			out = append(out, act)
		}
	}
	return out
}

func valueOr(value, other string) string {
	if value == "" {
		return other
	}
	return value
}

func kilos(v *shell.Visit, grams int64) string {
	if grams == 0 {
		return ""
	}
	return v.Quantity(grams, 3) + " kg"
}

// waveAddress is the pick list of the works in one walk.
func waveAddress(list []*walk.Work) string {
	q := url.Values{}
	for _, w := range list {
		q.Add("ful", w.ID.String())
	}
	return "/floor/paper/pick.pdf?" + q.Encode()
}

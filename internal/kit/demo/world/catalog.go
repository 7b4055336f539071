package world

import (
	"fmt"
	"math/rand/v2"
	"strconv"
)

// builder makes the catalog. It lives for one fillCatalog.
type builder struct {
	r        *rand.Rand
	items    []Item
	pence    []int64 // beside items
	cost     []int64 // hundredths of a penny, beside items
	models   map[string]int
	fitted   []fitted
	barcodes int
}

// fitted is a model that spare parts are sold for.
type fitted struct{ collection, form, origin string }

func (w *World) fillCatalog() error {
	n := w.opt.Items
	b := &builder{r: stream(w.opt.Seed, streamCatalog), models: map[string]int{}}
	b.made(FamilyKettle, kettles, share(FamilyKettle, n))
	b.made(FamilyBrewing, brewers, share(FamilyBrewing, n))
	b.made(FamilyMug, mugs, share(FamilyMug, n))
	b.made(FamilyTextile, textiles, share(FamilyTextile, n))
	b.coffee(share(FamilyCoffee, n))
	sets, cards := share(FamilyGiftSet, n), len(giftCardPounds)
	b.spares(share(FamilyPart, n))
	b.tea(n - len(b.items) - sets - cards)
	b.giftSets(sets)
	b.giftCards()
	if len(b.items) != n {
		return fmt.Errorf("the words reach for %d items of the %d wanted: add words to the tables", len(b.items), n)
	}
	w.Items = b.items
	w.prices = priceLists(b.pence, b.items)
	return nil
}

func share(name string, n int) int { return n * familyNamed(name).share / 100 }

// add appends the item. Pence is its price, cost is in hundredths of a penny.
func (b *builder) add(it Item, pence, cost int64) {
	it.Price = pounds(pence)
	it.Picture = PicturePath(it.SKU)
	b.items = append(b.items, it)
	b.pence = append(b.pence, pence)
	b.cost = append(b.cost, cost)
}

// model is a new model code of the family.
func (b *builder) model(f *family) string {
	b.models[f.prefix]++
	return f.prefix + "-" + string(appendPadded(nil, uint64(b.models[f.prefix]), 4))
}

func (b *builder) barcode(quantity int64) Barcode {
	b.barcodes++
	return Barcode{ean13(int(scatter(uint64(b.barcodes), barcodesInDemo))), quantity}
}

// pieceBarcodes is the barcode of one, for some items with that of a case.
func (b *builder) pieceBarcodes(caseSize int64, percent int) []Barcode {
	codes := []Barcode{b.barcode(1)}
	if chance(b.r, percent) {
		codes = append(codes, b.barcode(caseSize))
	}
	return codes
}

func (b *builder) whenShort(backorderPercent int) string {
	if chance(b.r, backorderPercent) {
		return WhenShortBackorder
	}
	return WhenShortRefuse
}

// made adds n variants of things from a workshop. One model is a collection, a
// form and a material; its variants are colors by sizes.
func (b *builder) made(familyName string, forms []form, n int) {
	f := familyNamed(familyName)
	type cut struct {
		form     *form
		material *material
	}
	var cuts []cut
	for i := range forms {
		for _, m := range forms[i].materials {
			cuts = append(cuts, cut{&forms[i], m})
		}
	}
	end := len(b.items) + n
	for _, x := range b.r.Perm(len(collections) * len(cuts)) {
		if len(b.items) == end {
			return
		}
		c := cuts[x/len(collections)]
		b.madeModel(f, collections[x%len(collections)], c.form, c.material, end)
	}
}

func (b *builder) madeModel(f *family, collection string, shape *form, m *material, end int) {
	code, origin := b.model(f), pick(b.r, m.origins)
	tier := int64(between(b.r, 88, 132))
	costPercent := int64(between(b.r, 30, 46))
	when := b.whenShort(60)
	caseSize, casePercent := int64(12), 25
	if shape.grams >= 500 {
		caseSize, casePercent = 6, 40
	}
	sizes := b.someSizes(shape.sizes)
	if f.name == FamilyKettle || f.name == FamilyBrewing {
		b.fitted = append(b.fitted, fitted{collection, shape.name, origin})
	}
	for _, paint := range b.somePaints(m.palette) {
		for _, s := range sizes {
			if len(b.items) == end {
				return
			}
			pence := charm(shape.pence * tier / 100 * s.percent / 100)
			b.add(Item{
				SKU:         join("-", code, paint.code, s.code),
				Name:        join(", ", collection+" "+m.name+" "+shape.name, s.name, paint.name),
				Family:      f.name,
				Kind:        KindStocked,
				Model:       code,
				Unit:        UnitPiece,
				Cost:        pounds(pence * costPercent / 100),
				WeightGrams: shape.grams * s.percent / 100,
				Barcodes:    b.pieceBarcodes(caseSize, casePercent),
				Fields:      fields(paint.name, m.name, origin, s.name),
				WhenShort:   when,
			}, pence, pence*costPercent)
		}
	}
}

func (b *builder) somePaints(palette []string) []color {
	n := min(len(palette), between(b.r, 2, 5))
	paints := make([]color, 0, n)
	for _, i := range b.r.Perm(len(palette))[:n] {
		c, _ := colorCoded(palette[i])
		paints = append(paints, c)
	}
	return paints
}

// someSizes keeps a run of sizes, so that a model has S and M but never S and L.
func (b *builder) someSizes(all []size) []size {
	n := between(b.r, 1, len(all))
	from := b.r.IntN(len(all) - n + 1)
	return all[from : from+n]
}

func join(sep string, words ...string) string {
	out := ""
	for _, w := range words {
		if w == "" {
			continue
		}
		if out != "" {
			out += sep
		}
		out += w
	}
	return out
}

// fields leaves out what does not apply.
func fields(colorName, materialName, origin, sizeName string) []Field {
	var out []Field
	for _, f := range []Field{
		{FieldColor, colorName}, {FieldMaterial, materialName}, {FieldOrigin, origin}, {FieldSize, sizeName},
	} {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}

// charm rounds a price up to an ending that shops like.
func charm(pence int64) int64 {
	if pence < 500 {
		return (pence + 4) / 5 * 5
	}
	for _, end := range []int64{0, 50, 95} {
		if pence%100 <= end {
			return pence - pence%100 + end
		}
	}
	return pence - pence%100 + 100
}

// pounds writes pence as a decimal of two places.
func pounds(pence int64) string {
	b := strconv.AppendInt(nil, pence/100, 10)
	b = append(b, '.')
	return string(appendPadded(b, uint64(pence%100), 2))
}

// poundsFine writes hundredths of a penny as a decimal of four places.
func poundsFine(n int64) string {
	b := strconv.AppendInt(nil, n/10_000, 10)
	b = append(b, '.')
	return string(appendPadded(b, uint64(n%10_000), 4))
}

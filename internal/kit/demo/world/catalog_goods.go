package world

import "strconv"

const (
	bagSteps  = 250  // a small bag of beans, in grams
	kiloSteps = 1000 // one whole kilogram
)

// coffee adds n kinds of beans, sold by weight. The barcodes are those of bags.
func (b *builder) coffee(n int) {
	f := familyNamed(FamilyCoffee)
	perOrigin := len(coffeeLots) * len(coffeeWashes) * len(coffeeRoasts)
	all := b.r.Perm(len(coffees) * perOrigin)
	for _, x := range all[:min(n, len(all))] {
		c, rest := coffees[x/perOrigin], x%perOrigin
		lot := coffeeLots[rest%len(coffeeLots)]
		rest /= len(coffeeLots)
		wash, roast := coffeeWashes[rest%len(coffeeWashes)], coffeeRoasts[rest/len(coffeeWashes)]
		pence := (c.pence*int64(between(b.r, 92, 124))/100 + 49) / 50 * 50
		cost := pence*int64(between(b.r, 36, 48)) + int64(b.r.IntN(100))
		b.add(Item{
			SKU:         b.model(f),
			Name:        join(", ", join(" ", c.name, lot), wash, roast+" Beans"),
			Family:      f.name,
			Kind:        KindStocked,
			Unit:        UnitKilogram,
			Scale:       KilogramScale,
			Cost:        poundsFine(cost),
			WeightGrams: kiloSteps,
			Barcodes:    []Barcode{b.barcode(bagSteps), b.barcode(kiloSteps)},
			Fields:      fields("", "Arabica beans", c.origin, ""),
			WhenShort:   b.whenShort(70),
			LotTracked:  true,
		}, pence, cost)
	}
}

// tea adds n packs of tea: a blend comes in some of the packs.
func (b *builder) tea(n int) {
	f := familyNamed(FamilyTea)
	end := len(b.items) + n
	for _, x := range b.r.Perm(len(teas) * len(houseNames)) {
		if len(b.items) >= end {
			return
		}
		b.teaModel(f, houseNames[x/len(teas)], teas[x%len(teas)], end)
	}
}

func (b *builder) teaModel(f *family, house string, t drink, end int) {
	code, when := b.model(f), b.whenShort(50)
	tier := int64(between(b.r, 92, 118))
	from := b.r.IntN(2)
	for _, p := range teaPacks[from : from+between(b.r, 2, len(teaPacks)-from)] {
		if len(b.items) == end {
			return
		}
		pence := charm(t.pence * tier / 100 * p.percent / 100)
		cost := pence*int64(between(b.r, 28, 40)) + int64(b.r.IntN(100))
		b.add(Item{
			SKU:         code + "-" + p.code,
			Name:        house + " " + t.name + ", " + p.name,
			Family:      f.name,
			Kind:        KindStocked,
			Model:       code,
			Unit:        UnitPiece,
			Cost:        poundsFine(cost),
			WeightGrams: p.grams,
			Barcodes:    b.pieceBarcodes(12, 50),
			Fields:      fields("", "Tea", t.origin, p.name),
			WhenShort:   when,
			LotTracked:  true,
		}, pence, cost)
	}
}

// spares adds n parts for models that the catalog has.
func (b *builder) spares(n int) {
	f := familyNamed(FamilyPart)
	type spare struct {
		part *part
		fitted
	}
	var all []spare
	seen := map[string]bool{}
	for _, m := range b.fitted {
		if seen[m.collection+m.form] {
			continue
		}
		seen[m.collection+m.form] = true
		for i := range parts {
			for _, fits := range parts[i].fits {
				if fits == m.form {
					all = append(all, spare{&parts[i], m})
				}
			}
		}
	}
	order := b.r.Perm(len(all))
	for _, x := range order[:min(n, len(order))] {
		s := all[x]
		pence := charm(s.part.pence * int64(between(b.r, 90, 130)) / 100)
		costPercent := int64(between(b.r, 20, 35))
		b.add(Item{
			SKU:         b.model(f),
			Name:        s.part.name + " for " + s.collection + " " + s.form,
			Family:      f.name,
			Kind:        KindStocked,
			Unit:        UnitPiece,
			Cost:        pounds(pence * costPercent / 100),
			WeightGrams: s.part.grams,
			Barcodes:    b.pieceBarcodes(12, 10),
			Fields:      fields("", "", s.origin, ""),
			WhenShort:   b.whenShort(80),
		}, pence, pence*costPercent)
	}
}

// giftSets adds n bundles of two to four stocked items.
func (b *builder) giftSets(n int) {
	f := familyNamed(FamilyGiftSet)
	leaves := b.leavesByFamily()
	perHouse := len(giftOccasions) * len(giftForms)
	all := b.r.Perm(len(houseNames) * perHouse)
	for _, x := range all[:min(n, len(all))] {
		occasion := giftOccasions[x%perHouse/len(giftForms)]
		shape := giftForms[x%len(giftForms)]
		b.giftSet(f, houseNames[x/perHouse]+" "+occasion+" "+shape, b.giftRecipe(occasion, shape), leaves)
	}
}

func (b *builder) leavesByFamily() map[string][]int {
	leaves := map[string][]int{}
	for i := range b.items {
		leaves[b.items[i].Family] = append(leaves[b.items[i].Family], i)
	}
	return leaves
}

// giftRecipe says of which families a set is made, no family twice.
func (b *builder) giftRecipe(occasion, shape string) []string {
	drink := FamilyTea
	if occasion == "First Coffee" || (occasion != "First Tea" && chance(b.r, 40)) {
		drink = FamilyCoffee
	}
	switch shape {
	case "Letterbox Gift":
		return []string{FamilyTea, FamilyCoffee}
	case "Hamper":
		return []string{drink, FamilyMug, FamilyTextile, FamilyBrewing}
	case "Gift Box":
		return []string{drink, FamilyMug, FamilyTextile}
	}
	return []string{drink, FamilyMug}
}

func (b *builder) giftSet(f *family, name string, recipe []string, leaves map[string][]int) {
	var components []Component
	var pence, cost, grams int64 // pence and cost by the thousandth
	for _, from := range recipe {
		i := pick(b.r, leaves[from])
		quantity := int64(1)
		switch from {
		case FamilyMug:
			quantity = int64(between(b.r, 1, 2))
		case FamilyCoffee:
			quantity = bagSteps
		}
		thousandths := quantity * 1000 / b.items[i].Step()
		components = append(components, Component{b.items[i].SKU, quantity})
		pence += b.pence[i] * thousandths
		cost += b.cost[i] * thousandths
		grams += b.items[i].WeightGrams * thousandths
	}
	price := charm(pence / 1000 * 92 / 100)
	b.add(Item{
		SKU:         b.model(f),
		Name:        name,
		Family:      f.name,
		Kind:        KindBundle,
		Unit:        UnitPiece,
		Cost:        poundsFine(cost / 1000),
		WeightGrams: grams / 1000,
		Barcodes:    []Barcode{b.barcode(1)},
		WhenShort:   b.whenShort(40),
		Components:  components,
	}, price, cost/1000)
}

// giftCards adds the digital gift card, one item for each amount.
func (b *builder) giftCards() {
	f := familyNamed(FamilyGiftCard)
	for _, amount := range giftCardPounds {
		text := strconv.FormatInt(amount, 10)
		b.add(Item{
			SKU:       f.prefix + "-" + text,
			Name:      "Digital Gift Card, £" + text,
			Family:    f.name,
			Kind:      KindDigital,
			Model:     f.prefix,
			Unit:      UnitPiece,
			Cost:      "0.00",
			WhenShort: WhenShortBackorder,
		}, amount*100, 0)
	}
}

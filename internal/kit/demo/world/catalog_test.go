package world_test

import (
	"math/big"
	"regexp"
	"testing"

	"pgregory.net/rapid"

	"orderly/internal/kit/demo/world"
)

var (
	pricePattern = regexp.MustCompile(`^[0-9]+\.[0-9]{2}$`)
	costPattern  = regexp.MustCompile(`^[0-9]+\.([0-9]{2}|[0-9]{4})$`)
	skuPattern   = regexp.MustCompile(`^[A-Z]{3}(-[A-Z0-9]+)+$`)
)

// ean13Valid weighs all thirteen digits, as a scanner does.
func ean13Valid(code string) bool {
	if len(code) != 13 {
		return false
	}
	sum := 0
	for i, c := range code {
		if c < '0' || c > '9' {
			return false
		}
		weight := 1
		if i%2 == 1 {
			weight = 3
		}
		sum += weight * int(c-'0')
	}
	return sum%10 == 0
}

func TestEAN13Valid(t *testing.T) {
	for code, want := range map[string]bool{
		"4006381333931": true, "5901234123457": true,
		"4006381333932": false, "400638133393": false, "40063813339x1": false,
	} {
		if got := ean13Valid(code); got != want {
			t.Errorf("ean13Valid(%q) = %t, want %t", code, got, want)
		}
	}
}

func checkCatalog(t rapid.TB, w *world.World) {
	skus, names, codes := map[string]*world.Item{}, map[string]bool{}, map[string]bool{}
	for i := range w.Items {
		it := &w.Items[i]
		if skus[it.SKU] != nil || names[it.Name] {
			t.Fatalf("SKU or name is used twice: %s %s", it.SKU, it.Name)
		}
		skus[it.SKU], names[it.Name] = it, true
		for _, b := range it.Barcodes {
			if codes[b.Code] || !ean13Valid(b.Code) || b.Code[:3] != "952" || b.Quantity < 1 {
				t.Fatalf("%s has a bad barcode %+v", it.SKU, b)
			}
			codes[b.Code] = true
		}
		checkItem(t, it)
	}
	for _, it := range skus {
		for _, c := range it.Components {
			leaf := skus[c.SKU]
			if leaf == nil || leaf.Kind != world.KindStocked || c.Quantity < 1 {
				t.Fatalf("bundle %s has a component that is no stocked item: %+v", it.SKU, c)
			}
		}
	}
}

func checkItem(t rapid.TB, it *world.Item) {
	switch {
	case !skuPattern.MatchString(it.SKU):
		t.Fatalf("strange SKU %q", it.SKU)
	case !pricePattern.MatchString(it.Price) || !costPattern.MatchString(it.Cost):
		t.Fatalf("%s has price %q and cost %q", it.SKU, it.Price, it.Cost)
	case decimal(t, it.Price).Cmp(decimal(t, it.Cost)) <= 0:
		t.Fatalf("%s costs %s and sells at %s", it.SKU, it.Cost, it.Price)
	case it.Picture != "/picture/"+it.SKU+".svg":
		t.Fatalf("%s has picture %q", it.SKU, it.Picture)
	case it.WhenShort != world.WhenShortBackorder && it.WhenShort != world.WhenShortRefuse:
		t.Fatalf("%s has when-short policy %q", it.SKU, it.WhenShort)
	case (it.Kind == world.KindDigital) != (it.WeightGrams == 0):
		t.Fatalf("%s is %s and weighs %d g", it.SKU, it.Kind, it.WeightGrams)
	case (it.Kind == world.KindBundle) != (len(it.Components) > 0):
		t.Fatalf("%s is %s and has %d components", it.SKU, it.Kind, len(it.Components))
	case (it.Kind == world.KindDigital) != (len(it.Barcodes) == 0):
		t.Fatalf("%s is %s and has %d barcodes", it.SKU, it.Kind, len(it.Barcodes))
	case (it.Family == world.FamilyCoffee) != (it.Unit == world.UnitKilogram && it.Scale == 3 && it.Step() == 1000):
		t.Fatalf("%s is %s in %s of scale %d", it.SKU, it.Family, it.Unit, it.Scale)
	}
}

func decimal(t rapid.TB, text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is no decimal", text)
	}
	return r
}

func TestCatalogHoldsForAnySeed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkCatalog(t, smallWorld(t)) })
}

func TestLargestCatalog(t *testing.T) {
	for seed := range uint64(5) {
		w := newWorld(t, world.Options{Seed: seed, Items: world.MaxItems})
		if len(w.Items) != world.MaxItems {
			t.Fatalf("seed %d gives %d items, want %d", seed, len(w.Items), world.MaxItems)
		}
		checkCatalog(t, w)
	}
}

func TestDefaultCatalogHasSomeOfEverything(t *testing.T) {
	w := newWorld(t, world.Options{Seed: 1})
	if len(w.Items) != world.DefaultItems {
		t.Errorf("%d items, want %d", len(w.Items), world.DefaultItems)
	}
	got, models := map[string]int{}, map[string]int{}
	for i := range w.Items {
		it := &w.Items[i]
		got[it.Family]++
		got[it.WhenShort]++
		models[it.Model]++
		for _, f := range it.Fields {
			got[f.Key]++
		}
		for _, b := range it.Barcodes {
			if it.Scale == 0 && b.Quantity > 1 {
				got[map[int64]string{6: "case of 6", 12: "case of 12"}[b.Quantity]]++
			}
		}
		if it.Family == world.FamilyTextile && models[it.Model] > 1 {
			got["textile variant"]++
		}
	}
	if n := got[""]; n > 0 {
		t.Errorf("%d case barcodes stand for neither 6 nor 12", n)
	}
	for name, atLeast := range map[string]int{
		world.FamilyKettle: 20, world.FamilyBrewing: 20, world.FamilyMug: 50, world.FamilyTea: 60, world.FamilyCoffee: 40,
		world.FamilyTextile: 50, world.FamilyGiftSet: 20, world.FamilyPart: 15, world.FamilyGiftCard: 4,
		world.WhenShortBackorder: 100, world.WhenShortRefuse: 80, "case of 6": 10, "case of 12": 40, "textile variant": 40,
		world.FieldColor: 150, world.FieldMaterial: 250, world.FieldOrigin: 350, world.FieldSize: 100,
	} {
		if got[name] < atLeast {
			t.Errorf("%d of %s, want %d or more", got[name], name, atLeast)
		}
	}
}

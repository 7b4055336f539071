package world

// Families of items. Each has its SKU prefix, its picture and its own words.
const (
	FamilyKettle   = "kettle"
	FamilyBrewing  = "brewing"
	FamilyMug      = "mug"
	FamilyTea      = "tea"
	FamilyCoffee   = "coffee"
	FamilyTextile  = "textile"
	FamilyGiftSet  = "gift_set"
	FamilyPart     = "part"
	FamilyGiftCard = "gift_card"
)

// Kinds of items.
const (
	KindStocked = "stocked"
	KindBundle  = "bundle"  // sold as one, made of its components
	KindDigital = "digital" // never on a shelf
)

// What to do with an order line when stock is short.
const (
	WhenShortBackorder = "backorder"
	WhenShortRefuse    = "refuse"
)

// Units of quantity. A quantity is an integer of steps; Scale decimals of it
// are behind the point, so 250 steps of a kilogram of scale 3 are 0.250 kg.
const (
	UnitPiece    = "piece"
	UnitKilogram = "kg"

	KilogramScale = 3
)

// Item is one thing in the catalog. Price is per unit, tax included.
type Item struct {
	SKU         string
	Name        string
	Family      string
	Kind        string
	Model       string // shared by the variants of one model
	Unit        string
	Scale       int
	Price       string // decimal, two places
	Cost        string // decimal, two or four places
	WeightGrams int64  // of one whole unit
	Barcodes    []Barcode
	Picture     string // address of the picture
	Fields      []Field
	WhenShort   string
	LotTracked  bool // stock of it comes in lots that expire
	Components  []Component
}

// Barcode is an EAN-13 and how many steps of the item one scan of it stands for.
type Barcode struct {
	Code     string
	Quantity int64
}

// Field is the value of one custom field.
type Field struct {
	Key   string
	Value string
}

// Component is a part of a bundle: steps of a stocked item.
type Component struct {
	SKU      string
	Quantity int64
}

// Step is how many steps make one whole unit of the item.
func (it *Item) Step() int64 {
	n := int64(1)
	for range it.Scale {
		n *= 10
	}
	return n
}

// family is what all items of one family have in common.
type family struct {
	name      string
	prefix    string
	share     int // percent of the catalog
	coolness  int // how far behind its items stand in popularity
	aisle     byte
	unitsSold int // expected pieces of an order line, in tenths

	// Of its pictures: outline, backdrop, and paints where the SKU names none.
	line, tint string
	paints     []string
}

// The shares leave a little over for tea, which fills the catalog up. Gift
// cards have no share: there is one for each amount.
var families = []family{
	{FamilyKettle, "KET", 7, 250, 'A', 12, "#2f4a3e", "#e4efe8", []string{"#4f7563"}},
	{FamilyBrewing, "BRW", 9, 200, 'B', 14, "#364560", "#e5ebf4", []string{"#5a6f8f"}},
	{FamilyMug, "MUG", 19, 100, 'C', 24, "#6b3a26", "#f8e9e1", []string{"#c0714f"}},
	{FamilyTea, "TEA", 0, 0, 'D', 24, "#37491f", "#eef3e0", []string{"#6d8b3c", "#8aa457", "#b89b3d", "#4f7f6c", "#a8613f"}},
	{FamilyCoffee, "COF", 12, 0, 'E', 24, "#3d2718", "#f1e7df", []string{"#7a5238", "#9a6a45", "#c08a5a", "#5b6f76", "#a4553f"}},
	{FamilyTextile, "TEX", 20, 200, 'F', 24, "#6b5228", "#f7efdf", []string{"#b08a4a"}},
	{FamilyPart, "PRT", 5, 700, 'G', 14, "#474b51", "#ebecee", []string{"#8d9299", "#a5a29a", "#7d8b94"}},
	{FamilyGiftSet, "SET", 7, 100, 'H', 12, "#64243a", "#f8e4e9", []string{"#a8475f", "#c4697b", "#7f5a8c", "#c98a4b"}},
	{FamilyGiftCard, "GFT", 0, 0, 'Z', 10, "#1f4f55", "#dff0f1", []string{"#3f7f86", "#5a9a7d", "#6f7fb0", "#b5727f"}},
}

func familyNamed(name string) *family {
	for i := range families {
		if families[i].name == name {
			return &families[i]
		}
	}
	return nil
}

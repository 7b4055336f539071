package world

// color is one finish that a made thing comes in. Its code ends up in the SKU
// and its paint in the picture.
type color struct{ code, name, paint string }

var colors = []color{
	{"SGE", "Sage", "#9caf88"},
	{"MOS", "Moss", "#5d7052"},
	{"OAT", "Oat", "#d8c9ae"},
	{"CRM", "Cream", "#f3ead7"},
	{"CHL", "Chalk White", "#f4f4f0"},
	{"SLT", "Slate", "#5b6670"},
	{"INK", "Ink Blue", "#2c3e5c"},
	{"SKY", "Sky Blue", "#9dbfd6"},
	{"TER", "Terracotta", "#c66b4c"},
	{"RST", "Rust", "#a4502f"},
	{"MUS", "Mustard", "#d4a32f"},
	{"PLM", "Plum", "#6f3f5c"},
	{"BLS", "Blush", "#e3b7ac"},
	{"CHR", "Charcoal", "#3a3d40"},
	{"BLK", "Matt Black", "#232425"},
	{"STL", "Brushed Steel", "#b7bcc1"},
	{"COP", "Copper", "#b87348"},
	{"BRA", "Brass", "#c2a04e"},
	{"CLR", "Clear", "#cfe3e6"},
	{"SMK", "Smoked Grey", "#8a8f94"},
	{"AMB", "Amber", "#c98a3b"},
}

func colorCoded(code string) (color, bool) {
	for _, c := range colors {
		if c.code == code {
			return c, true
		}
	}
	return color{}, false
}

// material is what a thing is made of, in which colors and where.
type material struct {
	name    string
	palette []string // color codes
	origins []string
}

var (
	glazes = []string{"SGE", "MOS", "OAT", "CRM", "CHL", "SLT", "INK", "SKY", "TER", "MUS", "BLS", "CHR"}
	dyes   = []string{"SGE", "MOS", "OAT", "CHL", "SLT", "INK", "SKY", "TER", "RST", "MUS", "PLM", "BLS", "CHR"}
	metals = []string{"STL", "BLK", "COP", "BRA", "CHR"}
	tints  = []string{"CLR", "SMK", "AMB"}

	stoneware = &material{"Stoneware", glazes, []string{"GB", "PT"}}
	porcelain = &material{"Porcelain", []string{"CHL", "CRM", "SKY", "BLS", "INK", "SGE"}, []string{"JP", "DE", "PT"}}
	enamel    = &material{"Enamel", []string{"CRM", "SGE", "INK", "SLT", "MUS", "RST", "CHL"}, []string{"PL", "AT"}}
	steel     = &material{"Steel", metals, []string{"CN", "JP", "DE"}}
	glass     = &material{"Glass", tints, []string{"CZ", "DE", "CN"}}
	castIron  = &material{"Cast Iron", []string{"BLK", "MOS", "INK", "RST"}, []string{"JP", "CN"}}
	linen     = &material{"Linen", dyes, []string{"LT", "IE", "FR"}}
	cotton    = &material{"Organic Cotton", dyes, []string{"IN", "TR"}}
	waffle    = &material{"Waffle Cotton", dyes, []string{"PT", "TR"}}
)

// size is a variant of a form: price and weight in percent of the form's own.
type size struct {
	code, name string
	percent    int64
}

// form is a kind of made thing.
type form struct {
	name      string
	pence     int64
	grams     int64
	sizes     []size
	materials []*material
}

var (
	oneSize  = []size{{"", "", 100}}
	cupSizes = []size{{"S", "250 ml", 85}, {"M", "350 ml", 100}, {"L", "450 ml", 120}}
	potSizes = []size{{"S", "0.6 L", 85}, {"M", "0.9 L", 100}, {"L", "1.2 L", 120}}
	hobSizes = []size{{"S", "1.0 L", 90}, {"M", "1.4 L", 100}, {"L", "1.7 L", 115}}
	wearable = []size{{"S", "S/M", 100}, {"L", "L/XL", 106}}
	tableTop = []size{{"S", "150 × 150 cm", 90}, {"M", "150 × 230 cm", 120}, {"L", "150 × 300 cm", 150}}
	runner   = []size{{"S", "40 × 140 cm", 95}, {"L", "40 × 200 cm", 125}}
	mitts    = []size{{"S", "Single", 60}, {"D", "Double", 100}}

	kettles = []form{
		{"Stovetop Kettle", 5400, 1150, hobSizes, []*material{enamel, steel}},
		{"Whistling Kettle", 4800, 1100, hobSizes, []*material{enamel, steel}},
		{"Gooseneck Kettle", 6900, 900, hobSizes[:2], []*material{enamel, steel}},
		{"Electric Kettle", 7900, 1350, hobSizes, []*material{steel, glass}},
		{"Camp Kettle", 3200, 620, hobSizes[:2], []*material{enamel, steel}},
	}
	brewers = []form{
		{"Teapot", 3800, 850, potSizes, []*material{stoneware, porcelain, castIron, glass}},
		{"Cafetière", 3400, 720, potSizes, []*material{steel, glass, stoneware}},
		{"Pour-Over Dripper", 2200, 380, oneSize, []*material{stoneware, porcelain, steel}},
		{"Hand Grinder", 6200, 560, oneSize, []*material{steel}},
		{"Cold Brew Bottle", 2600, 450, potSizes[:2], []*material{glass}},
		{"Tea Strainer", 950, 60, oneSize, []*material{steel}},
		{"Storage Canister", 1900, 420, potSizes, []*material{stoneware, enamel, glass, steel}},
	}
	mugs = []form{
		{"Mug", 1450, 360, cupSizes, []*material{stoneware, porcelain, enamel}},
		{"Espresso Cup", 950, 150, oneSize, []*material{stoneware, porcelain}},
		{"Latte Bowl", 1650, 420, cupSizes[1:], []*material{stoneware, porcelain}},
		{"Tumbler", 1250, 280, cupSizes[:2], []*material{stoneware, enamel, glass}},
		{"Tea Cup & Saucer", 1850, 410, oneSize, []*material{stoneware, porcelain}},
		{"Travel Cup", 2200, 310, cupSizes[:2], []*material{steel, porcelain}},
	}
	textiles = []form{
		{"Tea Towel", 1200, 120, oneSize, []*material{linen, cotton, waffle}},
		{"Apron", 3400, 340, wearable, []*material{linen, cotton}},
		{"Oven Glove", 2400, 260, mitts, []*material{linen, cotton}},
		{"Table Runner", 3600, 300, runner, []*material{linen, cotton, waffle}},
		{"Napkins, Set of 4", 2800, 220, oneSize, []*material{linen, cotton}},
		{"Tablecloth", 6800, 780, tableTop, []*material{linen, cotton}},
		{"Tea Cosy", 2200, 180, mitts[:1], []*material{linen, cotton, waffle}},
	}
)

// collections name the ranges of made things.
var collections = []string{
	"Harbour", "Rowan", "Larch", "Pennine", "Beacon", "Marram", "Heather", "Bracken", "Fell", "Tarn",
	"Wold", "Kestrel", "Curlew", "Plover", "Sorrel", "Thistle", "Juniper", "Hazel", "Alder", "Willow",
	"Moorland", "Dale", "Estuary", "Shingle", "Lantern", "Orchard", "Cobble", "Saltmarsh", "Fenland", "Copse",
	"Hollow", "Ridge", "Brook", "Linnet", "Wren", "Dunlin", "Teasel", "Campion", "Yarrow", "Foxglove",
	"Clover", "Burdock", "Samphire", "Lichen", "Limestone", "Granite", "Cairn", "Hawthorn",
}

// part is a spare for some forms.
type part struct {
	name         string
	fits         []string
	pence, grams int64
}

var parts = []part{
	{"Spare Lid", []string{"Stovetop Kettle", "Whistling Kettle", "Gooseneck Kettle", "Camp Kettle", "Teapot", "Storage Canister"}, 850, 140},
	{"Lid Knob", []string{"Stovetop Kettle", "Gooseneck Kettle", "Teapot"}, 350, 25},
	{"Handle Grip", []string{"Stovetop Kettle", "Whistling Kettle", "Gooseneck Kettle", "Camp Kettle"}, 550, 60},
	{"Whistle Cap", []string{"Stovetop Kettle", "Whistling Kettle"}, 450, 35},
	{"Limescale Filter", []string{"Electric Kettle"}, 495, 20},
	{"Power Base", []string{"Electric Kettle"}, 1900, 410},
	{"Silicone Seal", []string{"Electric Kettle", "Cold Brew Bottle", "Storage Canister", "Camp Kettle"}, 295, 12},
	{"Infuser Basket", []string{"Teapot", "Cold Brew Bottle"}, 650, 45},
	{"Replacement Beaker", []string{"Cafetière"}, 1200, 260},
	{"Plunger Mesh", []string{"Cafetière"}, 395, 18},
	{"Burr Set", []string{"Hand Grinder"}, 1650, 90},
	{"Crank Handle", []string{"Hand Grinder"}, 795, 110},
	{"Paper Filters, Pack of 100", []string{"Pour-Over Dripper"}, 525, 130},
}

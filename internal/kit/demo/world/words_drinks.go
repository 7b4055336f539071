package world

// drink is a tea or a coffee: where it comes from and what a unit costs.
type drink struct {
	name   string
	origin string
	pence  int64 // a tea: 100 g; a coffee: 1 kg
}

var teas = []drink{
	{"Assam", "IN", 620}, {"Darjeeling First Flush", "IN", 1450}, {"Darjeeling Second Flush", "IN", 1250},
	{"Nilgiri", "IN", 680}, {"English Breakfast", "IN", 590}, {"Irish Breakfast", "IN", 590},
	{"Earl Grey", "LK", 640}, {"Lady Grey", "LK", 660}, {"Ceylon Orange Pekoe", "LK", 650},
	{"Uva", "LK", 790}, {"Dimbula", "LK", 760}, {"Kenyan Breakfast", "KE", 560},
	{"Malawi Black", "MW", 720}, {"Rwanda Black", "RW", 700}, {"Keemun", "CN", 980},
	{"Lapsang Souchong", "CN", 860}, {"Yunnan Gold", "CN", 1290}, {"Gunpowder", "CN", 640},
	{"Dragon Well", "CN", 1680}, {"Jasmine Pearls", "CN", 1750}, {"Jasmine Green", "CN", 780},
	{"White Peony", "CN", 1380}, {"Silver Needle", "CN", 2150}, {"Aged Pu-erh", "CN", 1540},
	{"Iron Goddess Oolong", "CN", 1490}, {"Milk Oolong", "TW", 1620}, {"Oriental Beauty", "TW", 2280},
	{"High Mountain Oolong", "TW", 1980}, {"Sencha", "JP", 1180}, {"Genmaicha", "JP", 960},
	{"Hojicha", "JP", 1040}, {"Gyokuro", "JP", 2490}, {"Kukicha", "JP", 990},
	{"Masala Chai", "IN", 690}, {"Decaf Breakfast", "LK", 720}, {"Smoky Caravan", "CN", 890},
	{"Rooibos", "ZA", 540}, {"Vanilla Rooibos", "ZA", 590}, {"Honeybush", "ZA", 610},
	{"Peppermint", "GB", 490}, {"Chamomile", "HR", 570}, {"Lemon & Ginger", "PE", 560},
	{"Lemon Verbena", "FR", 740}, {"Elderflower & Mint", "GB", 680}, {"Rose & Hibiscus", "EG", 620},
	{"Blackcurrant & Apple", "GB", 590}, {"Nettle & Fennel", "GB", 540}, {"Turmeric & Orange", "IN", 610},
}

// teaPacks are the variants of a tea; percent is of the price of 100 g.
var teaPacks = []struct {
	size
	grams int64
}{
	{size{"T15", "15 Pyramid Bags", 70}, 45},
	{size{"C75", "Caddy 75 g", 115}, 190},
	{size{"P125", "Loose Leaf 125 g", 120}, 140},
	{size{"P250", "Loose Leaf 250 g", 215}, 270},
}

var coffees = []drink{
	{"Ethiopia Yirgacheffe", "ET", 3200}, {"Ethiopia Sidama", "ET", 3000}, {"Ethiopia Guji", "ET", 3300},
	{"Kenya Nyeri", "KE", 3500}, {"Kenya Kirinyaga", "KE", 3450}, {"Rwanda Lake Kivu", "RW", 2900},
	{"Burundi Kayanza", "BI", 2850}, {"Tanzania Mbeya", "TZ", 2750}, {"Uganda Rwenzori", "UG", 2450},
	{"Colombia Huila", "CO", 2700}, {"Colombia Nariño", "CO", 2850}, {"Colombia Cauca", "CO", 2650},
	{"Brazil Cerrado", "BR", 2200}, {"Brazil Sul de Minas", "BR", 2150}, {"Brazil Mogiana", "BR", 2250},
	{"Guatemala Huehuetenango", "GT", 2800}, {"Guatemala Antigua", "GT", 2900}, {"Honduras Marcala", "HN", 2350},
	{"El Salvador Santa Ana", "SV", 2650}, {"Nicaragua Jinotega", "NI", 2400}, {"Costa Rica Tarrazú", "CR", 3100},
	{"Panama Boquete", "PA", 4600}, {"Peru Cajamarca", "PE", 2450}, {"Mexico Chiapas", "MX", 2400},
	{"Sumatra Mandheling", "ID", 2700}, {"Java Preanger", "ID", 2750}, {"India Monsooned Malabar", "IN", 2300},
	{"Papua New Guinea Sigri", "PG", 2850},
}

var (
	coffeeLots   = []string{"", "Peaberry", "Reserve", "Micro-Lot 4", "Micro-Lot 7", "Micro-Lot 12", "Micro-Lot 18", "Decaf", "Harvest Lot", "Ridge Lot", "Valley Lot", "Terrace Lot"}
	coffeeWashes = []string{"Washed", "Natural", "Honey"}
	coffeeRoasts = []string{"Light Roast", "Medium Roast", "Dark Roast"}
)

// houseNames tell apart the merchant's own blends and gift sets.
var houseNames = []string{
	"Hedgerow", "First Light", "Old Mill", "Wild Hare", "Rainy Day", "Long Barn", "Quiet Hour", "Kitchen Table",
	"North Wind", "Blue Door", "Tall Ship", "Garden Gate", "Slow Train", "Village Hall", "Stone Bridge", "Paper Boat",
	"Red Fox", "Back Porch", "High Tide", "Winter Coat", "Window Seat", "Market Day", "Little Owl", "Lighthouse",
	"Potting Shed", "Attic Room", "River Bend", "Toast Rack", "Bell Tower", "Allotment", "Bookshop", "Sea Glass",
	"Fireside", "Night Ferry", "Stepping Stone", "Walled Garden", "Apple Loft", "Snow Day", "Brass Band", "Pocket Watch",
	"Fishing Boat", "Woodpile", "Sunday Paper", "Rooftop",
}

var (
	giftOccasions = []string{"Morning", "Afternoon", "New Home", "Thank You", "Birthday", "Slow Sunday", "Get Well", "Wedding", "Good Neighbour", "Midwinter", "Picnic", "Study Break", "First Tea", "First Coffee"}
	giftForms     = []string{"Gift Box", "Gift Set", "Hamper", "Letterbox Gift"}
)

// giftCardPounds are the amounts that the digital gift card is sold in.
var giftCardPounds = []int64{10, 25, 50, 100}

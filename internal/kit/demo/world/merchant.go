package world

// Merchant is the firm that all else belongs to.
type Merchant struct {
	Name     string
	Currency string // ISO 4217
	Zone     string // IANA time zone
	Country  string // ISO 3166 alpha-2
	Email    string
	Phone    string
	Fields   []FieldDef // custom fields that items carry
}

// FieldDef declares one custom field of items. Keys and labels are the
// merchant's own words, in its own spelling.
type FieldDef struct {
	Key   string
	Label string
	Type  string // always "text"
}

// Keys of the custom fields of items.
const (
	FieldColor    = "colour"
	FieldMaterial = "material"
	FieldOrigin   = "country_of_origin" // ISO 3166 alpha-2
	FieldSize     = "size"
)

// Codes of the channels that orders come through.
const (
	ChannelWeb         = "web"
	ChannelPhone       = "phone"
	ChannelMarketplace = "marketplace"
	ChannelShop        = "shop"
)

// Channel is one way that orders come in.
type Channel struct {
	Code string
	Name string
}

// Codes and kinds of the locations.
const (
	Leicester = "LEI"
	Leeds     = "LDS"
	Bristol   = "BRS"

	KindWarehouse = "warehouse"
	KindShop      = "shop"
)

// Location is a place that holds stock.
type Location struct {
	Code      string
	Name      string
	Kind      string
	Address   Address
	Phone     string
	Latitude  int64 // microdegrees, north positive
	Longitude int64 // microdegrees, east positive
	Priority  int   // 1 is asked first
}

// Address is a postal address.
type Address struct {
	Name     string
	Company  string
	Line1    string
	Line2    string
	City     string
	Region   string
	Postcode string
	Country  string // ISO 3166 alpha-2
}

func merchant() Merchant {
	return Merchant{
		Name:     "Fern & Kettle",
		Currency: "GBP",
		Zone:     "Europe/London",
		Country:  "GB",
		Email:    "hello@example.com",
		Phone:    "+44 116 496 0100",
		Fields: []FieldDef{
			{FieldColor, "Colour", "text"},
			{FieldMaterial, "Material", "text"},
			{FieldOrigin, "Country of origin", "text"},
			{FieldSize, "Size", "text"},
		},
	}
}

func channels() []Channel {
	return []Channel{
		{ChannelWeb, "Fern & Kettle online"},
		{ChannelPhone, "Phone orders"},
		{ChannelMarketplace, "Marketplace"},
		{ChannelShop, "Bristol shop"},
	}
}

func locations() []Location {
	return []Location{
		{
			Code: Leicester, Name: "Leicester warehouse", Kind: KindWarehouse,
			Address: Address{Company: "Fern & Kettle", Line1: "Unit 4, Kettlewick Park", Line2: "Bracken Way",
				City: "Leicester", Region: "Leicestershire", Postcode: "LE4 9XY", Country: "GB"},
			Phone: "+44 116 496 0101", Latitude: 52_636_900, Longitude: -1_139_800, Priority: 1,
		},
		{
			Code: Leeds, Name: "Leeds warehouse", Kind: KindWarehouse,
			Address: Address{Company: "Fern & Kettle", Line1: "12 Tallowford Dock", City: "Leeds",
				Region: "West Yorkshire", Postcode: "LS10 1ZX", Country: "GB"},
			Phone: "+44 113 496 0102", Latitude: 53_800_800, Longitude: -1_549_100, Priority: 2,
		},
		{
			Code: Bristol, Name: "Bristol shop", Kind: KindShop,
			Address: Address{Company: "Fern & Kettle", Line1: "31 Inkwell Arcade", City: "Bristol",
				Region: "Bristol", Postcode: "BS1 5WY", Country: "GB"},
			Phone: "+44 117 496 0103", Latitude: 51_454_500, Longitude: -2_587_900, Priority: 3,
		},
	}
}

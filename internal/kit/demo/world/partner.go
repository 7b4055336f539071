package world

// Codes and kinds of the places where others keep and send the merchant's goods.
const (
	Clyde   = "CLY"
	Potbank = "POT"

	KindPartner  = "3pl"
	KindSupplier = "supplier"
)

// Supplier is somebody whom goods are bought from.
type Supplier struct {
	Code     string
	Name     string
	Email    string
	LeadDays int64
	Location string // from where it sends to customers; empty when it only delivers
}

// Partners are the places of others. None has opening stock: what lies there is
// what they say.
func (w *World) Partners() []Location {
	return []Location{
		{
			Code: Clyde, Name: "Clyde Fulfilment", Kind: KindPartner,
			Address: Address{Company: "Clyde Fulfilment", Line1: "Shed 9, Gorbrae Quay", City: "Glasgow", Region: "Glasgow", Postcode: "G51 9XX", Country: "GB"},
			Phone:   "+44 141 496 0104", Latitude: 55_864_200, Longitude: -4_251_800, Priority: 4,
		},
		{
			Code: Potbank, Name: "Potbank Stoneware", Kind: KindSupplier,
			Address: Address{Company: "Potbank Stoneware", Line1: "Bottle Oven Yard", City: "Stoke-on-Trent", Region: "Staffordshire", Postcode: "ST4 9XX", Country: "GB"},
			Phone:   "+44 1632 960105", Latitude: 53_002_700, Longitude: -2_179_400, Priority: 5,
		},
	}
}

// Suppliers are who sells to the merchant.
func (w *World) Suppliers() []Supplier {
	return []Supplier{
		{Code: "KETTLEWORKS", Name: "Kettleworks Wholesale", Email: "orders@kettleworks.example", LeadDays: 1},
		{Code: "POTBANK", Name: "Potbank Stoneware", Email: "orders@potbank.example", LeadDays: 2, Location: Potbank},
	}
}

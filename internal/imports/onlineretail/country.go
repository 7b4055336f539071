package onlineretail

// countryCodes are the names in the file that stand for one country of
// ISO 3166. "Channel Islands", "European Community" and "Unspecified" do not.
var countryCodes = map[string]string{
	"Australia": "AU", "Austria": "AT", "Bahrain": "BH", "Belgium": "BE", "Bermuda": "BM", "Brazil": "BR", "Canada": "CA",
	"Cyprus": "CY", "Czech Republic": "CZ", "Denmark": "DK", "EIRE": "IE", "Finland": "FI", "France": "FR", "Germany": "DE",
	"Greece": "GR", "Hong Kong": "HK", "Iceland": "IS", "Israel": "IL", "Italy": "IT", "Japan": "JP", "Korea": "KR",
	"Lebanon": "LB", "Lithuania": "LT", "Malta": "MT", "Netherlands": "NL", "Nigeria": "NG", "Norway": "NO", "Poland": "PL",
	"Portugal": "PT", "RSA": "ZA", "Saudi Arabia": "SA", "Singapore": "SG", "Spain": "ES", "Sweden": "SE", "Switzerland": "CH",
	"Thailand": "TH", "USA": "US", "United Arab Emirates": "AE", "United Kingdom": "GB",
}

// CountryCode gives the ISO 3166 alpha-2 code of a country as the file names
// it, "" when the name stands for none or several.
func CountryCode(name string) string { return countryCodes[name] }

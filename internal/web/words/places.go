package words

import (
	"context"
	"strings"

	"orderly/internal/desk/admin"
	"orderly/internal/web/text"
	"orderly/internal/web/ui"
)

// Locales are the languages and formats that can be chosen; none is called
// first, or left out when that is "".
func Locales(ctx context.Context, none string) []ui.Option {
	var out []ui.Option
	for _, l := range admin.Locales {
		switch {
		case l != "":
			out = append(out, ui.Option{Value: l, Label: text.T(ctx, "locale."+strings.ToLower(strings.ReplaceAll(l, "-", "_")))})
		case none != "":
			out = append(out, ui.Option{Label: none})
		}
	}
	return out
}

// Currencies are those that shops mostly have; a shop's own is always among
// them.
func Currencies(own string) []ui.Option {
	var out []ui.Option
	there := false
	for _, c := range strings.Fields("EUR GBP USD CHF SEK NOK DKK PLN CZK HUF RON BGN ISK TRY CAD AUD NZD JPY CNY HKD SGD KRW INR THB IDR MYR PHP VND AED SAR KWD ILS ZAR NGN KES EGP MAD BRL MXN ARS CLP COP PEN UAH GEL") {
		out = append(out, ui.Option{Value: c, Label: c})
		there = there || c == own
	}
	if !there && own != "" {
		out = append([]ui.Option{{Value: own, Label: own}}, out...)
	}
	return out
}

// zones are one for each place with a time of its own where shops are.
var zones = strings.Fields(`UTC Europe/London Europe/Dublin Europe/Lisbon Europe/Madrid Europe/Paris Europe/Brussels Europe/Amsterdam Europe/Berlin
Europe/Zurich Europe/Vienna Europe/Rome Europe/Prague Europe/Warsaw Europe/Budapest Europe/Copenhagen Europe/Oslo Europe/Stockholm Europe/Helsinki
Europe/Tallinn Europe/Riga Europe/Vilnius Europe/Athens Europe/Bucharest Europe/Sofia Europe/Kyiv Europe/Istanbul Africa/Casablanca Africa/Lagos
Africa/Cairo Africa/Nairobi Africa/Johannesburg Asia/Jerusalem Asia/Riyadh Asia/Dubai Asia/Karachi Asia/Kolkata Asia/Dhaka Asia/Bangkok Asia/Jakarta
Asia/Ho_Chi_Minh Asia/Singapore Asia/Kuala_Lumpur Asia/Manila Asia/Hong_Kong Asia/Shanghai Asia/Taipei Asia/Seoul Asia/Tokyo Australia/Perth
Australia/Adelaide Australia/Brisbane Australia/Sydney Pacific/Auckland America/Halifax America/New_York America/Toronto America/Chicago
America/Mexico_City America/Denver America/Phoenix America/Los_Angeles America/Vancouver America/Anchorage Pacific/Honolulu America/Bogota America/Lima
America/Santiago America/Sao_Paulo America/Argentina/Buenos_Aires`)

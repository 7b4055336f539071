package money

import (
	"orderly/internal/fault"
)

// Currency is one ISO 4217 currency. It is comparable and one byte wide; the
// byte is a row of the table in this build, so only Code may be stored.
// The zero value is no currency.
type Currency struct{ row uint8 }

// rowWidth is code, number of decimals, and a space to keep the table legible.
const rowWidth = 5

// currencies holds one row per currency in alphabetical order, behind a first
// row for the zero value. Codes without a minor unit in ISO 4217 (metals,
// units of account, XTS, XXX) are left out: no amount can be counted in them.
//
// ANG, BGN, CUC, HRK, SLL and ZWL were withdrawn between 2021 and 2026 and
// stay, because orders placed in them are still imported and refunded.
const currencies = "...0 " +
	"AED2 AFN2 ALL2 AMD2 ANG2 AOA2 ARS2 AUD2 AWG2 AZN2 " +
	"BAM2 BBD2 BDT2 BGN2 BHD3 BIF0 BMD2 BND2 BOB2 BOV2 BRL2 BSD2 BTN2 BWP2 BYN2 BZD2 " +
	"CAD2 CDF2 CHE2 CHF2 CHW2 CLF4 CLP0 CNY2 COP2 COU2 CRC2 CUC2 CUP2 CVE2 CZK2 " +
	"DJF0 DKK2 DOP2 DZD2 " +
	"EGP2 ERN2 ETB2 EUR2 " +
	"FJD2 FKP2 " +
	"GBP2 GEL2 GHS2 GIP2 GMD2 GNF0 GTQ2 GYD2 " +
	"HKD2 HNL2 HRK2 HTG2 HUF2 " +
	"IDR2 ILS2 INR2 IQD3 IRR2 ISK0 " +
	"JMD2 JOD3 JPY0 " +
	"KES2 KGS2 KHR2 KMF0 KPW2 KRW0 KWD3 KYD2 KZT2 " +
	"LAK2 LBP2 LKR2 LRD2 LSL2 LYD3 " +
	"MAD2 MDL2 MGA2 MKD2 MMK2 MNT2 MOP2 MRU2 MUR2 MVR2 MWK2 MXN2 MXV2 MYR2 MZN2 " +
	"NAD2 NGN2 NIO2 NOK2 NPR2 NZD2 " +
	"OMR3 " +
	"PAB2 PEN2 PGK2 PHP2 PKR2 PLN2 PYG0 " +
	"QAR2 " +
	"RON2 RSD2 RUB2 RWF0 " +
	"SAR2 SBD2 SCR2 SDG2 SEK2 SGD2 SHP2 SLE2 SLL2 SOS2 SRD2 SSP2 STN2 SVC2 SYP2 SZL2 " +
	"THB2 TJS2 TMT2 TND3 TOP2 TRY2 TTD2 TWD2 TZS2 " +
	"UAH2 UGX0 USD2 USN2 UYI0 UYU2 UYW4 UZS2 " +
	"VED2 VES2 VND0 VUV0 " +
	"WST2 " +
	"XAD2 XAF0 XCD2 XCG2 XOF0 XPF0 " +
	"YER2 " +
	"ZAR2 ZMW2 ZWG2 ZWL2 "

// A row number must fit the byte of a Currency.
const _ = uint8(len(currencies)/rowWidth - 1)

// ParseCurrency finds a currency by its exact, upper-case ISO 4217 code.
func ParseCurrency(code string) (Currency, error) {
	low, high := 1, len(currencies)/rowWidth
	for low < high {
		middle := (low + high) / 2
		if codeAt(middle) < code {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low == len(currencies)/rowWidth || codeAt(low) != code {
		return Currency{}, fault.New(fault.Invalid, "unknown_currency",
			"%.40q is not a currency; use an upper-case ISO 4217 code such as EUR", code)
	}
	return Currency{uint8(low)}, nil
}

// MustCurrency is ParseCurrency for codes written in the source; it panics.
func MustCurrency(code string) Currency {
	c, err := ParseCurrency(code)
	if err != nil {
		panic("money: " + err.Error())
	}
	return c
}

func codeAt(row int) string { return currencies[row*rowWidth : row*rowWidth+3] }

// Code is the ISO 4217 code, "" for the zero value.
func (c Currency) Code() string {
	if c.IsZero() {
		return ""
	}
	return codeAt(int(c.row))
}

// String is Code, for messages.
func (c Currency) String() string { return c.Code() }

// Exponent is how many decimals the major unit has: 2 for EUR, 0 for JPY.
func (c Currency) Exponent() int { return int(currencies[int(c.row)*rowWidth+3] - '0') }

// IsZero is true for the zero value, which is no currency.
func (c Currency) IsZero() bool { return c.row == 0 }

// Equal is ==, for tools that compare values by method.
func (c Currency) Equal(d Currency) bool { return c == d }

package world

import "math/bits"

const (
	// demoPrefix is the GS1 prefix for demonstrations and examples, followed by
	// a made-up company number: no product on any shelf carries these codes.
	demoPrefix = "9524107"

	ean13Length    = 13
	barcodesInDemo = 100_000 // five digits are left for the item
)

// ean13 is the barcode of a serial number below barcodesInDemo.
func ean13(serial int) string {
	b := make([]byte, 0, ean13Length)
	b = append(b, demoPrefix...)
	b = appendPadded(b, uint64(serial), ean13Length-1-len(demoPrefix))
	return string(append(b, ean13Check(b)))
}

// ean13Check is the check digit for the first twelve digits.
func ean13Check(digits []byte) byte {
	sum := 0
	for i, d := range digits {
		sum += int(d-'0') * (1 + 2*(i%2))
	}
	return byte('0' + (10-sum%10)%10)
}

// appendPadded writes the last width digits of n.
func appendPadded(b []byte, n uint64, width int) []byte {
	from := len(b)
	for range width {
		b = append(b, '0')
	}
	for i := len(b) - 1; i >= from && n > 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return b
}

// scatter sends n to another number below a power of ten. It is one to one for
// n below that power, so that numbers in a row look unrelated and never repeat.
func scatter(n, powerOfTen uint64) uint64 {
	const coprimeToTen = 6_180_339_887_498_949
	high, low := bits.Mul64(n, coprimeToTen)
	return bits.Rem64(high, low, powerOfTen)
}

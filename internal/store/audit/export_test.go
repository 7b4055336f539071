package audit

// For the tests of this package.
const (
	MinorUnit = minorUnit
	Modulus   = modulus
)

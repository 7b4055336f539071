//go:build race

package storetest

// race says that the detector is on.
const race = true

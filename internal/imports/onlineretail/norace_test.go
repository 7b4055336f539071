//go:build !race

package onlineretail_test

// raceEnabled is whether the race detector is in, which needs memory itself.
const raceEnabled = false

package run

import "testing"

func TestNanos(t *testing.T) {
	tests := []struct {
		name string
		add  func(*nanos)
		want string
	}{
		{"nothing", func(*nanos) {}, "0.00"},
		{"whole", func(n *nanos) { n.minor(1200, 2) }, "12.00"},
		{"yen", func(n *nanos) { n.minor(1200, 0) }, "1200.00"},
		{"dinar", func(n *nanos) { n.minor(1234, 3) }, "1.234"},
		{"tenth of a penny", func(n *nanos) { n.micros(1000) }, "0.001"},
		{"below zero", func(n *nanos) { n.micros(-428515_730000) }, "-428515.73"},
		{"grams", func(n *nanos) { n.product(125, 3, 33_000) }, "0.004125"},
		{"the finest", func(n *nanos) { n.product(1, 3, 1) }, "0.000000001"},
		{"beyond 64 bits", func(n *nanos) { n.product(1_000_000_000, 0, 1_000_000_000_000_000) }, "1000000000000000000.00"},
		{"sums", func(n *nanos) { n.product(3, 0, 2_550_000); n.minor(-765, 2); n.micros(5) }, "0.000005"},
	}
	for _, tt := range tests {
		var n nanos
		tt.add(&n)
		if got := n.String(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestSteps(t *testing.T) {
	for _, tt := range []struct {
		text  string
		scale int
		want  int64
		ok    bool
	}{
		{"12", 0, 12, true}, {"12.0", 0, 12, true}, {"0.125", 3, 125, true}, {"-3", 0, -3, true}, {"1000000000", 3, 1_000_000_000_000, true},
		{"0.5", 0, 0, false}, {"0.1255", 3, 0, false}, {"many", 0, 0, false}, {"", 0, 0, false},
	} {
		got, err := steps(tt.text, tt.scale)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%q at scale %d: %d, %v", tt.text, tt.scale, got, err)
		}
	}
}

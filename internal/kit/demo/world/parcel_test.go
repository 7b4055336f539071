package world_test

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"orderly/internal/kit/demo/world"
)

var trackingPatterns = map[string]*regexp.Regexp{
	world.CarrierPost:  regexp.MustCompile(`^W[A-Z]\d{9}GB$`),
	world.CarrierSwift: regexp.MustCompile(`^15\d{12}$`),
	world.CarrierNorth: regexp.MustCompile(`^NWP\d{10}$`),
}

func TestTrackingNumbersDoNotRepeat(t *testing.T) {
	w := newWorld(t, world.Options{Seed: 1})
	seen, carriers := map[string]int{}, map[string]int{}
	for _, from := range []int{0, 99_990_000, 1_999_900_000} {
		for i := from; i < from+60_000; i++ {
			carrier, number := w.Tracking(i)
			if other, ok := seen[number]; ok {
				t.Fatalf("parcels %d and %d have the number %s", other, i, number)
			}
			seen[number] = i
			carriers[carrier]++
			if p := trackingPatterns[carrier]; p == nil || !p.MatchString(number) {
				t.Fatalf("%s has a strange number %s", carrier, number)
			}
			if carrier == world.CarrierPost && !postValid(number) {
				t.Fatalf("%s has a wrong check digit", number)
			}
		}
	}
	for carrier := range trackingPatterns {
		if carriers[carrier] < 20_000 {
			t.Errorf("%s has %d parcels of 180000, want 20000 or more", carrier, carriers[carrier])
		}
	}
}

// postValid follows UPU standard S10: weights 86423597, modulus 11.
func postValid(number string) bool {
	sum := 0
	for i, weight := range []int{8, 6, 4, 2, 3, 5, 9, 7} {
		sum += weight * int(number[2+i]-'0')
	}
	want := 11 - sum%11
	if want == 10 {
		want = 0
	} else if want == 11 {
		want = 5
	}
	return int(number[10]-'0') == want
}

func TestPostValid(t *testing.T) {
	if !postValid("RR473124829GB") || postValid("RR473124828GB") {
		t.Error("the check digit of the known number RR473124829GB is 9")
	}
}

func TestScansTellOneJourney(t *testing.T) {
	london := time.FixedZone("BST", 3600)
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "at"), 0).In(london)
		country := rapid.SampledFrom([]string{"GB", "IE", "FR", "DE", "NL", "US", ""}).Draw(t, "country")
		scans := world.Scans(rapid.String().Draw(t, "tracking"), at, country)
		checkJourney(t, scans, at)
	})
}

func checkJourney(t rapid.TB, scans []world.Scan, at time.Time) {
	allowed := map[string][]string{
		"":                       {world.ScanLabelCreated},
		world.ScanLabelCreated:   {world.ScanPickedUp},
		world.ScanPickedUp:       {world.ScanInTransit},
		world.ScanInTransit:      {world.ScanInTransit, world.ScanOutForDelivery},
		world.ScanOutForDelivery: {world.ScanDeliveryFailed, world.ScanDelivered},
		world.ScanDeliveryFailed: {world.ScanOutForDelivery},
	}
	before := world.Scan{At: at.Add(-1)}
	for _, s := range scans {
		if !slices.Contains(allowed[before.Code], s.Code) {
			t.Fatalf("%s follows %s", s.Code, before.Code)
		}
		if !s.At.After(before.At) || s.Text == "" || s.Place == "" {
			t.Fatalf("scan %+v after %+v", s, before)
		}
		if s.Code == world.ScanDelivered && s.At.Weekday() == time.Sunday {
			t.Fatalf("delivered on a Sunday: %v", s.At)
		}
		before = s
	}
	if before.Code != world.ScanDelivered || before.At.Sub(at) > 9*24*time.Hour {
		t.Fatalf("ends with %+v, %v after shipping", before, before.At.Sub(at))
	}
}

func TestSomeDeliveriesFailAtFirst(t *testing.T) {
	w := newWorld(t, world.Options{Seed: 1})
	failed := 0
	for i := range 2000 {
		_, number := w.Tracking(i)
		for _, s := range world.Scans(number, opening, "GB") {
			if s.Code == world.ScanDeliveryFailed {
				failed++
			}
		}
	}
	if failed < 80 || failed > 280 {
		t.Errorf("%d of 2000 deliveries fail at first, want 80 to 280", failed)
	}
}

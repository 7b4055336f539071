package world

import (
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// Carriers of parcels. They are made up, so that no number leads to somebody's
// parcel.
const (
	CarrierPost   = "Albion Post"
	CarrierSwift  = "Swiftlane"
	CarrierNorth  = "Northway Parcels"
	swiftNumbers  = 1_000_000_000_000
	northNumbers  = 10_000_000_000
	postNumbers   = 100_000_000
	trackingStart = 10_000_000 // seeds start somewhere below this

	goldenRatio = 0x9E3779B97F4A7C15 // spreads the bits of a number over all 64
)

// Tracking is the carrier and the number of the i-th parcel, for i from 0.
// Numbers do not repeat for i below two billion.
func (w *World) Tracking(i int) (carrier, number string) {
	n := uint64(i) + w.opt.Seed%trackingStart
	switch odds := n * goldenRatio >> 32 % 100; {
	case odds < 45:
		return CarrierPost, postNumber(n)
	case odds < 80:
		return CarrierSwift, string(appendPadded([]byte("15"), scatter(n, swiftNumbers), 12))
	}
	return CarrierNorth, string(appendPadded([]byte("NWP"), scatter(n, northNumbers), 10))
}

// postNumber has the shape that postal services share: two letters, eight
// digits, a check digit and the country.
func postNumber(n uint64) string {
	b := append(make([]byte, 0, 13), 'W', byte('A'+n/postNumbers%26))
	b = appendPadded(b, scatter(n%postNumbers, postNumbers), 8)
	return string(append(b, postCheck(b[2:]), 'G', 'B'))
}

func postCheck(digits []byte) byte {
	sum := 0
	for i, weight := range [...]int{8, 6, 4, 2, 3, 5, 9, 7} {
		sum += int(digits[i]-'0') * weight
	}
	switch c := 11 - sum%11; c {
	case 10:
		return '0'
	case 11:
		return '5'
	default:
		return byte('0' + c)
	}
}

// Codes of scans, in the order that a parcel goes through them.
const (
	ScanLabelCreated   = "label_created"
	ScanPickedUp       = "picked_up"
	ScanInTransit      = "in_transit"
	ScanOutForDelivery = "out_for_delivery"
	ScanDeliveryFailed = "delivery_failed"
	ScanDelivered      = "delivered"
)

// Scan is one thing that a carrier says of a parcel.
type Scan struct {
	Code  string
	Text  string
	Place string
	At    time.Time
}

const failedPercent = 8 // parcels that nobody was in for at first

var (
	abroad = map[string]string{
		"IE": "Dublin Hub", "FR": "Roissy Hub", "DE": "Köln Hub", "NL": "Rotterdam Hub",
	}
	depots = map[string][]string{
		"GB": {"Hollinwick Depot", "Gorsemere Depot", "Tallowford Depot", "Dovemarsh Depot"},
		"IE": {"Derrymarl Depot", "Knockmoss Depot"},
		"FR": {"Agence du Moulin Perdu", "Agence des Merles"},
		"DE": {"Zustellbasis Haferfeld", "Zustellbasis Lindenkrug"},
		"NL": {"Depot Haverveld", "Depot Mosbron"},
	}
	elsewhere = []string{"Local Depot"}

	failures = []string{"Nobody was in. We will try again.", "No safe place to leave the parcel. We will try again.", "The address was closed. We will try again."}
	arrivals = []string{"Delivered and signed for.", "Delivered to a neighbour.", "Left in the porch.", "Handed to a resident.", "Posted through the letterbox."}
)

// Scans is what the carrier will have said of a parcel by the end: always from
// a label to the door, sometimes by a failed attempt. It follows from its
// arguments alone, times only go up from shippedAt, and the hours of the day are
// those of its time zone. Parcels are not delivered on Sundays.
func Scans(tracking string, shippedAt time.Time, country string) []Scan {
	h := fnv.New64a()
	h.Write([]byte(tracking))
	j := journey{r: rand.New(rand.NewPCG(h.Sum64(), 0)), at: shippedAt}
	j.say(ScanLabelCreated, "The sender has told us of a parcel.", "Sender")
	j.wait(30, 240)
	j.say(ScanPickedUp, "We have the parcel.", "Sender")
	j.wait(150, 420)
	j.say(ScanInTransit, "Sorted.", "Rugby Hub")
	if country != "GB" {
		j.abroad(country)
	}
	j.deliver(country)
	return j.scans
}

// journey collects scans; it serves one parcel.
type journey struct {
	r     *rand.Rand
	at    time.Time
	scans []Scan
}

func (j *journey) say(code, text, place string) {
	j.scans = append(j.scans, Scan{code, text, place, j.at})
}

func (j *journey) wait(low, high int) {
	j.at = j.at.Add(time.Duration(between(j.r, low*60, high*60)) * time.Second)
}

func (j *journey) abroad(country string) {
	hub := abroad[country]
	if hub == "" {
		hub = "Import Hub"
	}
	j.wait(300, 900)
	j.say(ScanInTransit, "Left the country.", "Dover Gateway")
	j.wait(600, 2400)
	j.say(ScanInTransit, "Arrived in the country of delivery.", hub)
}

func (j *journey) deliver(country string) {
	depot := elsewhere
	if d := depots[country]; d != nil {
		depot = d
	}
	place := pick(j.r, depot)
	j.morning(4, 6)
	j.say(ScanInTransit, "Arrived at the local depot.", place)
	j.wait(60, 180)
	j.say(ScanOutForDelivery, "On the van for delivery.", place)
	j.wait(45, 480)
	if chance(j.r, failedPercent) {
		j.say(ScanDeliveryFailed, pick(j.r, failures), "At the door")
		j.morning(6, 8)
		j.say(ScanOutForDelivery, "On the van again.", place)
		j.wait(45, 480)
	}
	j.say(ScanDelivered, pick(j.r, arrivals), "At the door")
}

// morning waits for the next working day, to a moment between the hours.
func (j *journey) morning(from, to int) {
	day := j.at.AddDate(0, 0, 1)
	if day.Weekday() == time.Sunday {
		day = day.AddDate(0, 0, 1)
	}
	second := between(j.r, from*3600, to*3600-1)
	j.at = time.Date(day.Year(), day.Month(), day.Day(), 0, 0, second, 0, day.Location())
}

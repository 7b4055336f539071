package fulfillment_test

import (
	"strings"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"

	"github.com/google/go-cmp/cmp"
)

// What each act does to a parcel in each state: the moves that it decides and
// the state that it leads to, "" where it is refused.
//
// Kills: a row of the table of steps that leads elsewhere.
func TestParcelSteps(t *testing.T) {
	want := map[string]map[string]string{
		"packed":    {"ship": "packed>shipped shipped", "unpack": "packed>picked unpacked"},
		"shipped":   {"unship": "shipped>packed packed", "deliver": "shipped>delivered delivered", "lose": "shipped>lost lost"},
		"delivered": {"undeliver": "delivered>shipped shipped"},
		"lost":      {"find": "lost>shipped shipped"},
		"unpacked":  {},
	}
	told := map[string]string{"ship": "shipped", "unpack": "unpacked", "unship": "unshipped", "deliver": "delivered", "lose": "lost", "undeliver": "undelivered", "find": "found"}
	for state, acts := range want {
		for _, act := range parcelActs {
			p := &fulfillment.Parcel{ID: 9, Fulfillment: 5, Status: state, Lines: []fulfillment.ParcelLine{{Line: 2, Quantity: 3}}}
			d, err := p.Step(act)
			if acts[act] == "" {
				if fault.KindOf(err) != fault.Conflict || strings.HasSuffix(err.Error(), "it can ") {
					t.Errorf("%s a parcel that is %s: %v", act, state, err)
				}
				continue
			}
			if err != nil || len(d.Moves) != 1 {
				t.Errorf("%s a parcel that is %s: %+v, %v", act, state, d, err)
				continue
			}
			m := d.Moves[0]
			p.Apply(act, now)
			if got := m.From.String() + ">" + m.To.String() + " " + p.Status; got != acts[act] || m.Line != 2 || m.Quantity != 3 || m.Fulfillment != 5 {
				t.Errorf("%s a parcel that is %s: %+v, then it is %s", act, state, m, p.Status)
			}
			if _, legal := order.Legal(m.From, m.To); !legal {
				t.Errorf("%s moves units from %s to %s, which no order allows", act, m.From, m.To)
			}
			if diff := cmp.Diff([]order.ParcelStep{{ID: 9, Step: told[act]}}, d.Parcels); diff != "" {
				t.Errorf("%s (-want +got)\n%s", act, diff)
			}
		}
	}
	if _, err := (&fulfillment.Parcel{Status: "packed"}).Step("open"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an unknown act: %v", err)
	}
}

// Kills: a time that a reverse leaves behind.
func TestParcelTimes(t *testing.T) {
	p := &fulfillment.Parcel{Status: "packed", PackedAt: 1}
	for _, tc := range []struct {
		act                string
		shipped, delivered int64
	}{{"ship", 10, 0}, {"lose", 10, 0}, {"find", 10, 0}, {"deliver", 10, 40}, {"undeliver", 10, 0}, {"unship", 0, 0}, {"unpack", 0, 0}} {
		at := map[string]int64{"ship": 10, "lose": 20, "find": 30, "deliver": 40, "undeliver": 50, "unship": 60, "unpack": 70}[tc.act]
		before := p.Version
		p.Apply(tc.act, at)
		if p.ShippedAt != tc.shipped || p.DeliveredAt != tc.delivered || p.Version != before+1 || p.PackedAt != 1 {
			t.Errorf("after %s: %+v", tc.act, p)
		}
	}
}

// Kills: every rule of a label and of a scan.
func TestLabelsAndScans(t *testing.T) {
	long := strings.Repeat("x", fulfillment.MaxTracking+1)
	for _, tc := range []struct {
		carrier, tracking string
		grams             int64
		want              string
	}{
		{"", "", 0, ""},
		{"dhl", "1", fulfillment.MaxParcelGrams, ""},
		{"", "1", 0, "/carrier=missing"},
		{long, "", 0, "/carrier=too_long"},
		{"dhl", long, 0, "/tracking=too_long"},
		{"dhl\n", "1", 0, "/carrier=invalid_text"},
		{"dhl", "1\x00", 0, "/tracking=invalid_text"},
		{"dhl", "\xff", 0, "/tracking=invalid_text"},
		{"dhl", "1", -1, "/weight_grams=out_of_range"},
		{"dhl", "1", fulfillment.MaxParcelGrams + 1, "/weight_grams=out_of_range"},
	} {
		var l fault.List
		fulfillment.CheckLabel("", tc.carrier, tc.tracking, tc.grams, &l)
		if got := told(l.Fields()); got != tc.want {
			t.Errorf("%q %q %d: %q, want %q", tc.carrier, tc.tracking, tc.grams, got, tc.want)
		}
	}
	for _, tc := range []struct {
		scan fulfillment.Scan
		want string
	}{
		{fulfillment.Scan{At: now, Code: "in_transit", Text: "Left the hub", Place: "Leeds"}, ""},
		{fulfillment.Scan{At: now, Code: "somewhere"}, "/scan/code=unknown_code"},
		{fulfillment.Scan{Code: "delivered"}, "/scan/at=missing"},
		{fulfillment.Scan{At: now, Code: "delivered", Text: strings.Repeat("x", fulfillment.MaxScanText+1)}, "/scan/text=too_long"},
		{fulfillment.Scan{At: now, Code: "delivered", Place: strings.Repeat("x", fulfillment.MaxScanText+1)}, "/scan/place=too_long"},
		{fulfillment.Scan{At: now, Code: "delivered", Text: "a\x00"}, "/scan/text=invalid_text"},
		{fulfillment.Scan{At: now, Code: "delivered", Place: "\xff"}, "/scan/place=invalid_text"},
	} {
		var l fault.List
		tc.scan.Check("/scan", &l)
		if got := told(l.Fields()); got != tc.want {
			t.Errorf("%+v: %q, want %q", tc.scan, got, tc.want)
		}
	}
}

func told(fields []fault.Field) string {
	var out []string
	for _, f := range fields {
		out = append(out, f.Pointer+"="+f.Code)
	}
	return strings.Join(out, " ")
}

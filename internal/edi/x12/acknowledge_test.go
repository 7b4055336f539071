package x12_test

import (
	"strings"
	"testing"

	"orderly/internal/edi"
	"orderly/internal/edi/x12"
)

// answerTo is the 997 to the first group of a text, without its envelope.
func answerTo(t *testing.T, text string) string {
	t.Helper()
	x, err := x12.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	e := edi.Envelope{Syntax: x12.Default(), Sender: edi.Address{Qualifier: "ZZ", ID: "A"}, Receiver: edi.Address{Qualifier: "ZZ", ID: "B"}, Version: "004010", Date: "20240102", Time: "0304", Control: 9}
	out, err := x12.Write(e, x12.Acknowledge(&x[0].Groups[0]))
	if err != nil {
		t.Fatal(err)
	}
	from, to := strings.Index(out, "AK1"), strings.Index(out, "SE*")
	return strings.ReplaceAll(out[from:to], "\n", "")
}

func set(control string, body ...string) string {
	return strings.Join(append(append([]string{"ST*850*" + control}, body...), "SE*"+itoa(len(body)+2)+"*"+control), "~\n") + "~"
}

func itoa(n int) string { return string(rune('0' + n)) }

// Kills: a 997 whose codes, positions or counts are not the standard's.
func TestAcknowledgments(t *testing.T) {
	good := set("0001", "BEG*00*SA*P1**20240101", "PO1*1*2*EA*5**BP*A", "CTT*1")
	for _, tc := range []struct{ name, text, want string }{
		{"good", enveloped("PO", good), "AK1*PO*1~AK2*850*0001~AK5*A~AK9*A*1*1*1~"},
		{"element missing", enveloped("PO", set("0001", "BEG*00*SA***20240101", "PO1*1*2*EA*5**BP*A")), "AK1*PO*1~AK2*850*0001~AK3*BEG*2**8~AK4*3*324*1~AK5*R*5~AK9*R*1*1*0~"},
		{"bad date", enveloped("PO", set("0001", "BEG*00*SA*P1**20241301", "PO1*1*2*EA*5**BP*A")), "AK1*PO*1~AK2*850*0001~AK3*BEG*2**8~AK4*5*373*8*20241301~AK5*R*5~AK9*R*1*1*0~"},
		{"bad number", enveloped("PO", set("0001", "BEG*00*SA*P1**20240101", "PO1*1*two*EA*5**BP*A")), "AK1*PO*1~AK2*850*0001~AK3*PO1*3**8~AK4*2*330*6*two~AK5*R*5~AK9*R*1*1*0~"},
		{"no partner", enveloped("PO", set("0001", "BEG*00*SA*P1**20240101", "PO1*1*2*EA*5**BP")), "AK1*PO*1~AK2*850*0001~AK3*PO1*3**8~AK4*7*234*2~AK5*R*5~AK9*R*1*1*0~"},
		{"segment missing", enveloped("PO", set("0001", "BEG*00*SA*P1**20240101")), "AK1*PO*1~AK2*850*0001~AK3*PO1*3**3~AK5*R*5~AK9*R*1*1*0~"},
		{"segment unknown", enveloped("PO", set("0001", "BEG*00*SA*P1**20240101", "QQQ*1", "PO1*1*2*EA*5**BP*A")), "AK1*PO*1~AK2*850*0001~AK3*QQQ*3**1~AK5*E*5~AK9*E*1*1*1~"},
		{"too long", enveloped("PO", set("0001", "BEG*00*SA*P1**20240101", "PO1*1*2*EACH*5**BP*A")), "AK1*PO*1~AK2*850*0001~AK3*PO1*3**8~AK4*3*355*5*EACH~AK5*E*5~AK9*E*1*1*1~"},
		{"count", enveloped("PO", strings.Replace(good, "SE*5", "SE*9", 1)), "AK1*PO*1~AK2*850*0001~AK5*R*4~AK9*R*1*1*0~"},
		{"control", enveloped("PO", strings.Replace(good, "SE*5*0001", "SE*5*0002", 1)), "AK1*PO*1~AK2*850*0001~AK5*R*3~AK9*R*1*1*0~"},
		{"no trailer", enveloped("PO", strings.Replace(good, "SE*5*0001~", "", 1)), "AK1*PO*1~AK2*850*0001~AK5*R*2~AK9*R*1*1*0~"},
		{"wrong group", enveloped("IN", good), "AK1*IN*1~AK2*850*0001~AK5*R*6~AK9*R*1*1*0~"},
		{"not read here", enveloped("GF", "ST*990*0001~\nB1*X*1*20240101~\nSE*3*0001~"), "AK1*GF*1~AK2*990*0001~AK5*R*1~AK9*R*1*1*0~"},
		{"one of two", strings.Replace(enveloped("PO", good+"\n"+set("0002", "BEG*00*SA***20240101", "PO1*1*2*EA*5**BP*A")), "GE*1", "GE*2", 1),
			"AK1*PO*1~AK2*850*0001~AK5*A~AK2*850*0002~AK3*BEG*2**8~AK4*3*324*1~AK5*R*5~AK9*P*2*2*1~"},
		{"twice", strings.Replace(enveloped("PO", good+"\n"+good), "GE*1", "GE*2", 1), "AK1*PO*1~AK2*850*0001~AK5*A~AK2*850*0001~AK5*R*23~AK9*P*2*2*1~"},
		{"group count", strings.Replace(enveloped("PO", good), "GE*1*1", "GE*4*1", 1), "AK1*PO*1~AK2*850*0001~AK5*A~AK9*R*4*1*0*5~"},
		{"group control", strings.Replace(enveloped("PO", good), "GE*1*1", "GE*1*2", 1), "AK1*PO*1~AK2*850*0001~AK5*A~AK9*R*1*1*0*4~"},
		{"no group trailer", strings.Replace(enveloped("PO", good), "GE*1*1~\n", "", 1), "AK1*PO*1~AK2*850*0001~AK5*A~AK9*R*1*1*0*3~"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := answerTo(t, tc.text); got != tc.want {
				t.Errorf("\n%s\nis not\n%s", got, tc.want)
			}
		})
	}
}

// Kills: a 999 that is read as nothing, or whose rejections are lost.
func TestA999IsReadAsAnAcknowledgment(t *testing.T) {
	x, err := x12.Parse(read(t, fixtures(t), "staedi/x12/simple999.edi"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := x12.Read(&x[0], &x[0].Groups[0].Messages[0])
	if err != nil {
		t.Fatal(err)
	}
	a := d.(*edi.Acknowledgment)
	if a.Function != "HC" || a.Control != "17456" || a.Status != edi.Noted || a.Received != 3 || a.Taken != 1 || len(a.Messages) != 3 {
		t.Fatalf("%+v", a)
	}
	if m := a.Messages[1]; m.Status != edi.Rejected || len(m.Faults) != 1 || m.Faults[0].Element != 2 || m.Faults[0].Code != "1" {
		t.Errorf("%+v", m)
	}
}

// Kills: fields of samples that are read into the wrong places.
func TestSamplesAsDocuments(t *testing.T) {
	dir := fixtures(t)
	doc := func(file string) edi.Document {
		x, err := x12.Parse(read(t, dir, file))
		if err != nil {
			t.Fatal(err)
		}
		d, err := x12.Read(&x[0], &x[0].Groups[0].Messages[0])
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	o := doc("node-x12/850.edi").(*edi.Order)
	if o.Number != "08292233294" || o.Date != "20101127" || o.Requested != "20101214" || len(o.Lines) != 6 || o.Total.String() != "13045.94" {
		t.Errorf("%+v", o)
	}
	if x := o.Lines[1]; x.Buyer != "066850-116" || x.Seller != "RD5322" || x.Quantity != edi.Whole(220) || x.Price.String() != "13.79" || x.Title != "MEDIUM WIDGET" {
		t.Errorf("%+v", x)
	}
	if p, ok := edi.PartyOf(o.Parties, edi.ShipTo); !ok || p.Name != "XYZ RETAIL" || p.Postal != "44139" || p.Region != "OH" || p.ID != "0003947268292" {
		t.Errorf("%+v", p)
	}
	r := doc("node-x12/855.edi").(*edi.OrderResponse)
	if r.Order != "POTEST1112" || r.Currency != "USD" || len(r.Lines) != 4 || r.Lines[0].Answer != edi.AnswerAccepted || r.Lines[1].Answer != edi.AnswerRejected || r.Lines[1].Confirmed != 0 || r.Lines[3].GTIN != "9780446360272" {
		t.Errorf("%+v", r)
	}
	s := doc("ediengine/856.Crossdock.OK.edi").(*edi.ShipNotice)
	if s.Number != "000009" || len(s.Orders) != 2 || len(s.Orders[0].Packages) != 4 || s.Orders[0].Packages[1].SSCC != "00000715670002152377" || s.Orders[1].Number != "POREF01" || s.Orders[0].Packages[1].Lines[0].GTIN != "0000000000831" || s.SCAC != "OVNT" {
		t.Errorf("%+v", s)
	}
	if loose := doc("node-x12/856.edi").(*edi.ShipNotice); len(loose.Orders[0].Packages) != 1 || len(loose.Orders[0].Packages[0].Lines) != 2 || loose.Tracking != "5787970539" {
		t.Errorf("%+v", loose)
	}
	i := doc("staedi/x12/invoice810_po850_dual.edi").(*edi.Invoice)
	if i.Number != "00001" || i.Order != "A99999-01" || len(i.Lines) != 7 || i.Total.String() != "2554.38" || i.Lines[0].GTIN != "002840022222" {
		t.Errorf("%+v", i)
	}
	w := doc("ediengine/940.OK.edi").(*edi.ShippingOrder)
	if w.Number != "538686" || w.Ship != "20000204" || w.Deliver != "20000207" || len(w.Lines) != 3 || w.Lines[2].Seller != "000300" || w.Lines[2].Title != "11.500 STRUDEL RASPBRY" || w.Quantity != edi.Whole(56) {
		t.Errorf("%+v", w)
	}
	a := doc("x12-types/rust_945_5.edi").(*edi.ShippingAdvice)
	if a.Number != "IF102" || a.Order != "PO9865" || len(a.Lines) != 1 || a.Lines[0].Shipped != edi.Whole(3000) || a.Lines[0].Seller != "123456789" || a.Lines[0].Lot != "LOT12314" {
		t.Errorf("%+v", a)
	}
}

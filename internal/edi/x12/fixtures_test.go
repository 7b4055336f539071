package x12_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orderly/internal/edi"
	"orderly/internal/edi/x12"
	"orderly/internal/fault"
)

// fixtures is where the sample interchanges of other projects lie, or nothing.
func fixtures(t *testing.T) string {
	t.Helper()
	base := os.Getenv("ORDERLY_TEST_DATA")
	if base == "" {
		base = "../../../../shared/data"
	}
	dir := filepath.Join(base, "fixtures", "edi")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("SKIPPED: no samples of interchanges at %s (ORDERLY_TEST_DATA)", dir)
	}
	return dir
}

// promised is what each sample deserves. A refused one names the code of the
// refusal; otherwise the answer to each of its sets is told, and for every
// fault that must be found "place=code", as a 997 or a TA1 writes it.
var promised = []struct {
	file    string
	refused string       // cannot be read at all
	whole   edi.Status   // of the first interchange
	sets    []edi.Status // in order, over all interchanges
	faults  []string
}{
	{file: "node-x12/850.edi", whole: edi.Accepted, sets: ok(1)},
	{file: "node-x12/850_2.edi", whole: edi.Accepted, sets: ok(1)},
	{file: "node-x12/850_3.edi", whole: edi.Accepted, sets: ok(1)},
	{file: "node-x12/850_fat.edi", whole: edi.Accepted, sets: ok(2)},
	{file: "node-x12/855.edi", whole: edi.Accepted, sets: ok(1)},
	{file: "node-x12/856.edi", whole: edi.Accepted, sets: ok(1)},
	{file: "ediengine/850.OK.edi", whole: edi.Accepted, sets: ok(1)},
	{file: "ediengine/850.Composite.SLN.OK.edi", whole: edi.Accepted, sets: ok(1)},
	{file: "ediengine/850.SyntaxNotes.ERR.edi", whole: edi.Rejected, sets: []edi.Status{edi.Rejected}, faults: []string{"PO107=2", "PO406=2"}},
	{file: "ediengine/856.Crossdock.OK.edi", whole: edi.Accepted, sets: ok(1)},
	{file: "ediengine/940.OK.edi", whole: edi.Accepted, sets: ok(1)},
	{file: "ediengine/940.2.OK.edi", whole: edi.Accepted, sets: ok(1)},
	{file: "ediengine/940.W05.Only.edi", whole: edi.Accepted, sets: ok(1)},
	{file: "ediengine/940_Failed_SE01.edi", whole: edi.Rejected, sets: []edi.Status{edi.Rejected}, faults: []string{"SE01=4", "W0101=1"}},
	{file: "ediengine/AckTest.edi", whole: edi.Noted, sets: []edi.Status{edi.Accepted, edi.Rejected, edi.Noted}, faults: []string{"N901=1", "W6606=5"}},
	{file: "ediengine/ControlNumbersMismatch.edi", whole: edi.Rejected, sets: []edi.Status{edi.Rejected}, faults: []string{"IEA02=001", "GE02=4", "SE02=3"}},
	{file: "ediengine/MultipleInterchangesAndGroups.edi", whole: edi.Accepted, sets: ok(6)},
	{file: "ediengine/WrongGroupsAndTranCount.edi", whole: edi.Rejected, sets: ok(1), faults: []string{"IEA01=021", "GE01=5"}},
	{file: "ediengine/NonEdi.edi", refused: "edi_unknown"},
	{file: "stedi/5010/855/inbound.edi", whole: edi.Accepted, sets: ok(1)},
	{file: "staedi/TRADACOMS/order-extra-mhd-data.edi", refused: "edi_tradacoms"},
	{file: "staedi/x12/empty997.edi", whole: edi.Rejected, sets: []edi.Status{edi.Rejected}, faults: []string{"AK1=3", "AK9=3"}},
	{file: "staedi/x12/simple999.edi", whole: edi.Accepted, sets: ok(1)},
	{file: "staedi/x12/invoice810_po850_dual.edi", whole: edi.Noted, sets: []edi.Status{edi.Accepted, edi.Accepted, edi.Noted}, faults: []string{"N104=2"}},
	{file: "staedi/x12/issue109/ts214_ellipses_segterm.edi", whole: edi.Rejected, sets: []edi.Status{edi.Rejected}, faults: []string{"ST01=1"}},
	{file: "x12-types/005010_824.edi", whole: edi.Rejected, sets: []edi.Status{edi.Rejected}, faults: []string{"ST01=1"}},
	{file: "x12-types/rust_204_1.edi", refused: "edi_no_envelope"},
	{file: "x12-types/rust_810_2.edi", whole: edi.Accepted, sets: ok(1)},
	{file: "x12-types/rust_850_1.edi", whole: edi.Noted, sets: ok(1), faults: []string{"ISA02=022"}},
	{file: "x12-types/rust_850_2.edi", whole: edi.Noted, sets: ok(1), faults: []string{"ISA02=022"}},
	{file: "x12-types/rust_850_3.edi", whole: edi.Noted, sets: ok(1), faults: []string{"ISA02=022"}},
	{file: "x12-types/rust_855_1.edi", whole: edi.Rejected, sets: []edi.Status{edi.Rejected}, faults: []string{"SE01=4"}},
	{file: "x12-types/rust_856_1.edi", whole: edi.Rejected, sets: []edi.Status{edi.Rejected}, faults: []string{"SE01=4"}},
	{file: "x12-types/rust_856_2.edi", whole: edi.Rejected, sets: []edi.Status{edi.Rejected}, faults: []string{"SE01=4"}},
	{file: "x12-types/rust_856_3.edi", whole: edi.Rejected, sets: []edi.Status{edi.Rejected}, faults: []string{"GE01=5", "ST01=6", "DTM02=8"}},
	{file: "x12-types/rust_856_4.edi", whole: edi.Rejected, sets: []edi.Status{edi.Rejected}, faults: []string{"SE01=4"}},
	{file: "x12-types/rust_856_5.edi", whole: edi.Rejected, sets: []edi.Status{edi.Rejected}, faults: []string{"SE01=4"}},
	{file: "x12-types/rust_856_6.edi", whole: edi.Rejected, sets: []edi.Status{edi.Rejected}, faults: []string{"SE01=4"}},
	{file: "x12-types/rust_940_1.edi", whole: edi.Rejected, sets: ok(1), faults: []string{"IEA02=001", "GE02=4"}},
	{file: "x12-types/rust_940_2.edi", whole: edi.Noted, sets: []edi.Status{edi.Noted}, faults: []string{"N402=5", "G6104=2"}},
	{file: "x12-types/rust_940_7.edi", refused: "edi_unreadable"},
	{file: "x12-types/rust_940_8.edi", refused: "edi_unreadable"},
	{file: "x12-types/rust_940_11.edi", refused: "edi_unreadable"},
	{file: "x12-types/rust_940_14.edi", refused: "edi_unreadable"},
	{file: "x12-types/rust_940_16.edi", whole: edi.Rejected, sets: []edi.Status{edi.Rejected}, faults: []string{"ISA15=020", "SE01=4"}},
	{file: "x12-types/rust_945_3.edi", whole: edi.Rejected, sets: []edi.Status{edi.Rejected}, faults: []string{"SE01=4"}},
	{file: "x12-types/rust_945_5.edi", whole: edi.Rejected, sets: []edi.Status{edi.Rejected}, faults: []string{"SE01=4"}},
}

func ok(n int) []edi.Status { return slices.Repeat([]edi.Status{edi.Accepted}, n) }

// bare are samples that are one set without its envelope.
var bare = []struct {
	file, function string
	status         edi.Status
	faults         []string
}{
	{"rust_810_3.edi", "IN", edi.Accepted, nil},
	{"rust_850_5.edi", "PO", edi.Accepted, nil},
	{"rust_850_6.edi", "PO", edi.Accepted, nil},
	{"rust_850_8.edi", "PO", edi.Accepted, nil},
	{"rust_850_9.edi", "PO", edi.Accepted, nil},
	{"rust_850_10.edi", "PO", edi.Rejected, []string{"SLN03=5", "SE01=4"}},
	{"rust_850_11.edi", "PO", edi.Rejected, []string{"SLN03=5", "SE01=4"}},
	{"rust_850_15.edi", "PO", edi.Rejected, []string{"SE02=3"}},
	{"rust_945_1.edi", "SW", edi.Rejected, []string{"W1207=5", "SE01=4"}},
}

func read(t *testing.T, dir, file string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	return edi.Text(raw)
}

func found(t *testing.T, x []edi.Interchange, want []string) {
	t.Helper()
	var have []string
	for i := range x {
		for _, f := range x[i].All() {
			have = append(have, f.Place()+"="+f.Code)
		}
	}
	for _, w := range want {
		if !slices.Contains(have, w) {
			t.Errorf("%s was not found; found %v", w, have)
		}
	}
	if want == nil && len(have) > 0 {
		t.Errorf("faults were found where there are none: %v", have)
	}
}

// TestEverySampleGetsItsAnswer walks over all samples.
func TestEverySampleGetsItsAnswer(t *testing.T) {
	dir := fixtures(t)
	for _, p := range promised {
		t.Run(p.file, func(t *testing.T) {
			x, err := x12.Parse(read(t, dir, p.file))
			if p.refused != "" {
				if fault.CodeOf(err) != p.refused {
					t.Fatalf("the answer is %v (%s), not %s", err, fault.CodeOf(err), p.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := x[0].Status(); got != p.whole {
				t.Errorf("the interchange is %s, not %s: %v", got, p.whole, x[0].All())
			}
			var sets []edi.Status
			for i := range x {
				for k := range x[i].Groups {
					for n := range x[i].Groups[k].Messages {
						sets = append(sets, x[i].Groups[k].Messages[n].Status())
					}
				}
			}
			if !slices.Equal(sets, p.sets) {
				t.Errorf("the sets are %v, not %v", sets, p.sets)
			}
			found(t, x, p.faults)
		})
	}
}

// TestBareSamples reads sets that come without an envelope, in one.
func TestBareSamples(t *testing.T) {
	dir := fixtures(t)
	for _, p := range bare {
		t.Run(p.file, func(t *testing.T) {
			text := read(t, dir, "x12-types/"+p.file)
			if _, err := x12.Parse(text); fault.CodeOf(err) != "edi_no_envelope" {
				t.Errorf("a bare set was not refused as one: %v", err)
			}
			x, err := x12.Parse(enveloped(p.function, text))
			if err != nil {
				t.Fatal(err)
			}
			if got := x[0].Groups[0].Messages[0].Status(); got != p.status {
				t.Errorf("the set is %s, not %s: %v", got, p.status, x[0].All())
			}
			found(t, x, p.faults)
		})
	}
}

// enveloped puts a set into an interchange.
func enveloped(function, set string) string {
	return "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *240102*0304*U*00401*000000001*0*P*>~\n" +
		"GS*" + function + "*SENDER*RECEIVER*20240102*0304*1*X*004010~\n" + strings.TrimSpace(set) + "\nGE*1*1~\nIEA*1*000000001~\n"
}

// TestEverySampleIsListed holds the two lists against what is there.
func TestEverySampleIsListed(t *testing.T) {
	dir := fixtures(t)
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".edi") {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		for _, p := range promised {
			if p.file == name {
				return nil
			}
		}
		for _, p := range bare {
			if "x12-types/"+p.file == name {
				return nil
			}
		}
		t.Errorf("the sample %s is in no list", name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

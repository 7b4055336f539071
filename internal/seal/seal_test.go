package seal_test

import (
	"strings"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/seal"
)

func ring(t *testing.T, keys ...string) *seal.Ring {
	t.Helper()
	r, err := seal.Parse(strings.Join(keys, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Kills: a secret that opens elsewhere or after a change, one that shows, and
// two that are alike because the secrets are.
func TestSealAndOpen(t *testing.T) {
	old, next := seal.NewKey(), seal.NewKey()
	r := ring(t, old)
	sealed := r.Seal([]byte("JBSWY3DPEHPK3PXP"), "usr_1")
	if again := r.Seal([]byte("JBSWY3DPEHPK3PXP"), "usr_1"); again == sealed || strings.Contains(sealed, "JBSWY") {
		t.Errorf("sealed twice: %s and %s", sealed, again)
	}
	for what, tc := range map[string]struct {
		ring          *seal.Ring
		sealed, about string
		code          string
	}{
		"as it was":        {r, sealed, "usr_1", ""},
		"with a new key":   {ring(t, next, old), sealed, "usr_1", ""},
		"of somebody else": {r, sealed, "usr_2", "not_sealed"},
		"changed":          {r, sealed[:len(sealed)-2] + "AA", "usr_1", "not_sealed"},
		"cut off":          {r, sealed[:len(sealed)-30], "usr_1", "not_sealed"},
		"plain":            {r, "JBSWY3DPEHPK3PXP", "usr_1", "not_sealed"},
		"without its key":  {ring(t, next), sealed, "usr_1", "secret_key_missing"},
	} {
		got, err := tc.ring.Open(tc.sealed, tc.about)
		if tc.code == "" && (err != nil || string(got) != "JBSWY3DPEHPK3PXP") || tc.code != "" && fault.CodeOf(err) != tc.code {
			t.Errorf("%s: %q, %v", what, got, err)
		}
	}
	if again := ring(t, next, old).Seal([]byte("x"), ""); strings.Split(again, ".")[1] == strings.Split(sealed, ".")[1] {
		t.Error("the old key goes on to be used")
	}
}

func TestParse(t *testing.T) {
	for _, text := range []string{"", "  \n", "abc", strings.Repeat("0", 63), strings.Repeat("0", 66), strings.Repeat("g", 64), seal.NewKey() + "\nshort"} {
		if _, err := seal.Parse(text); fault.CodeOf(err) != "invalid_secret_key" {
			t.Errorf("%q: %v", text, err)
		}
	}
}

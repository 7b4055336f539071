package text_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"orderly/internal/web/text"
)

var (
	// said are keys that stand whole in the code.
	said = regexp.MustCompile(`"([a-z_]+(?:\.[a-z0-9_]*[a-z0-9])+)"`)
	// begun are keys that the code puts together: "state." + word.
	begun = regexp.MustCompile(`"([a-z_]+\.(?:[a-z0-9_]+\.)*[a-z0-9_]*)"\s*\+`)
)

// Kills: a key that no text has; a text that nobody says; a place that differs
// between languages.
func TestCatalog(t *testing.T) {
	keys := text.Keys(text.Default)
	if len(keys) == 0 {
		t.Fatal("the catalog is empty")
	}
	rooms := map[string]bool{}
	for key := range keys {
		room, _, _ := strings.Cut(key, ".")
		rooms[room] = true
	}
	used, begins := uses(t, rooms)
	for key, where := range used {
		if !has(keys, key) {
			t.Errorf("%s: %q is in no text of %s", where, key, text.Default)
		}
	}
	for key := range keys {
		base := strings.TrimSuffix(strings.TrimSuffix(key, ".one"), ".other")
		if used[key] == "" && used[base] == "" && !begin(begins, key) {
			t.Errorf("%q is said nowhere", key)
		}
	}
	for _, lang := range text.Languages() {
		for key, value := range text.Keys(lang) {
			if strings.Count(value, "{") != strings.Count(value, "}") {
				t.Errorf("%s: %q has a place that does not end: %q", lang, key, value)
			}
		}
	}
}

func has(keys map[string]string, key string) bool {
	_, whole := keys[key]
	_, other := keys[key+".other"]
	return whole || other
}

func begin(begins []string, key string) bool {
	for _, b := range begins {
		if strings.HasPrefix(key, b) {
			return true
		}
	}
	return false
}

// uses finds the keys in the code of the pages. A word with dots counts as a
// key when its first part is a room of the catalog.
func uses(t *testing.T, rooms map[string]bool) (used map[string]string, begins []string) {
	t.Helper()
	used = map[string]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
			return err
		}
		if ext := filepath.Ext(path); ext != ".go" && ext != ".templ" {
			return nil
		}
		code, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range begun.FindAllStringSubmatch(string(code), -1) {
			begins = append(begins, m[1])
		}
		for _, m := range said.FindAllStringSubmatch(string(code), -1) {
			if room, _, _ := strings.Cut(m[1], "."); rooms[room] {
				used[m[1]] = path
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return used, begins
}

// Kills: a symbol on the wrong side; a currency without decimals that gets
// some; a plural that does not follow the number.
func TestFigures(t *testing.T) {
	now := time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)
	en, de := text.NewVoice("en", time.UTC, now), text.NewVoice("de-DE", time.UTC, now)
	for _, tc := range []struct{ got, want string }{
		{en.Money(123456, "EUR"), "€1,234.56"},
		{en.Money(-50, "USD"), "−$0.50"},
		{en.Money(1500, "JPY"), "¥1,500"},
		{en.Money(1234, "KWD"), "KWD\u00a01.234"},
		{de.Money(123456, "EUR"), "1.234,56\u00a0€"},
		{en.Number(1234567), "1,234,567"},
		{de.Number(1234567), "1.234.567"},
		{en.Quantity(1500, 3), "1.5"},
		{en.Quantity(12, 0), "12"},
		{en.Price(12_500_000, "EUR"), "€12.50"},
		{en.Price(12_345, "EUR"), "€0.012345"},
		{en.Age(now.Add(-3 * time.Hour).UnixMicro()), "3 h"},
		{en.When(now.Add(-time.Hour).UnixMicro()), "11:00"},
		{en.When(now.AddDate(0, -1, 0).UnixMicro()), "Feb 3, 12:00"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

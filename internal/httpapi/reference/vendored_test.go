package reference_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// maxAssets bounds what the vendored files may weigh in the repository.
const maxAssets = 2_000_000

func TestVendoredFilesAreTheOnesOnRecord(t *testing.T) {
	record, err := os.ReadFile("assets/VENDORED.md")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, row := range regexp.MustCompile(`(?m)^\| (\S+) \| ([0-9a-f]{64}) \|$`).FindAllStringSubmatch(string(record), -1) {
		want[row[1]] = row[2]
	}
	got, total := map[string]string{}, 0
	entries, err := os.ReadDir("assets")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join("assets", entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		total += len(content)
		if entry.Name() != "VENDORED.md" {
			got[entry.Name()] = sum(content)
		}
		if plain, found := bytes.CutSuffix([]byte(entry.Name()), []byte(".gz")); found {
			got[string(plain)] = sum(unpack(t, content))
		}
	}
	for name := range got {
		if want[name] == "" {
			t.Errorf("%s is not on record in assets/VENDORED.md", name)
		}
	}
	for name, hash := range want {
		if got[name] != hash {
			t.Errorf("%s has SHA-256 %q, want %s as in assets/VENDORED.md", name, got[name], hash)
		}
	}
	if total > maxAssets {
		t.Errorf("the vendored files weigh %d bytes, want at most %d", total, maxAssets)
	}
}

func sum(content []byte) string {
	s := sha256.Sum256(content)
	return hex.EncodeToString(s[:])
}

func unpack(t *testing.T, content []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

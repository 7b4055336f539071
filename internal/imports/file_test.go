package imports_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/imports"
)

func gzipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOpenTellsByMagicNotByName(t *testing.T) {
	text := "a,b\n" + strings.Repeat("1,2\n", 50_000)
	tests := []struct {
		name string
		data []byte
	}{
		{"plain.csv", []byte(text)},
		{"plain.csv.gz", []byte(text)},
		{"packed.csv.gz", gzipped(t, text)},
		{"packed.csv", gzipped(t, text)},
		{"two-members.gz", append(gzipped(t, text[:100]), gzipped(t, text[100:])...)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), tt.name)
			if err := os.WriteFile(path, tt.data, 0o600); err != nil {
				t.Fatal(err)
			}
			f, err := imports.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(f)
			if err != nil || string(got) != text {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			if read, total := f.Progress(); read != int64(len(tt.data)) || total != read {
				t.Errorf("progress %d of %d, the file has %d", read, total, len(tt.data))
			}
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestOpenFaults(t *testing.T) {
	dir := t.TempDir()
	if _, err := imports.Open(dir); fault.CodeOf(err) != "not_a_file" {
		t.Errorf("a folder: %v", err)
	}
	if _, err := imports.Open(filepath.Join(dir, "none")); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no file: %v", err)
	}
	whole := gzipped(t, "a,b\n"+strings.Repeat("1,2\n", 50_000))
	flipped := bytes.Clone(whole)
	flipped[len(flipped)-5] ^= 1
	for name, data := range map[string][]byte{"header": whole[:8], "cut": whole[:len(whole)/2], "sum": flipped} {
		f, err := imports.From(name, bytes.NewReader(data), int64(len(data)))
		if err == nil {
			_, err = io.Copy(io.Discard, f)
		}
		if fault.CodeOf(err) != "damaged_file" {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestCutFileSaysAtWhichLine(t *testing.T) {
	whole := gzipped(t, "a,b\n"+strings.Repeat("1,2\n", 500_000))
	f, err := imports.From("orders.csv.gz", bytes.NewReader(whole[:len(whole)-20]), -1)
	if err != nil {
		t.Fatal(err)
	}
	c, err := imports.NewCSV(f)
	for err == nil {
		_, err = c.Next()
	}
	if fault.CodeOf(err) != "damaged_file" || !strings.HasPrefix(err.Error(), "at line ") {
		t.Errorf("got %v", err)
	}
}

// A bomb is read as a stream, so all it can cost is time; the limit ends that.
func TestExpandedSizeIsLimited(t *testing.T) {
	f, err := imports.From("bomb", bytes.NewReader(gzipped(t, strings.Repeat("0", 1<<20))), -1)
	if err != nil {
		t.Fatal(err)
	}
	f.Spend(imports.MaxExpandedBytes - 1000)
	n, err := io.Copy(io.Discard, f)
	if n != 1000 || fault.KindOf(err) != fault.TooLarge {
		t.Errorf("%d bytes, then %v", n, err)
	}
}

func TestEmptyFileIsSaid(t *testing.T) {
	f, err := imports.From("empty", strings.NewReader(""), 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := imports.NewCSV(f); fault.CodeOf(err) != "empty_file" || errors.Is(err, io.EOF) {
		t.Errorf("got %v", err)
	}
}

package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"

	"orderly/internal/fault"
)

// copyBuffer is how much of a file is read at once.
const copyBuffer = 1 << 20

// hashAndSync reads a file that nobody else has open, and forces it to disk.
func hashAndSync(path string) (sum string, size int64, err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	if size, err = io.CopyBuffer(h, onlyReader{f}, make([]byte, copyBuffer)); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Sum(nil)), size, f.Sync()
}

// onlyReader hides the ways around the buffer.
type onlyReader struct{ io.Reader }

// copyFile copies from into the open file to, which it forces to disk, and
// gives the checksum of what it read.
func copyFile(ctx context.Context, to *os.File, from string, progress func(done, total int64)) (sum string, err error) {
	f, err := os.Open(from)
	if err != nil {
		return "", fault.Wrap(err, fault.NotFound, "no_backup", "cannot read the backup %s: %v", from, cause(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	out := io.MultiWriter(to, h)
	for done := int64(0); ; {
		n, err := io.CopyN(out, f, copyBuffer)
		done += n
		if progress != nil {
			progress(done, info.Size())
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), to.Sync()
}

// writeFile makes a small file whole or not at all, and its directory's
// entries durable, those of files renamed before it included.
func writeFile(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".orderly-backup-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already when all went well
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}

// syncDir makes renames in a directory survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Package folders is files that go between the server and a program beside it
// through directories: what is complete is read, what was read is put away, and
// what is written is there whole or not at all.
//
// What belongs here is files and their names. What does not: whose they are and
// what they say. Every path is below one root, which nothing leaves: not a
// symbolic link, and not "..".
package folders

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

// Where files go when they were read.
const (
	Archive = "archive"
	Failed  = "failed"
)

// Limits of one look at a folder.
const (
	MaxFiles = 200 // read in one round; the others wait for the next
	maxName  = 200
	maxSeen  = 10_000 // entries that are looked at
)

// Settle is for how long a file must have been left alone before it is read:
// who writes without renaming may be in the middle of it.
const Settle = 5 * time.Second

// unfinished are endings that programs give to files while they write them.
var unfinished = []string{".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp", "~"}

// Box is one directory below a root. Close it.
type Box struct {
	root *os.Root
}

// Open opens a directory below the root and makes it, with the places for what
// was read, when it is not there.
func Open(root, dir string) (*Box, error) {
	top, err := os.OpenRoot(root)
	if err != nil {
		return nil, err
	}
	defer top.Close()
	for _, d := range []string{dir, path.Join(dir, Archive), path.Join(dir, Failed)} {
		if err := top.MkdirAll(d, 0o750); err != nil {
			return nil, err
		}
	}
	below, err := top.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Box{root: below}, nil
}

// Close closes the directory.
func (b *Box) Close() error { return b.root.Close() }

// Ready lists the files that are complete, by name: those that were last
// written before the given time and do not say by their name that they are not
// done.
func (b *Box) Ready(before time.Time) ([]string, error) {
	dir, err := b.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	list, err := dir.ReadDir(maxSeen)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	var out []string
	for _, e := range list {
		if !e.Type().IsRegular() || !finished(e.Name()) {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if info.Size() > 0 && info.ModTime().Before(before) {
			out = append(out, e.Name())
		}
	}
	slices.Sort(out)
	return out[:min(len(out), MaxFiles)], nil
}

func finished(name string) bool {
	if strings.HasPrefix(name, ".") || len(name) > maxName {
		return false
	}
	for _, end := range unfinished {
		if strings.HasSuffix(strings.ToLower(name), end) {
			return false
		}
	}
	return true
}

// Read reads a file of at most so many bytes; of a longer one it reads one byte
// more, so that whoever asks can tell.
func (b *Box) Read(name string, most int64) ([]byte, error) {
	f, err := b.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most+1))
}

// PutAway moves a file that was read, under a name that nothing has yet.
func (b *Box) PutAway(name, to string) error {
	for n := range 1000 {
		target := path.Join(to, name)
		if n > 0 {
			target = path.Join(to, fmt.Sprintf("%s.%d", name, n))
		}
		if _, err := b.root.Lstat(target); err == nil {
			continue
		}
		return b.root.Rename(name, target)
	}
	return fmt.Errorf("%s has a thousand files named %s", to, name)
}

// Say leaves a sentence beside a file that was put away as failed.
func (b *Box) Say(name, sentence string) error {
	return b.Write(path.Join(Failed, name+".error.txt"), []byte(sentence+"\n"))
}

// Write writes a file so that it is there whole or not at all: under a hidden
// name first, which whoever watches leaves alone, and then renamed.
func (b *Box) Write(name string, data []byte) error {
	hidden := path.Join(path.Dir(name), "."+path.Base(name)+".tmp")
	f, err := b.root.OpenFile(hidden, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if bad := f.Close(); err == nil {
		err = bad
	}
	if err != nil {
		return err
	}
	return b.root.Rename(hidden, name)
}

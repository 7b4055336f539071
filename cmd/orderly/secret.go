package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/seal"
	"orderly/internal/store"
)

// secretKeyName is the key's file beside the embedded database.
const secretKeyName = "orderly.key"

// secretFlags say where the key is that seals secrets.
type secretFlags struct {
	SecretKeyFile string     `placeholder:"FILE" env:"ORDERLY_SECRET_KEY_FILE" group:"Server" help:"File with the key that seals what must not be read from a backup (second factors): 64 hexadecimal digits, older keys below it. Beside the embedded database one is made when left out; several nodes need the same one."`
	SecretKey     secretText `placeholder:"HEX" env:"ORDERLY_SECRET_KEY" group:"Server" help:"The key itself; better in the environment than as a flag, which others can see."`
}

// secretText is not shown where settings are.
type secretText string

func (s secretText) String() string {
	if s == "" {
		return ""
	}
	return "xxxxx"
}

// useSecretKey gives the desk the key. Without one everything works but setting
// up an authenticator app, which then says what is missing.
func (f secretFlags) useSecretKey(d *desk.Desk, o store.Options) error {
	text := string(f.SecretKey)
	var err error
	switch {
	case f.SecretKey != "" && f.SecretKeyFile != "":
		return usagef("name the secret key once: --secret-key-file or ORDERLY_SECRET_KEY, not both")
	case f.SecretKeyFile != "":
		text, err = readKeyFile(f.SecretKeyFile)
	case f.SecretKey == "" && o.URL != "":
		return nil
	case f.SecretKey == "":
		text, err = keyBeside(o.Dir)
	}
	if err != nil {
		return err
	}
	ring, err := seal.Parse(text)
	if err != nil {
		return err
	}
	admin.UseSeal(d, ring)
	return nil
}

func readKeyFile(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		var p *fs.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return "", fault.Wrap(err, fault.Invalid, "unreadable", "cannot read the secret key from %s: %v", path, err)
	}
	return string(text), nil
}

// keyBeside reads the key beside a database file, or makes one. Of two that
// start at once, one makes it and the other reads it.
func keyBeside(dir string) (string, error) {
	path := filepath.Join(dir, secretKeyName)
	text, err := readKeyFile(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return text, err
	}
	f, err := os.CreateTemp(dir, "."+secretKeyName+"-*") // 0600
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(seal.NewKey() + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return readKeyFile(path)
}

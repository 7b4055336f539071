package admin

import (
	"context"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/certificates"
)

// maxCertificate bounds what is kept under one name: a key and its chain.
const maxCertificate = 256 << 10

func certificateAbout(name string) string { return "tls " + name }

// Certificates belong to the installation and not to one of its merchants;
// they lie beside the first one's rows and outside its lock, as no act reads
// them. They are no part of the journal.

// CanKeepCertificates is why not, when a server was started without the key
// that seals them.
func CanKeepCertificates(d *desk.Desk) error {
	_, err := ringOf(d)
	return err
}

// Certificate opens what is kept under a name, nil for nothing. What was sealed
// under a key that is gone is an error.
func Certificate(ctx context.Context, d *desk.Desk, name string) ([]byte, error) {
	ring, err := ringOf(d)
	if err != nil {
		return nil, err
	}
	var sealed string
	err = d.DB.Read(ctx, access.System(Main, "system", "tls"), func(r *store.Reader) (err error) {
		sealed, err = certificates.Get(r, name)
		return err
	})
	if err != nil || sealed == "" {
		return nil, err
	}
	return ring.Open(sealed, certificateAbout(name))
}

// KeepCertificate seals a key and its chain under a name.
func KeepCertificate(ctx context.Context, d *desk.Desk, name string, text []byte) error {
	ring, err := ringOf(d)
	if err != nil {
		return err
	}
	if len(text) > maxCertificate {
		return fault.New(fault.Invalid, "too_large", "a certificate with its chain has at most %d bytes; this one has %d", maxCertificate, len(text))
	}
	sealed := ring.Seal(text, certificateAbout(name))
	return d.DB.Transact(ctx, func(tx *store.Tx) error {
		tx.Beside(Main)
		return certificates.Put(tx, name, sealed)
	})
}

// ForgetCertificate removes what is kept under a name.
func ForgetCertificate(ctx context.Context, d *desk.Desk, name string) error {
	return d.DB.Transact(ctx, func(tx *store.Tx) error {
		tx.Beside(Main)
		return certificates.Delete(tx, name)
	})
}

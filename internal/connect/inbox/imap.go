package inbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"slices"
	"strconv"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"orderly/internal/support"
)

// Timeout is the longest that fetching may take.
const Timeout = 2 * time.Minute

// AtOnce is how many mails are fetched in one go: the next go has the rest.
const AtOnce = 50

// Box is a mailbox as it is reached. It is always reached over TLS.
type Box struct {
	Host     string
	Port     int
	Security string // tls or starttls
	Username string
	Password string
	Folder   string
	Roots    *x509.CertPool // that its certificate must lead to; nil for the machine's
}

// Place is how far a mailbox was read: numbers below Validity have a meaning
// under it alone.
type Place struct {
	Validity, Last int64
	Since          time.Time // from when on mail is looked for when Validity has changed
}

// Fetch reads what came after a place, the oldest first, and gives each mail to
// take, which says that it is kept. A mail that is too large comes with its
// header alone. It changes nothing in the mailbox. The place that it gives is
// that of the last mail that was taken, also with an error.
func Fetch(ctx context.Context, b Box, from Place, take func(raw []byte) error) (Place, error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	c, err := dial(ctx, b)
	if err != nil {
		return from, err
	}
	defer func() { _ = c.Close() }()
	if err := c.Login(b.Username, b.Password).Wait(); err != nil {
		return from, err
	}
	sel, err := c.Select(b.Folder, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		return from, err
	}
	list, from, err := waiting(c, sel, from)
	if err != nil {
		return from, err
	}
	for _, uid := range list[:min(len(list), AtOnce)] {
		raw, err := one(c, uid)
		if err == nil {
			err = take(raw)
		}
		if err != nil {
			return from, err
		}
		from.Last = int64(uid)
	}
	_ = c.Logout().Wait() // the mails are here; its good-bye changes nothing
	return from, nil
}

// waiting are the numbers of what came after a place. A mailbox that is seen for
// the first time begins with what comes from now on. When its numbers have
// changed, it is read again from some days before; what was taken is known by
// its Message-ID.
func waiting(c *imapclient.Client, sel *imap.SelectData, from Place) ([]imap.UID, Place, error) {
	valid := int64(sel.UIDValidity)
	criteria := &imap.SearchCriteria{}
	switch {
	case from.Validity == 0:
		return nil, Place{Validity: valid, Last: max(0, int64(sel.UIDNext)-1)}, nil
	case from.Validity != valid:
		from = Place{Validity: valid, Since: from.Since}
		criteria.Since = from.Since
	}
	criteria.UID = []imap.UIDSet{{imap.UIDRange{Start: imap.UID(from.Last + 1), Stop: 0}}}
	got, err := c.UIDSearch(criteria, nil).Wait()
	if err != nil {
		return nil, from, err
	}
	list := slices.DeleteFunc(got.AllUIDs(), func(u imap.UID) bool { return int64(u) <= from.Last }) // "n:*" names the last one always
	slices.Sort(list)
	return list, from, nil
}

func dial(ctx context.Context, b Box) (*imapclient.Client, error) {
	address := net.JoinHostPort(b.Host, strconv.Itoa(b.Port))
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if end, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(end); err != nil {
			return nil, err
		}
	}
	set := &tls.Config{ServerName: b.Host, RootCAs: b.Roots, MinVersion: tls.VersionTLS12}
	if b.Security == "starttls" {
		return imapclient.NewStartTLS(conn, &imapclient.Options{TLSConfig: set})
	}
	line := tls.Client(conn, set)
	if err := line.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return imapclient.New(line, nil), nil
}

// one reads a mail, as much of it as is kept.
func one(c *imapclient.Client, uid imap.UID) ([]byte, error) {
	sizes, err := c.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{RFC822Size: true}).Collect()
	if err != nil {
		return nil, err
	}
	section := &imap.FetchItemBodySection{Peek: true}
	if len(sizes) == 0 || sizes[0].RFC822Size > support.MaxMail {
		section.Specifier = imap.PartSpecifierHeader
	}
	cmd := c.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{section}})
	defer func() { _ = cmd.Close() }()
	var raw []byte
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		for item := m.Next(); item != nil; item = m.Next() {
			if body, ok := item.(imapclient.FetchItemDataBodySection); ok && body.Literal != nil {
				if raw, err = io.ReadAll(io.LimitReader(body.Literal, support.MaxMail)); err != nil {
					return nil, err
				}
			}
		}
	}
	return raw, errors.Join(err, cmd.Close())
}

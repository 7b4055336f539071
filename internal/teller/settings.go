package teller

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"orderly/internal/connect/payments"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
)

// Takes is what a kind of provider is set up with: the secrets that it needs,
// none when there is no such kind, and what may be wrong with them.
func Takes(d *desk.Desk, kind string) (fields []string, judge func(map[string]string) error) {
	driver := Drivers(d)[kind]
	if driver == nil {
		return nil, nil
	}
	return driver.Fields(), func(secrets map[string]string) error {
		_, err := driver.Open(secrets)
		return err
	}
}

// Check asks a provider whether it takes the secrets that the shop has.
func Check(ctx context.Context, d *desk.Desk, m int64, code string) (payments.Checked, error) {
	to, err := Open(ctx, d, m, code)
	if err != nil {
		return payments.Checked{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, payments.Timeout)
	defer cancel()
	got, err := to.Check(ctx)
	switch {
	case errors.Is(err, payments.ErrAccess):
		return got, fault.Wrap(err, fault.Conflict, "no_access", "%s does not take the secrets; copy them again from its dashboard", code)
	case err != nil:
		return got, fault.Wrap(err, fault.Unavailable, "provider_unreachable", "%s did not answer; try again in a moment", code)
	}
	return got, nil
}

// Endpoint is the last part of the address to which a provider sends events: a
// merchant other than the first says who it is.
func Endpoint(m int64, code string) string {
	if m == admin.Main {
		return code
	}
	return code + "." + strconv.FormatInt(m, 10)
}

// merchantOf reads what Endpoint wrote.
func merchantOf(endpoint string) (m int64, code string, ok bool) {
	code, text, named := strings.Cut(endpoint, ".")
	if !named {
		return admin.Main, code, true
	}
	m, err := strconv.ParseInt(text, 10, 64)
	return m, code, err == nil && m > 0 && Endpoint(m, code) == endpoint
}

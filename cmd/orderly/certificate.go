package main

import (
	"crypto/tls"

	"orderly/internal/fault"
)

// checkCertificate refuses a pair of files that no server could use.
func checkCertificate(cert, key string) error {
	if _, err := tls.LoadX509KeyPair(cert, key); err != nil {
		return fault.Wrap(err, fault.Invalid, "invalid_certificate", "cannot use --tls-cert %s with --tls-key %s: %v", cert, key, err)
	}
	return nil
}

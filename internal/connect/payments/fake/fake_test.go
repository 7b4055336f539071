package fake_test

import (
	"testing"

	"orderly/internal/connect/payments/fake"
	"orderly/internal/connect/payments/paytest"
)

func TestPromises(t *testing.T) {
	paytest.Run(t, func(*testing.T) paytest.Harness {
		p := &fake.Provider{Secret: "s"}
		return paytest.Harness{Bank: p, Provider: p, Source: "tok_1"}
	})
}

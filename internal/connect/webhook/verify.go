package webhook

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// Tolerance is how old a message may be that is taken, or how far ahead.
const Tolerance = 5 * time.Minute

// MaxID bounds what a message calls itself.
const MaxID = 100

var errUnproven = errors.New("the signature does not prove who sent it")

// Prove checks that a message was signed with one of the secrets within the
// tolerance of an instant, and gives its id, which is the same at every try.
func Prove(secrets []string, h http.Header, body []byte, now time.Time) (string, error) {
	id := h.Get(standardwebhooks.HeaderWebhookID)
	sent, err := strconv.ParseInt(h.Get(standardwebhooks.HeaderWebhookTimestamp), 10, 64)
	if id == "" || len(id) > MaxID || err != nil {
		return "", errUnproven
	}
	if age := now.Sub(time.Unix(sent, 0)); age > Tolerance || age < -Tolerance {
		return "", errUnproven
	}
	for _, secret := range secrets {
		w, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			return "", errors.New("a secret cannot be read") // the library's error would tell of it
		}
		if w.VerifyIgnoringTimestamp(body, h) == nil {
			return id, nil
		}
	}
	return "", errUnproven
}

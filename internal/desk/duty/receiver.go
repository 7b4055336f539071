package duty

import (
	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/fault"
	"orderly/internal/queue"
	"orderly/internal/store"
	"orderly/internal/store/users"
)

// Able reports whether a user may do the work of a queue.
func Able(u users.User, q *queue.Queue) bool {
	scope := access.Scope{Merchant: 1, Permissions: access.PermissionsOf(u.Roles)}
	return u.Status == account.Active && scope.May(q.Works)
}

// ActorOf is a user as work and the journal name one.
func ActorOf(id users.ID) string { return access.Actor{Kind: access.User, ID: id.String()}.String() }

// Receiver is the actor for the user with the id of a form, who is to get work
// of a queue. Whoever may not do it is refused like one who does not exist.
func Receiver(r *store.Reader, q *queue.Queue, user string) (string, error) {
	id, err := users.ParseID(user)
	var u users.User
	if err == nil {
		u, err = users.Get(r, id)
	}
	if err != nil || !Able(u, q) {
		return "", fault.New(fault.Invalid, "unknown_user", "choose somebody who may do this work")
	}
	return ActorOf(id), nil
}

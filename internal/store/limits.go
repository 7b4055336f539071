package store

import "time"

// Limits of waiting. A transaction of ours takes milliseconds; these free the
// merchant when a node freezes or a disk stalls. Zero means the usual one; the
// torture campaigns shorten them so that many faults fit into a minute.
type Limits struct {
	Statement time.Duration // one statement; a transaction may take three times as long
	Idle      time.Duration // after which the server ends a session that idles in a transaction
	Lease     time.Duration // of a part of the id space
	Resolve   time.Duration // how long the outcome of a lost COMMIT is looked for
}

func (l Limits) orUsual() Limits {
	usual := Limits{Statement: 10 * time.Second, Idle: 5 * time.Second, Lease: 30 * time.Second, Resolve: 15 * time.Second}
	for _, x := range [...]struct{ given, usual *time.Duration }{
		{&l.Statement, &usual.Statement}, {&l.Idle, &usual.Idle}, {&l.Lease, &usual.Lease}, {&l.Resolve, &usual.Resolve},
	} {
		if *x.given == 0 {
			*x.given = *x.usual
		}
	}
	return l
}

const (
	busyTimeout = 10 * time.Second
	tcpTimeout  = 10 * time.Second
	ReadTimeout = 10 * time.Second

	// patience is how long a transaction or a read waits for a server that is
	// restarting before it is refused as retryable.
	patience = 2 * time.Second

	rollbackTimeout = 5 * time.Second
)

// Plant is a fault on purpose. Only a test that shows that a checker finds it
// sets one.
type Plant int

const (
	PlantNothing         Plant = iota
	PlantUnlockedResolve       // a lost COMMIT is looked for without the merchant's lock
	PlantNoLock                // the merchant's row is read without FOR UPDATE
	PlantGoOn                  // transactions go on after the disk failed
)

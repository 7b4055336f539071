package order

import "fmt"

// Bucket is a place where units of a line can be, or (the last three) a
// figure kept beside the places about units that have left.
type Bucket uint8

const (
	Ordered     Bucket = iota // the whole; not a place
	Canceled                  // will not be sent
	Unsourced                 // no place has been found yet: held, future-dated, between two sourcings
	Backordered               // waits in the line for stock to come
	Allocated                 // claimed at a location, in an open fulfillment
	Picked                    // off the shelf
	Packed                    // in a parcel
	Shipped                   // left the building
	Delivered                 // arrived
	Lost                      // left and will not arrive

	ReturnRequested // asked to come back
	Returned        // came back
	Restocked       // came back and is sellable again

	bucketCount
)

var bucketNames = [bucketCount]string{
	"ordered", "canceled", "unsourced", "backordered", "allocated", "picked", "packed",
	"shipped", "delivered", "lost", "return_requested", "returned", "restocked",
}

func (b Bucket) String() string {
	if b < bucketCount {
		return bucketNames[b]
	}
	return fmt.Sprintf("bucket(%d)", b)
}

// Places are the buckets of which every unit is in exactly one.
var Places = [...]Bucket{Canceled, Unsourced, Backordered, Allocated, Picked, Packed, Shipped, Delivered, Lost}

// Buckets holds the units of one line, or the sums over an order, in the
// item's smallest steps.
type Buckets [bucketCount]int64

// Add adds every bucket of b.
func (a *Buckets) Add(b Buckets) {
	for i := range a {
		a[i] += b[i]
	}
}

// Open is how many units still ask for work: not canceled, not gone.
func (a Buckets) Open() int64 {
	return a[Unsourced] + a[Backordered] + a[Allocated] + a[Picked] + a[Packed]
}

// Left is how many units have left the building and were not taken back in.
func (a Buckets) Left() int64 { return a[Shipped] + a[Delivered] }

// Live is how many units were not canceled.
func (a Buckets) Live() int64 { return a[Ordered] - a[Canceled] }

// Cancelable is how many units can still be canceled as they are.
func (a Buckets) Cancelable() int64 { return a[Unsourced] + a[Backordered] + a[Allocated] }

// Check is nil when the bucket law holds: every unit in exactly one place,
// nothing negative, and what came back never more than what left.
func (a Buckets) Check() error {
	sum := int64(0)
	for _, p := range Places {
		sum += a[p]
	}
	for b, q := range a {
		if q < 0 {
			return fmt.Errorf("bucket law: %s is %d", Bucket(b), q)
		}
	}
	switch {
	case sum != a[Ordered]:
		return fmt.Errorf("bucket law: %d ordered but %d in places", a[Ordered], sum)
	case a[ReturnRequested]+a[Returned] > a[Shipped]+a[Delivered]:
		return fmt.Errorf("bucket law: %d coming or come back of %d that left", a[ReturnRequested]+a[Returned], a[Shipped]+a[Delivered])
	case a[Restocked] > a[Returned]:
		return fmt.Errorf("bucket law: %d restocked of %d returned", a[Restocked], a[Returned])
	}
	return nil
}

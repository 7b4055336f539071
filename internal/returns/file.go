package returns

// What a file of a return is for.
const (
	Label = "label" // for the way back, from us
	Photo = "photo" // of the goods, from the customer
)

// Limits of files.
const (
	MaxLabel  = 2 << 20
	MaxPhoto  = 4 << 20
	MaxPhotos = 4 // of one return
)

// File is what came with a return. Its kind is what is in it, whatever whoever
// sent it calls it.
type File struct {
	ID      int64
	Return  ID
	Purpose string
	Kind    string // media type
	Size    int64
	Data    []byte
	At      int64
}

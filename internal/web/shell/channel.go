package shell

import (
	"orderly/internal/store"
	"orderly/internal/store/channels"
)

// Channel is what the merchant calls a channel. The labels are read when a page
// first shows one; should that fail, a channel is called by its code.
func (v *Visit) Channel(code string) string {
	if v.channels == nil {
		err := v.Read(func(r *store.Reader) (err error) {
			v.channels, err = channels.Labels(r)
			return err
		})
		if err != nil {
			v.Log("the labels of channels could not be read", err)
			v.channels = map[string]string{}
		}
	}
	if label := v.channels[code]; label != "" {
		return label
	}
	return channels.Of(code).Label
}

package sdk

import "encoding/json"

// show is v as a reader wants to see it.
func show(v any) string {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}

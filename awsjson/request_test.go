package awsjson

import "testing"

func TestAccount(t *testing.T) {
	for key, want := range map[string]string{
		"111111111111": "111111111111", "000000000000": "000000000000",
		"": "", "x": "", "AKIAIOSFODNN7EXAMPLE": "", "11111111111": "", "1111111111111": "", "11111111111x": "", "１１１１１１１１１１１１": "",
	} {
		if got := (RequestInfo{AccessKey: key}).Account(); got != want {
			t.Errorf("the account of the key %q is %q, want %q", key, got, want)
		}
	}
}

package engine

import (
	"time"

	"github.com/google/uuid"

	"github.com/stepwell/stepwell/value"
)

// sdkMetadata is what an optimized integration adds to a call's answer: what the SDK knew about the
// HTTP response, here that of an answer without a wire.
func sdkMetadata(now time.Time) []value.Member {
	id := uuid.NewString()
	headers := []struct{ name, value string }{
		{"x-amzn-RequestId", id},
		{"Date", now.Format(time.RFC1123)},
		{"Content-Type", "application/x-amz-json-1.0"},
	}
	var all, first []value.Member
	for _, h := range headers {
		all = append(all, value.Member{Key: h.name, Value: value.Array(value.String(h.value))})
		first = append(first, value.Member{Key: h.name, Value: value.String(h.value)})
	}
	return []value.Member{
		{Key: "SdkHttpMetadata", Value: value.Object(
			value.Member{Key: "AllHttpHeaders", Value: value.Object(all...)},
			value.Member{Key: "HttpHeaders", Value: value.Object(first...)},
			value.Member{Key: "HttpStatusCode", Value: value.Int(200)},
		)},
		{Key: "SdkResponseMetadata", Value: value.Object(value.Member{Key: "RequestId", Value: value.String(id)})},
	}
}

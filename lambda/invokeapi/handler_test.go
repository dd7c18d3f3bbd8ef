package invokeapi_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/lambda"
	"github.com/stepwell/stepwell/lambda/invokeapi"
)

// TestCallThatIsGivenUp is answered by an error, whoever still hears it. What else there is to say of
// the API is tested where servers serve it.
func TestCallThatIsGivenUp(t *testing.T) {
	release := make(chan struct{})
	host := lambda.New(lambda.Options{Source: new(lambda.Set), Account: "123456789012", Region: "us-east-1", Native: func(lambda.Name) lambda.Native {
		return func(context.Context, []byte) ([]byte, bool) {
			<-release
			return nil, false
		}
	}})
	defer host.Close()
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, invokeapi.Prefix+"/f/invocations", strings.NewReader("{}"))
	invokeapi.New(host, slog.New(slog.DiscardHandler)).ServeHTTP(w, r)
	if w.Code != http.StatusInternalServerError || w.Header().Get("X-Amzn-ErrorType") != "ServiceException" {
		t.Errorf("got %d %v %s", w.Code, w.Header(), w.Body)
	}
}

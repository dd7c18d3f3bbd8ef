package service

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/store"
)

// What holds where a request has no configuration, or leaves out a member of one.
func defaultLogging() sfn.LoggingConfiguration {
	return sfn.LoggingConfiguration{Level: new(sfn.LogLevelOff), IncludeExecutionData: new(false)}
}

func defaultTracing() sfn.TracingConfiguration {
	return sfn.TracingConfiguration{Enabled: new(false)}
}

func defaultEncryption() sfn.EncryptionConfiguration {
	return sfn.EncryptionConfiguration{Type: new(sfn.EncryptionTypeAwsOwnedKey)}
}

func checkLogging(c *sfn.LoggingConfiguration) error {
	if c == nil || c.Level == nil || *c.Level == sfn.LogLevelOff {
		return nil
	}
	if len(c.Destinations) != 1 {
		return sfn.InvalidLoggingConfiguration("Must specify exactly one Log Destination.")
	}
	group := c.Destinations[0].CloudWatchLogsLogGroup
	if group == nil || group.LogGroupArn == nil {
		return sfn.InvalidLoggingConfiguration("Must set valid CloudWatch Log Group ARN.")
	}
	return checkLogGroup(*group.LogGroupArn)
}

// checkLogGroup wants arn:<partition>:logs:<region>:<account>:log-group:<name>:*.
func checkLogGroup(text string) error {
	p := strings.SplitN(text, ":", 7)
	switch {
	case len(p) < 6 || p[0] != "arn":
		return sfn.InvalidLoggingConfiguration("Must set valid CloudWatch Log Group ARN.")
	case p[2] != "logs" || p[5] != "log-group" || len(p) < 7 || p[6] == "":
		return sfn.InvalidLoggingConfiguration("Provided ARN is not CloudWatch Logs Log Group ARN.")
	case !strings.HasSuffix(p[6], ":*"):
		return sfn.InvalidLoggingConfiguration("Log Group ARN must be provided with '*' qualifier.")
	}
	return nil
}

func checkEncryption(c *sfn.EncryptionConfiguration) error {
	switch {
	case c == nil:
		return nil
	case *c.Type == sfn.EncryptionTypeCustomerManagedKmsKey:
		if c.KmsKeyId == nil {
			return sfn.InvalidEncryptionConfiguration("Must set a valid kmsKeyId.")
		}
	case c.KmsKeyId != nil:
		return sfn.InvalidEncryptionConfiguration("Custom kmsKeyId is not allowed when selecting AWS_OWNED_KEY.")
	case c.KmsDataKeyReusePeriodSeconds != nil:
		return sfn.InvalidEncryptionConfiguration("Custom kmsDataKeyReusePeriodSeconds is not allowed when selecting AWS_OWNED_KEY.")
	}
	return nil
}

// configuration is a shape, completed by fallback, as the text that the store keeps: empty when that
// is the fallback itself, so that saying what holds anyway is no difference.
func configuration[C any](given *C, fallback C) string {
	if given == nil {
		return ""
	}
	usual := encoded(fallback) // first: completing a shape by the fallback changes what that points to
	if text := encoded(stored(encoded(given), fallback)); text != usual {
		return text
	}
	return ""
}

func encoded(shape any) string {
	b, err := json.Marshal(shape)
	if err != nil {
		panic(fmt.Sprintf("service: %T does not encode: %v", shape, err))
	}
	return string(b)
}

// setConfiguration replaces a configuration by one that a request has.
func setConfiguration[C any](field *string, given *C, fallback C) {
	if given != nil {
		*field = configuration(given, fallback)
	}
}

// stored is the shape that the store keeps as text, with the members that it leaves out, or all, from
// fallback.
func stored[C any](text string, fallback C) *C {
	if text == "" {
		return &fallback
	}
	if err := json.Unmarshal([]byte(text), &fallback); err != nil {
		panic(fmt.Sprintf("service: a stored %T does not decode: %v", fallback, err))
	}
	return &fallback
}

// configurations are those of a revision.
func configurations(r store.Revision) (*sfn.LoggingConfiguration, *sfn.TracingConfiguration, *sfn.EncryptionConfiguration) {
	return stored(r.Logging, defaultLogging()), stored(r.Tracing, defaultTracing()), stored(r.Encryption, defaultEncryption())
}

// wants reports whether a request has a switch and it is on.
func wants(b *bool) bool { return b != nil && *b }

// set replaces a field by a member that a request has.
func set(field, v *string) {
	if v != nil {
		*field = *v
	}
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

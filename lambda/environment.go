package lambda

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// environment is what a process of f finds: the environment of this one, what Lambda says there
// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html), more, and the function's
// own; what comes later wins.
func (h *Host) environment(f *Function, more map[string]string) []string {
	name := f.Name.Function
	said := map[string]string{
		"AWS_LAMBDA_FUNCTION_NAME":        name,
		"AWS_LAMBDA_FUNCTION_VERSION":     cmp.Or(f.Name.Version(), Latest),
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(MemoryMegabytes),
		"AWS_LAMBDA_LOG_GROUP_NAME":       "/aws/lambda/" + name,
		"AWS_LAMBDA_LOG_STREAM_NAME":      time.Now().UTC().Format("2006/01/02/") + "[$LATEST]stepwell",
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_REGION":                      cmp.Or(f.Name.Region, h.options.Region),
		"AWS_DEFAULT_REGION":              cmp.Or(f.Name.Region, h.options.Region),
		"LAMBDA_TASK_ROOT":                f.Dir,
		"TZ":                              "UTC",
	}
	if h.options.Endpoint != "" && os.Getenv("AWS_ENDPOINT_URL") == "" && os.Getenv("AWS_ENDPOINT_URL_SFN") == "" {
		said["AWS_ENDPOINT_URL_SFN"] = h.options.Endpoint
	}
	if !findsCredentials(f) {
		said["AWS_ACCESS_KEY_ID"], said["AWS_SECRET_ACCESS_KEY"] = cmp.Or(f.Name.Account, h.options.Account), "stepwell"
	}
	maps.Copy(said, more)
	maps.Copy(said, f.Environment)
	env := os.Environ() // of a variable that is there twice the last value counts
	for _, key := range slices.Sorted(maps.Keys(said)) {
		env = append(env, fmt.Sprintf("%s=%s", key, said[key]))
	}
	return env
}

// findsCredentials says that SDKs find credentials in what f is given, or in what the server has. On Lambda
// they always do.
func findsCredentials(f *Function) bool {
	for _, key := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"} {
		if _, own := f.Environment[key]; own || os.Getenv(key) != "" {
			return true
		}
	}
	look := func(key string) string { return cmp.Or(f.Environment[key], os.Getenv(key)) }
	home, _ := os.UserHomeDir() // without one there are no files
	home = cmp.Or(f.Environment["HOME"], home)
	for _, file := range []string{
		cmp.Or(look("AWS_SHARED_CREDENTIALS_FILE"), filepath.Join(home, ".aws", "credentials")),
		cmp.Or(look("AWS_CONFIG_FILE"), filepath.Join(home, ".aws", "config")),
	} {
		if _, err := os.Stat(file); err == nil {
			return true
		}
	}
	return false
}

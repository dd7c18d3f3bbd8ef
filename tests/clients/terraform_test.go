//go:build clients

package clients

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// provider is where a plugin folder has Terraform's provider for AWS.
const provider = "registry.terraform.io/hashicorp/aws/*/*/terraform-provider-aws*"

// pluginFolder returns a folder that has the provider, which is not loaded from the network for a test.
func pluginFolder(t *testing.T) string {
	t.Helper()
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{
		os.Getenv("TF_PLUGIN_CACHE_DIR"), filepath.Join(home, ".terraform.d/plugins"), filepath.Join(home, ".local/share/terraform/plugins"),
		"/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins", "/opt/*",
	} {
		if folder == "" {
			continue
		}
		found, err := filepath.Glob(filepath.Join(folder, provider))
		if err != nil {
			t.Fatal(err)
		}
		for i := range found {
			for range 6 { // the elements of provider
				found[i] = filepath.Dir(found[i])
			}
			return found[i]
		}
	}
	t.Skip("Terraform's provider for AWS is in no plugin folder, such as ~/.terraform.d/plugins: Terraform is not tested")
	return ""
}

// terraform runs Terraform's commands on a configuration.
type terraform struct {
	dir string
	env []string
}

func newTerraform(t *testing.T, s *server) *terraform {
	t.Helper()
	if exec.Command("terraform", "version").Run() != nil {
		t.Skip("terraform is not in PATH: Terraform is not tested")
	}
	tf := &terraform{dir: t.TempDir()}
	if err := os.CopyFS(tf.dir, os.DirFS("testdata/terraform")); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(tf.dir, "terraform.rc")
	mirror := "provider_installation {\n  filesystem_mirror {\n    path = " + strconv.Quote(pluginFolder(t)) + "\n  }\n}\n"
	if err := os.WriteFile(config, []byte(mirror), 0o600); err != nil {
		t.Fatal(err)
	}
	tf.env = environment(s.endpoint(), "TF_CLI_CONFIG_FILE="+config, "TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1")
	tf.run(t, "init", "-no-color")
	return tf
}

// set gives a variable of the configuration a value.
func (tf *terraform) set(name, value string) { tf.env = append(tf.env, "TF_VAR_"+name+"="+value) }

func (tf *terraform) run(t *testing.T, args ...string) string {
	t.Helper()
	command := exec.Command("terraform", args...)
	command.Env, command.Dir = tf.env, tf.dir
	out, err := command.Output()
	if err != nil {
		t.Fatalf("terraform %s: %v\n%s%s", args[0], err, out, stderr(err))
	}
	return string(out)
}

// settle applies the configuration and wants that a plan finds no difference afterwards.
func (tf *terraform) settle(t *testing.T) {
	t.Helper()
	tf.run(t, "apply", "-no-color", "-auto-approve")
	tf.run(t, "plan", "-no-color", "-detailed-exitcode") // the exit code is 2 when there are differences
}

// outputs are those of the configuration.
func (tf *terraform) outputs(t *testing.T) map[string]any {
	t.Helper()
	all := parsed(t, tf.run(t, "output", "-json")).(map[string]any)
	for name, o := range all {
		all[name] = o.(map[string]any)["value"]
	}
	return all
}

// TestTerraform applies a configuration, changes it twice, and destroys what it made; in between a plan
// finds nothing to do.
func TestTerraform(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	tf := newTerraform(t, s)
	t.Log(regexp.MustCompile(`Terraform v\S+|provider \S+aws v\S+`).FindAllString(tf.run(t, "version"), -1))

	tf.set("greeting", "hello")
	tf.set("team", "a")
	tf.set("level", "ERROR")
	tf.settle(t)
	const greet = machinePrefix + "greet"
	want := map[string]any{
		"account": "123456789012", "machine": greet, "version": greet + ":1", "versions": []any{greet + ":1"}, "alias": greet + ":live",
		"activity": "work", "role": "arn:aws:iam::123456789012:role/states",
	}
	equal(t, "outputs", tf.outputs(t), want)

	tf.set("greeting", "goodbye")
	tf.set("team", "b")
	tf.set("level", "ALL")
	tf.settle(t)
	want["version"], want["versions"] = greet+":2", []any{greet + ":2", greet + ":1"}
	equal(t, "outputs after a change", tf.outputs(t), want)

	tf.set("previous", greet+":1")
	tf.settle(t)
	python(t, s, "terraform.py", "applied")
	tf.run(t, "destroy", "-no-color", "-auto-approve")
	python(t, s, "terraform.py", "destroyed")
}

package iam_test

import (
	"encoding/xml"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/iam"
	"github.com/stepwell/stepwell/kv/memory"
	"github.com/stepwell/stepwell/store"
)

const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"states.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

func always() error { return nil }

// newServer serves a handler over an empty store.
func newServer(t *testing.T, writable func() error) *httptest.Server {
	t.Helper()
	s, err := store.Open(t.Context(), memory.New())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(iam.NewHandler(s, writable, "123456789012", slog.New(slog.DiscardHandler)))
	t.Cleanup(server.Close)
	return server
}

// call posts an action with name=value parameters.
func call(t *testing.T, server *httptest.Server, version, action string, params ...string) (int, string) {
	t.Helper()
	form := url.Values{"Version": {version}, "Action": {action}}
	for _, p := range params {
		name, value, _ := strings.Cut(p, "=")
		form.Set(name, value)
	}
	resp, err := http.PostForm(server.URL, form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(text, new(struct{})); err != nil {
		t.Fatalf("%s answered what is not XML: %s", action, text)
	}
	return resp.StatusCode, string(text)
}

// TestRoles goes through the life of a role; each step says what its answer must hold.
func TestRoles(t *testing.T) {
	server := newServer(t, always)
	encoded := "<AssumeRolePolicyDocument>" + url.PathEscape(trust) + "</AssumeRolePolicyDocument>"
	for _, step := range []struct {
		action string
		params []string
		status int
		want   string
	}{
		{"GetRole", []string{"RoleName=r"}, 404, "<Code>NoSuchEntity</Code><Message>The role with name r cannot be found.</Message>"},
		{"CreateRole", []string{"RoleName=r", "AssumeRolePolicyDocument=" + trust, "Tags.member.1.Key=k", "Tags.member.1.Value=v"}, 200, "<CreateRoleResult><Role><Path>/</Path><RoleName>r</RoleName><RoleId>AROA"},
		{"CreateRole", []string{"RoleName=r", "AssumeRolePolicyDocument=" + trust}, 409, "<Code>EntityAlreadyExists</Code>"},
		{"CreateRole", []string{"RoleName=bad name", "AssumeRolePolicyDocument=" + trust}, 400, "<Code>ValidationError</Code>"},
		{"CreateRole", []string{"RoleName=x", "AssumeRolePolicyDocument={"}, 400, "<Code>MalformedPolicyDocument</Code>"},
		{"CreateRole", []string{"RoleName=x", `AssumeRolePolicyDocument="text"`}, 400, "<Code>MalformedPolicyDocument</Code>"},
		{"CreateRole", []string{"RoleName=x", "AssumeRolePolicyDocument=" + trust, "Path=team"}, 400, "<Code>ValidationError</Code><Message>The specified value for path is invalid."},
		{"CreateRole", []string{"RoleName=x", "AssumeRolePolicyDocument=" + trust, "MaxSessionDuration=60"}, 400, "<Code>ValidationError</Code>"},
		{"GetRole", []string{"RoleName=r"}, 200, "<Arn>arn:aws:iam::123456789012:role/r</Arn>"},
		{"GetRole", []string{"RoleName=r"}, 200, encoded},
		{"GetRole", []string{"RoleName=r"}, 200, "<Tags><member><Key>k</Key><Value>v</Value></member></Tags>"},
		{"PutRolePolicy", []string{"RoleName=r", "PolicyName=p", `PolicyDocument={"a":1}`}, 200, "<PutRolePolicyResponse"},
		{"GetRolePolicy", []string{"RoleName=r", "PolicyName=p"}, 200, "<PolicyDocument>%7B%22a%22:1%7D</PolicyDocument>"},
		{"ListRolePolicies", []string{"RoleName=r"}, 200, "<PolicyNames><member>p</member></PolicyNames>"},
		{"AttachRolePolicy", []string{"RoleName=r", "PolicyArn=arn:aws:iam::aws:policy/P"}, 200, "<AttachRolePolicyResponse"},
		{"ListAttachedRolePolicies", []string{"RoleName=r"}, 200, "<PolicyName>P</PolicyName><PolicyArn>arn:aws:iam::aws:policy/P</PolicyArn>"},
		{"DeleteRole", []string{"RoleName=r"}, 409, "<Code>DeleteConflict</Code>"},
		{"DetachRolePolicy", []string{"RoleName=r", "PolicyArn=arn:aws:iam::aws:policy/P"}, 200, "<DetachRolePolicyResponse"},
		{"DeleteRole", []string{"RoleName=r"}, 409, "must delete policies first"},
		{"DeleteRolePolicy", []string{"RoleName=r", "PolicyName=p"}, 200, "<DeleteRolePolicyResponse"},
		{"DeleteRolePolicy", []string{"RoleName=r", "PolicyName=p"}, 404, "<Code>NoSuchEntity</Code>"},
		{"PutRolePolicy", []string{"RoleName=r", "PolicyName=p", "PolicyDocument=[]"}, 400, "<Code>MalformedPolicyDocument</Code>"},
		{"CreateRole", []string{"RoleName=s", "AssumeRolePolicyDocument=" + trust, "Path=/team/"}, 200, "role/team/s</Arn>"},
		{"GetRole", []string{"RoleName=s"}, 200, "<MaxSessionDuration>3600</MaxSessionDuration></Role>"},
		{"ListRoles", []string{"PathPrefix=/team/"}, 200, "<ListRolesResult><Roles><member><Path>/team/</Path><RoleName>s</RoleName>"},
		{"ListRoles", []string{"PathPrefix=/none/"}, 200, "<ListRolesResult><Roles></Roles><IsTruncated>false</IsTruncated>"},
		{"ListRoles", []string{"MaxItems=1"}, 200, "<IsTruncated>true</IsTruncated><Marker>r</Marker>"},
		{"ListRoles", []string{"MaxItems=1", "Marker=r"}, 200, "<RoleName>s</RoleName>"},
		{"DeleteRole", []string{"RoleName=r"}, 200, "<DeleteRoleResponse"},
		{"GetRole", []string{"RoleName=r"}, 404, "NoSuchEntity"},
		{"CreateUser", nil, 400, "<Code>InvalidAction</Code><Message>Could not find operation CreateUser for version 2010-05-08</Message>"},
	} {
		status, text := call(t, server, "2010-05-08", step.action, step.params...)
		if status != step.status || !strings.Contains(text, step.want) {
			t.Errorf("%s %q: got %d %s\nwant %d and %s", step.action, step.params, status, text, step.status, step.want)
		}
	}
}

func TestGetCallerIdentity(t *testing.T) {
	status, text := call(t, newServer(t, always), "2011-06-15", "GetCallerIdentity")
	if want := "<Account>123456789012</Account>"; status != 200 || !strings.Contains(text, want) {
		t.Errorf("got %d %s, want %s in it", status, text, want)
	}
}

// TestNearlyFullDisk: while nothing may be written, roles are only read.
func TestNearlyFullDisk(t *testing.T) {
	server := newServer(t, func() error { return errors.New("the disk is nearly full") })
	status, text := call(t, server, "2010-05-08", "CreateRole", "RoleName=r", "AssumeRolePolicyDocument="+trust)
	if want := "<Type>Receiver</Type><Code>ServiceUnavailable</Code><Message>the disk is nearly full</Message>"; status != 503 || !strings.Contains(text, want) {
		t.Errorf("CreateRole: got %d %s, want %s in it", status, text, want)
	}
	if status, text := call(t, server, "2010-05-08", "ListRoles"); status != 200 {
		t.Errorf("ListRoles: got %d %s", status, text)
	}
}

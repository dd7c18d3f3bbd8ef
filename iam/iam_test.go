package iam_test

import (
	"encoding/xml"
	"errors"
	"fmt"
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
	return callAs(t, server, "", version, action, params...)
}

// callAs is call, signed with an access key unless that is empty.
func callAs(t *testing.T, server *httptest.Server, key, version, action string, params ...string) (int, string) {
	t.Helper()
	form := url.Values{"Version": {version}, "Action": {action}}
	for _, p := range params {
		name, value, _ := strings.Cut(p, "=")
		form.Set(name, value)
	}
	r, err := http.NewRequest(http.MethodPost, server.URL, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if key != "" {
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+key+"/20260102/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0")
	}
	resp, err := http.DefaultClient.Do(r)
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
		{"TagRole", append([]string{"RoleName=r"}, pairs(1, "k", "w", "l", "", "l", "x")...), 200, "<TagRoleResponse"},
		{"ListRoleTags", []string{"RoleName=r"}, 200, "<ListRoleTagsResult><Tags><member><Key>k</Key><Value>w</Value></member><member><Key>l</Key><Value>x</Value></member></Tags><IsTruncated>false</IsTruncated>"},
		{"TagRole", append([]string{"RoleName=r"}, pairs(49)...), 409, "<Code>LimitExceeded</Code><Message>Cannot exceed quota for TagsPerRole: 50"},
		{"TagRole", append([]string{"RoleName=none"}, pairs(1)...), 404, "<Code>NoSuchEntity</Code>"},
		{"UntagRole", []string{"RoleName=r", "TagKeys.member.1=none", "TagKeys.member.2=k"}, 200, "<UntagRoleResponse"},
		{"ListRoleTags", []string{"RoleName=r"}, 200, "<Tags><member><Key>l</Key><Value>x</Value></member></Tags>"},
		{"UntagRole", []string{"RoleName=r", "TagKeys.member.1=l"}, 200, "<UntagRoleResponse"},
		{"ListRoleTags", []string{"RoleName=r"}, 200, "<ListRoleTagsResult><Tags></Tags>"},
		{"CreateRole", append([]string{"RoleName=x", "AssumeRolePolicyDocument=" + trust}, pairs(51)...), 409, "<Code>LimitExceeded</Code>"},
		{"UpdateRole", []string{"RoleName=r", "Description=d", "MaxSessionDuration=7200"}, 200, "<UpdateRoleResult></UpdateRoleResult>"},
		{"UpdateRole", []string{"RoleName=r"}, 200, "<UpdateRoleResult></UpdateRoleResult>"},
		{"UpdateRole", []string{"RoleName=r", "MaxSessionDuration=1"}, 400, "<Code>ValidationError</Code>"},
		{"UpdateRoleDescription", []string{"RoleName=r", "Description=e"}, 200, "<Description>e</Description><MaxSessionDuration>7200</MaxSessionDuration></Role></UpdateRoleDescriptionResult>"},
		{"UpdateRoleDescription", []string{"RoleName=r", "Description=d"}, 200, "<Description>d</Description>"},
		{"UpdateAssumeRolePolicy", []string{"RoleName=r", `PolicyDocument={"b":2}`}, 200, "<UpdateAssumeRolePolicyResponse"},
		{"UpdateAssumeRolePolicy", []string{"RoleName=r", "PolicyDocument=x"}, 400, "<Code>MalformedPolicyDocument</Code>"},
		{"GetRole", []string{"RoleName=r"}, 200, "<AssumeRolePolicyDocument>%7B%22b%22:2%7D</AssumeRolePolicyDocument><Description>d</Description><MaxSessionDuration>7200</MaxSessionDuration></Role>"},
		{"ListInstanceProfilesForRole", []string{"RoleName=r"}, 200, "<InstanceProfiles></InstanceProfiles><IsTruncated>false</IsTruncated>"},
		{"ListInstanceProfilesForRole", []string{"RoleName=none"}, 404, "<Code>NoSuchEntity</Code>"},
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

// pairs are n tags as parameters, the first of them those given.
func pairs(n int, given ...string) []string {
	var params []string
	for i := range max(n, len(given)/2) {
		key, value := fmt.Sprint("key-", i), ""
		if 2*i < len(given) {
			key, value = given[2*i], given[2*i+1]
		}
		prefix := fmt.Sprintf("Tags.member.%d.", i+1)
		params = append(params, prefix+"Key="+key, prefix+"Value="+value)
	}
	return params
}

// TestAccounts: the access key names the account if it can be one, and roles are visible in theirs only.
func TestAccounts(t *testing.T) {
	server := newServer(t, always)
	for _, c := range []struct{ key, account string }{
		{"", "123456789012"},
		{"AKIAIOSFODNN7EXAMPLE", "123456789012"},
		{"12345678901", "123456789012"},
		{"1111111111111", "123456789012"},
		{"111111111111", "111111111111"},
		{"222222222222", "222222222222"},
	} {
		status, text := callAs(t, server, c.key, "2011-06-15", "GetCallerIdentity")
		if want := "<Arn>arn:aws:iam::" + c.account + ":root</Arn>"; status != 200 || !strings.Contains(text, want) {
			t.Errorf("the caller with the key %q: got %d %s, want %s in it", c.key, status, text, want)
		}
	}
	for _, account := range []string{"111111111111", "222222222222"} {
		status, text := callAs(t, server, account, "2010-05-08", "CreateRole", "RoleName=r"+account, "AssumeRolePolicyDocument="+trust)
		if want := "<Arn>arn:aws:iam::" + account + ":role/r" + account + "</Arn>"; status != 200 || !strings.Contains(text, want) {
			t.Errorf("CreateRole: got %d %s, want %s in it", status, text, want)
		}
	}
	for _, action := range []string{
		"GetRole", "UpdateRole", "DeleteRole", "ListRolePolicies", "ListAttachedRolePolicies", "TagRole", "UntagRole", "ListRoleTags",
	} {
		if status, text := callAs(t, server, "222222222222", "2010-05-08", action, "RoleName=r111111111111"); status != 404 {
			t.Errorf("%s of another account's role: got %d %s", action, status, text)
		}
	}
	for key, want := range map[string]int{"111111111111": 1, "222222222222": 1, "x": 0} {
		if _, text := callAs(t, server, key, "2010-05-08", "ListRoles"); strings.Count(text, "<RoleName>") != want {
			t.Errorf("the roles that %s sees: %s, want %d", key, text, want)
		}
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

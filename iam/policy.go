package iam

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/stepwell/stepwell/store"
)

// update changes the role that the request names. A change by somebody else meanwhile is tried
// again on what that left.
func (h *Handler) update(r request, change func(*store.Role) error) error {
	for {
		was, err := h.role(r)
		if err != nil {
			return err
		}
		changed := was
		changed.Inline, changed.Attached, changed.Tags = slices.Clone(was.Inline), slices.Clone(was.Attached), slices.Clone(was.Tags)
		if err := change(&changed); err != nil {
			return err
		}
		if err := h.store.UpdateRole(r.ctx, was, changed); !errors.Is(err, store.ErrExists) {
			return err
		}
	}
}

func inline(role store.Role, name string) int {
	return slices.IndexFunc(role.Inline, func(p store.Policy) bool { return p.Name == name })
}

func noPolicy(name string) error {
	return &fault{http.StatusNotFound, "NoSuchEntity", "The role policy with name " + name + " cannot be found."}
}

func (h *Handler) putRolePolicy(r request) (any, error) {
	p := store.Policy{Name: r.get("PolicyName"), Document: r.get("PolicyDocument")}
	if p.Name == "" {
		return nil, invalid("PolicyName is required")
	}
	if !isDocument(p.Document) {
		return nil, malformedPolicy()
	}
	return nil, h.update(r, func(role *store.Role) error {
		if i := inline(*role, p.Name); i >= 0 {
			role.Inline[i] = p
		} else {
			role.Inline = append(role.Inline, p)
		}
		return nil
	})
}

func (h *Handler) getRolePolicy(r request) (any, error) {
	got, err := h.role(r)
	if err != nil {
		return nil, err
	}
	i := inline(got, r.get("PolicyName"))
	if i < 0 {
		return nil, noPolicy(r.get("PolicyName"))
	}
	return struct{ RoleName, PolicyName, PolicyDocument string }{
		got.Name, got.Inline[i].Name, url.PathEscape(got.Inline[i].Document),
	}, nil
}

func (h *Handler) listRolePolicies(r request) (any, error) {
	got, err := h.role(r)
	if err != nil {
		return nil, err
	}
	var out struct {
		PolicyNames []string `xml:"PolicyNames>member"`
		IsTruncated bool
	}
	for _, p := range got.Inline {
		out.PolicyNames = append(out.PolicyNames, p.Name)
	}
	return out, nil
}

func (h *Handler) deleteRolePolicy(r request) (any, error) {
	return nil, h.update(r, func(role *store.Role) error {
		i := inline(*role, r.get("PolicyName"))
		if i < 0 {
			return noPolicy(r.get("PolicyName"))
		}
		role.Inline = slices.Delete(role.Inline, i, i+1)
		return nil
	})
}

func (h *Handler) attachRolePolicy(r request) (any, error) {
	policy := r.get("PolicyArn")
	if !strings.HasPrefix(policy, "arn:") {
		return nil, invalid("ARN %s is not valid.", policy)
	}
	return nil, h.update(r, func(role *store.Role) error {
		if !slices.Contains(role.Attached, policy) {
			role.Attached = append(role.Attached, policy)
		}
		return nil
	})
}

func (h *Handler) detachRolePolicy(r request) (any, error) {
	policy := r.get("PolicyArn")
	return nil, h.update(r, func(role *store.Role) error {
		i := slices.Index(role.Attached, policy)
		if i < 0 {
			return &fault{http.StatusNotFound, "NoSuchEntity", "Policy " + policy + " was not found."}
		}
		role.Attached = slices.Delete(role.Attached, i, i+1)
		return nil
	})
}

func (h *Handler) listAttachedRolePolicies(r request) (any, error) {
	got, err := h.role(r)
	if err != nil {
		return nil, err
	}
	type attached struct{ PolicyName, PolicyArn string }
	var out struct {
		AttachedPolicies []attached `xml:"AttachedPolicies>member"`
		IsTruncated      bool
	}
	for _, policy := range got.Attached {
		out.AttachedPolicies = append(out.AttachedPolicies, attached{policy[strings.LastIndexByte(policy, '/')+1:], policy})
	}
	return out, nil
}

// getCallerIdentity answers as for the account's root user: nobody else is told apart.
func (h *Handler) getCallerIdentity(r request) (any, error) {
	return struct{ Arn, UserId, Account string }{"arn:aws:iam::" + r.account + ":root", r.account, r.account}, nil
}

package lambda

import (
	"cmp"
	"regexp"
	"strings"
)

// Name is the name of a function. What is empty was not said.
type Name struct {
	Partition, Region, Account string
	Function                   string
	// Qualifier is a version or an alias.
	Qualifier string
}

// Latest is the version that a name without a qualifier means.
const Latest = "$LATEST"

var (
	functionName  = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,140}$`)
	qualifierName = regexp.MustCompile(`^(\$LATEST|[a-zA-Z0-9_-]{1,128})$`)
)

// ParseName reads a name in any of Lambda's forms, each of which a qualifier may follow after a colon:
//
//	greet
//	123456789012:function:greet
//	arn:aws:lambda:us-east-1:123456789012:function:greet
func ParseName(text string) (Name, bool) {
	var n Name
	good := true
	parts := strings.Split(text, ":")
	switch {
	case len(parts) >= 7 && parts[0] == "arn" && parts[2] == "lambda" && parts[5] == "function":
		n.Partition, n.Region, n.Account = parts[1], parts[3], parts[4]
		good = n.Partition != "" && n.Region != "" && n.Account != ""
		parts = parts[6:]
	case len(parts) >= 3 && parts[1] == "function":
		n.Account = parts[0]
		good = n.Account != ""
		parts = parts[2:]
	}
	n.Function = parts[0]
	if len(parts) > 1 {
		n.Qualifier = parts[1]
	}
	good = good && len(parts) <= 2 && functionName.MatchString(n.Function) &&
		(len(parts) < 2 || qualifierName.MatchString(n.Qualifier))
	return n, good
}

// String returns the name in the form that it was read from.
func (n Name) String() string {
	text := n.Function
	switch {
	case n.Region != "":
		text = "arn:" + cmp.Or(n.Partition, "aws") + ":lambda:" + n.Region + ":" + n.Account + ":function:" + text
	case n.Account != "":
		text = n.Account + ":function:" + text
	}
	if n.Qualifier != "" {
		text += ":" + n.Qualifier
	}
	return text
}

// ARN returns the ARN of a name that is full.
func (n Name) ARN() string { return n.String() }

// in completes a name.
func (n Name) in(account, region string) Name {
	n.Account, n.Region = cmp.Or(n.Account, account), cmp.Or(n.Region, region)
	return n
}

// key is what two names of one function have in common.
func (n Name) key() Name {
	n.Partition = ""
	if n.Qualifier == Latest {
		n.Qualifier = ""
	}
	return n
}

// Version is what a call of n says was executed. An alias here stands for the one version there is.
func (n Name) Version() string {
	if n.Qualifier != "" && strings.Trim(n.Qualifier, "0123456789") == "" {
		return n.Qualifier
	}
	return Latest
}

// Package conformance compares an org with what Okta's documentation and recorded exchanges
// promise. The files in suites describe the exchanges; shapes.txt, which is generated from the
// recordings and the OpenAPI document, has the fields of the answers.
//
// A suite file consists of blocks that an empty line separates. A block is a title, one or more
// request lines, and indented directives that apply to each of its requests:
//
//	A group is created with 200
//	POST /api/v1/groups
//		body {"profile":{"name":"$prefix testers","description":"$mark"}}
//		status 200
//		is type "OKTA_GROUP"
//		save group id
//
// The directives of a request:
//
//	as nobody                 no credentials; the default is the admin's, and nobody's with form
//	authorization TEXT        this Authorization header
//	basic USER PASSWORD       HTTP basic authentication
//	header NAME: VALUE        a header
//	body TEXT                 the body, JSON unless a header says otherwise
//	form NAME=VALUE           a parameter of a form
//	assertion KEY CLIENT ...  a client assertion signed with KEY (a, b); NAME=VALUE replaces a claim
//
// And of its answer:
//
//	status N                  the status
//	error CODE                Okta's error object with this code
//	oauth ERROR DESCRIPTION   an OAuth error
//	redirect ERROR TEXT       a redirect with this error in its query
//	is PATH JSON              the value at a path; [n] selects an element
//	has PATH TYPE             the value exists and has this type
//	lacks PATH                the value does not exist
//	length PATH N             the number of elements
//	matches PATH REGEXP       the value is a text that matches
//	members PATH NAMES        the object has these members and no others; "?" before optional ones
//	contains PATH TEXT        the list, or text of words, has this element
//	answer NAME REGEXP        a header of the answer
//	lifetime PATH SECONDS     exp minus iat of the JWT at a path
//	claim PATH NAME JSON      a claim of the JWT at a path
//	save NAME PATH            the variable $NAME, for the exchanges after this one
//	take NAME REGEXP          the same, from the Location header
//	eventually                the org may take some time to show what was written
//	source KIND TEXT          where the promise comes from: recorded, documented or inferred
//
// A line that begins with # is a comment. The line "source KIND TEXT" before the first block
// applies to all blocks of the file that have no other source.
package conformance

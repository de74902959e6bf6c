// Package session proves who somebody is: passwords, second factors, sessions,
// and the book of sign-ins. It knows accounts by their ids only; who they are
// and what they may do is registry/people.
//
// A session is a row of ours. The cookie holds a random token, the table its
// SHA-256, so that a copy of the table opens nothing. Nothing here decides
// whether a session is still good: people.Enter does, in the one query that
// also finds the account, so that a disabled account or an ended session holds
// at the very next request.
package session

// Package attest finds VEX documents that are attached to an image in its
// registry, and believes those that somebody trusted has signed.
//
// What is read are DSSE envelopes with an in-toto statement about the image's
// digest: as a referrer, in a bundle of Sigstore's, or under cosign's tag. A
// signature counts by a public key of the policy, or by a certificate for an
// identity of the policy; the certificate, the log entry and the time of a
// keyless signature are verified by sigstore-go against a trusted root. What is
// unsigned, wrongly signed or about another image is never counted, and a note
// says so.
package attest

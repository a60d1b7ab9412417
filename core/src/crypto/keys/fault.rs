//! [`KeyFault`]: what can be wrong with a key, in words that a program can act on.

use crate::error::Error;
use crate::words::words;
use std::fmt;

words! {
    /// What is wrong with key material: the `reason` of an error. New words may come; none changes its meaning.
    KeyFault {
        /// There is nothing, or only blanks.
        Empty => "empty",
        /// No such file, or no such environment variable.
        Unreadable => "unreadable",
        /// Encrypted, and no password was given.
        PasswordMissing => "password_missing",
        /// The password does not open it.
        WrongPassword => "wrong_password",
        /// A public key where a private key belongs.
        PublicKey => "public_key",
        /// A private key where a public key or a certificate belongs.
        PrivateKey => "private_key",
        /// A certificate alone where a private key belongs.
        Certificate => "certificate",
        /// A bare key where the X.509 certificate belongs.
        NotACertificate => "not_a_certificate",
        /// A request for a certificate (CSR).
        CertificateRequest => "certificate_request",
        /// A key of OpenSSH.
        Openssh => "openssh",
        /// A bank's own encrypted container.
        VendorContainer => "vendor_container",
        /// It ends early.
        Truncated => "truncated",
        /// It is none of the known forms, or broken inside.
        Malformed => "malformed",
        /// A known form or algorithm that is not loaded.
        Unsupported => "unsupported",
        /// An SM2 key where an RSA key belongs, or the reverse.
        WrongType => "wrong_type",
        /// Too weak to sign with.
        Weak => "weak",
        /// An RSA key below 1024 or above 8192 bits.
        WrongSize => "wrong_size",
        /// Its numbers do not fit together, or the certificate is not that of the private key.
        Inconsistent => "inconsistent",
        /// A container without the key or certificate that is wanted.
        NoKey => "no_key",
        /// More than one that could be meant.
        Several => "several",
        /// The merchant's own key where the gateway's belongs.
        OwnKey => "own_key",
        /// A published test key, with a production host.
        KnownTestKey => "known_test_key",
    }
}

impl KeyFault {
    /// With the words for people.
    pub(super) fn because(self, what: &'static str) -> Fault {
        Fault { reason: self, what }
    }

    /// What to do about it.
    pub(crate) fn hint(self) -> &'static str {
        match self {
            KeyFault::Empty | KeyFault::NoKey => "check that the right file was exported, and export it again",
            KeyFault::Unreadable => "check the path and its permissions, or the name of the environment variable",
            KeyFault::PasswordMissing => "give the password beside the key: {\"file\": …, \"password\": {\"env\": NAME}}",
            KeyFault::WrongPassword => "check the password; if it is right, export the key again",
            KeyFault::PublicKey | KeyFault::Certificate => "configure the private key that belongs to it; only you have it",
            KeyFault::PrivateKey => "configure the gateway's public key or certificate; the private key stays with its owner",
            KeyFault::NotACertificate => "configure the certificate (.cer, .crt, .pem) that the CA or the bank issued",
            KeyFault::CertificateRequest => "send the request to the CA or the gateway, and configure what it issues",
            KeyFault::Openssh => "convert it: ssh-keygen -p -m PKCS8 -f FILE (a public key: ssh-keygen -e -m PKCS8 -f FILE)",
            KeyFault::VendorContainer => {
                "open it once with the bank's SDK (the key password decrypts it) and store the private key as PKCS#8, in PEM or base64"
            }
            KeyFault::Truncated => "copy the whole key again, up to its last line",
            KeyFault::Malformed => "copy the key again as PEM, DER or base64, without anything else",
            KeyFault::Unsupported => "convert it to PKCS#8 or X.509, in PEM",
            KeyFault::WrongType => "configure a key of the account's sign_type, or another sign_type",
            KeyFault::Weak => "have a key of 2048 bits or more issued; until then allow_weak_key permits this one",
            KeyFault::WrongSize => "have a key of 2048 to 8192 bits issued",
            KeyFault::Inconsistent => "configure the key and the certificate that were issued together",
            KeyFault::Several => "export the one key, with its certificate, into a file of its own",
            KeyFault::OwnKey => "configure the public key that the gateway's console shows as the platform's",
            KeyFault::KnownTestKey => "get the production key from the gateway's console",
        }
    }
}

/// A [`KeyFault`] in words, before it is known which field it stands in. Holds nothing of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) reason: KeyFault,
    pub(crate) what: &'static str,
}

impl Fault {
    /// As the error of a setting.
    pub(crate) fn at(self, field: &str) -> Error {
        Error::key(self.reason, field, self.what)
    }
}

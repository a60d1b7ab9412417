//! Certificates of TEST ONLY keys, valid from 2020 to 2120 unless their name says otherwise, all for one server key.
//! Stored because no clock can make an expired one on the spot.

use crate::server::{Connection, Server};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::Arc;

/// A TLS server that shows this certificate.
pub(crate) fn server_with(certificate: &str, script: impl Fn(&mut Connection) + Send + Sync + 'static) -> Server {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
    Server::start_tls(builder.with_single_cert(vec![certificate], key).unwrap(), script)
}

/// The authority that signed the others.
pub(crate) const AUTHORITY: &str = "\
-----BEGIN CERTIFICATE-----
MIIBSTCB76ADAgECAggCVkscUHjHIDAKBggqhkjOPQQDAjAXMRUwEwYDVQQDDAxU
RVNUIE9OTFkgQ0EwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBcx
FTATBgNVBAMMDFRFU1QgT05MWSBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA
BGfzHkFkQRgORb1qNjpIWhL2XqD5liWohVI1GGIIevkjt4juO1G8RmZVxa0CpVSt
6wfWbqwQ7wD6vUx2W7bcrACjIzAhMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/
BAQDAgEGMAoGCCqGSM49BAMCA0kAMEYCIQD3ZRtDXwyooAaK9momvpChW9u8LfHH
FGVJa32F2nfAXwIhAK4BOM5wPTuOI+zxA41NKEQP4720C3FQiS3PLVb+rm+y
-----END CERTIFICATE-----
";

/// For 127.0.0.1 and localhost.
pub(crate) const GOOD: &str = "\
-----BEGIN CERTIFICATE-----
MIIBPzCB56ADAgECAggGt+1Pjxc87jAKBggqhkjOPQQDAjAXMRUwEwYDVQQDDAxU
RVNUIE9OTFkgQ0EwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQx
EjAQBgNVBAMMCVRFU1QgT05MWTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEOE
G9ZfstN9JDWZWtk4g5GeJs1nUp6IxjbVuq4GrjsmDtIGO1aorocd2pCbGB3iWOZ8
A24gys1ZLJT+Izb0/j6jHjAcMBoGA1UdEQQTMBGHBH8AAAGCCWxvY2FsaG9zdDAK
BggqhkjOPQQDAgNHADBEAiAqCm/cLeSjy5UwwYDliTkUzuU/8S+wtAM7yO8lf1Sk
NgIgYiabWExFxA12p1WFGBnOu2vDJcu1iv4nhUOH1zcU/Ks=
-----END CERTIFICATE-----
";

/// For gateway.invalid.
pub(crate) const OTHER_NAME: &str = "\
-----BEGIN CERTIFICATE-----
MIIBQDCB56ADAgECAggHIa2RTw1WLzAKBggqhkjOPQQDAjAXMRUwEwYDVQQDDAxU
RVNUIE9OTFkgQ0EwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQx
EjAQBgNVBAMMCVRFU1QgT05MWTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEOE
G9ZfstN9JDWZWtk4g5GeJs1nUp6IxjbVuq4GrjsmDtIGO1aorocd2pCbGB3iWOZ8
A24gys1ZLJT+Izb0/j6jHjAcMBoGA1UdEQQTMBGCD2dhdGV3YXkuaW52YWxpZDAK
BggqhkjOPQQDAgNIADBFAiBE6PftbH/teNoTsBGhzqIrELfIbfs7txuZEHF0dazW
8AIhAN3h84PCk+MVMTw2MhOme+FRJV53o9TSGacOmoqRCLXx
-----END CERTIFICATE-----
";

/// For 127.0.0.1 and localhost, until 2021.
pub(crate) const EXPIRED: &str = "\
-----BEGIN CERTIFICATE-----
MIIBPzCB5aADAgECAggAuiZiMqxVWjAKBggqhkjOPQQDAjAXMRUwEwYDVQQDDAxU
RVNUIE9OTFkgQ0EwHhcNMjAwMTAxMDAwMDAwWhcNMjEwMTAxMDAwMDAwWjAUMRIw
EAYDVQQDDAlURVNUIE9OTFkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARDhBvW
X7LTfSQ1mVrZOIORnibNZ1KeiMY21bquBq47Jg7SBjtWqK6HHdqQmxgd4ljmfANu
IMrNWSyU/iM29P4+ox4wHDAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3QwCgYI
KoZIzj0EAwIDSQAwRgIhAKkMFZ+A5WiLlegvTsUtUaIDBs2HdYfiSiCWnn4J3fPx
AiEAu/cHO3ph3OFBKXo7Q8H0ko8dk228JgB4bbGRpw1PYts=
-----END CERTIFICATE-----
";

/// For 127.0.0.1 and localhost, from 2110.
pub(crate) const NOT_YET_VALID: &str = "\
-----BEGIN CERTIFICATE-----
MIIBQjCB6aADAgECAggA+YAea/kYEDAKBggqhkjOPQQDAjAXMRUwEwYDVQQDDAxU
RVNUIE9OTFkgQ0EwIhgPMjExMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFow
FDESMBAGA1UEAwwJVEVTVCBPTkxZMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
Q4Qb1l+y030kNZla2TiDkZ4mzWdSnojGNtW6rgauOyYO0gY7Vqiuhx3akJsYHeJY
5nwDbiDKzVkslP4jNvT+PqMeMBwwGgYDVR0RBBMwEYcEfwAAAYIJbG9jYWxob3N0
MAoGCCqGSM49BAMCA0gAMEUCIElo8iChVIMtockzK581kXQzU7snV5lbtPX58EP/
FCRtAiEAqWl/EdWfuuMGVvnjYZLnJjpSAtlU/UjOz2YDYSH5vDc=
-----END CERTIFICATE-----
";

/// TEST ONLY: the private key of the four servers.
pub(crate) const KEY: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAtfWdmgYRbZtOEyc
oU6Y4EYVb19gzpGglCkY7a9HYHGhRANCAARDhBvWX7LTfSQ1mVrZOIORnibNZ1Ke
iMY21bquBq47Jg7SBjtWqK6HHdqQmxgd4ljmfANuIMrNWSyU/iM29P4+
-----END PRIVATE KEY-----
";

//! Why there is no connection, and what to do about it: made from what was found, in English and Chinese.

use super::faults;
use crate::ground::error::{Error, Kind};
use crate::ground::finding::Finding;
use crate::ground::foreign::cut;
use crate::ground::key_fault::Remedy;
use std::io;

/// Whom a connection was to reach. A proxy has no name here: its URL is a secret.
#[derive(Clone, Copy)]
pub(super) enum Whom<'a> {
    Gateway { host: &'a str, port: u16 },
    Proxy,
}

/// How far a connection had come.
#[derive(Clone, Copy)]
pub(super) enum Stage {
    Name,
    Tcp,
    Tunnel,
    Tls,
}

impl Whom<'_> {
    /// An error about it: one about the proxy names the setting.
    pub(super) fn error(self, kind: Kind, what: String, remedy: Remedy) -> Error {
        let error = match self {
            Self::Gateway { .. } => Error::new(kind, what),
            Self::Proxy => Error::of_field(kind, "proxy", what),
        };
        error.mended_by(remedy)
    }

    pub(super) fn is_proxy(self) -> bool {
        matches!(self, Self::Proxy)
    }

    pub(super) fn setting(self) -> &'static str {
        if self.is_proxy() { "proxy" } else { "base_url" }
    }

    /// `host:port`, in sentences.
    pub(super) fn place(self) -> String {
        match self {
            Self::Gateway { host, port } if host.contains(':') => format!("[{host}]:{port}"),
            Self::Gateway { host, port } => format!("{host}:{port}"),
            Self::Proxy => "the proxy".into(),
        }
    }

    pub(super) fn place_zh(self) -> String {
        if self.is_proxy() { "代理".into() } else { self.place() }
    }
}

/// The host name has no address, or nobody said so in time.
pub(super) fn unresolved(error: &io::Error, whom: Whom<'_>) -> Error {
    let said = error.to_string();
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let setting = whom.setting();
    let is_silent = error.kind() == io::ErrorKind::TimedOut || has(&["Temporary failure", "Try again"]);
    let remedy = of_system(error).unwrap_or_else(|| {
        if is_silent {
            Remedy::of(
                "no name server answers: check this machine's (/etc/resolv.conf, the DNS setting of the container) and the network, then call again",
                "域名服务器没有应答：请检查本机的域名服务器（/etc/resolv.conf、容器的 DNS 设置）和网络，然后重新调用",
            )
        } else if has(&["not known", "does not resolve", "No address"]) {
            Remedy::of(
                format!("check the spelling of the host in {setting}, and whether this machine's name server knows it, then call again"),
                format!("请检查 {setting} 中主机名的拼写，以及本机的域名服务器是否认识它，然后重新调用"),
            )
        } else {
            Remedy::of(
                format!("check the host in {setting} and this machine's name server, then call again"),
                format!("请检查 {setting} 中的主机名和本机的域名服务器，然后重新调用"),
            )
        }
    });
    let name = match whom {
        Whom::Gateway { host, .. } => format!("the host name {host}"),
        Whom::Proxy => "the proxy's host name".into(),
    };
    let usual = if is_silent { Finding::NoNameServer } else { Finding::UnknownName };
    whom.error(Kind::Dns, format!("{name} does not resolve: {}", cut(said)), remedy).called(own_or(error, usual))
}

/// No TCP connection, or one that ended before it was of use.
pub(super) fn unconnected(error: &io::Error, whom: Whom<'_>) -> Error {
    use io::ErrorKind::{ConnectionRefused, HostUnreachable, NetworkUnreachable};
    let (setting, place, place_zh) = (whom.setting(), whom.place(), whom.place_zh());
    let remedy = of_system(error).unwrap_or_else(|| match error.kind() {
        ConnectionRefused => Remedy::of(
            format!("nothing accepts connections there: check host and port in {setting}, whether the service runs, and the firewall, then call again"),
            format!("该处没有服务接受连接：请检查 {setting} 中的主机和端口、服务是否在运行以及防火墙，然后重新调用"),
        ),
        NetworkUnreachable | HostUnreachable => Remedy::of(
            format!("this machine has no way there: check its network, routes and VPN (a container: its network), or whether {place} is reached through a proxy only"),
            format!("本机没有到达该处的路由：请检查网络、路由和 VPN（容器则检查其网络），或 {place_zh} 是否只能经代理访问"),
        ),
        _ => Remedy::of(
            format!("check the network and the firewall between this machine and {place}, then call again"),
            format!("请检查本机与 {place_zh} 之间的网络和防火墙，然后重新调用"),
        ),
    });
    let usual = match error.kind() {
        ConnectionRefused => Finding::Refused,
        NetworkUnreachable | HostUnreachable => Finding::NoRoute,
        _ => Finding::NoAnswer,
    };
    whom.error(Kind::Connect, format!("no connection to {place}: {}", cut(error)), remedy).called(own_or(error, usual))
}

/// This machine's own fault, where it is.
fn own_or(error: &io::Error, usual: Finding) -> Finding {
    if of_system(error).is_some() { Finding::OwnMachine } else { usual }
}

/// The connection had come so far when connect_timeout_ms was over.
pub(super) fn out_of_patience(stage: Stage, whom: Whom<'_>) -> Error {
    let (setting, place, place_zh) = (whom.setting(), whom.place(), whom.place_zh());
    let (finding, what, remedy) = match stage {
        Stage::Name => return unresolved(&io::ErrorKind::TimedOut.into(), whom),
        Stage::Tcp => (
            Finding::NoAnswer,
            format!("{place} does not accept a connection"),
            Remedy::of(
                format!(
                    "packets are dropped on the way: check host and port in {setting}, the firewall, and whether {place} admits this machine's address"
                ),
                format!("途中的数据包被丢弃：请检查 {setting} 中的主机和端口、防火墙，以及 {place_zh} 是否允许本机地址访问"),
            ),
        ),
        Stage::Tunnel => (
            Finding::ProxySilent,
            "the proxy gives no answer".into(),
            Remedy::of(
                "check that the setting names the port of an HTTP proxy (https:// if it speaks TLS), and whether the proxy reaches the gateway",
                "请确认 proxy 所指的是 HTTP 代理的端口（代理使用 TLS 时写 https://），以及代理能否访问网关",
            ),
        ),
        Stage::Tls => (
            Finding::HandshakeSilent,
            format!("{place} does not end the TLS handshake"),
            Remedy::of(
                format!("check that the port in {setting} speaks TLS, and the network and the firewall between; or allow more time"),
                format!("请确认 {setting} 的端口使用 TLS，并检查途中的网络和防火墙；或放宽时限"),
            ),
        ),
    };
    whom.error(Kind::Connect, format!("no connection within connect_timeout_ms: {what}"), remedy).called(finding)
}

/// The system gives no thread.
pub(super) fn no_thread(error: Option<&io::Error>) -> Error {
    let said = error.map_or_else(String::new, |error| format!(": {}", cut(error)));
    let remedy = match error.and_then(io::Error::raw_os_error) {
        Some(faults::EPERM | faults::ENOSYS) => Remedy::of(
            "the container forbids new threads: update its runtime (Docker before 20.10.10 and old seccomp profiles refuse clone3), or allow clone3 in its seccomp profile",
            "容器禁止创建线程：请升级容器运行时（Docker 20.10.10 之前的版本和旧的 seccomp 配置会拒绝 clone3），或在 seccomp 配置中放行 clone3",
        ),
        _ => Remedy::of(
            "allow more threads (ulimit -u, the container's pids limit, TasksMax of systemd) or memory for them, or end some, then call again",
            "请提高线程数上限（ulimit -u、容器的 pids 限制、systemd 的 TasksMax）或内存上限，或结束一些线程，然后重新调用",
        ),
    };
    Error::new(Kind::NotSent, format!("no thread can be started{said}")).mended_by(remedy).called(Finding::OwnMachine)
}

/// The system gives something else that is needed.
pub(super) fn no_means(error: &io::Error) -> Error {
    let not_sent = Error::new(Kind::NotSent, cut(error));
    match of_system(error) {
        Some(remedy) => not_sent.mended_by(remedy),
        None => not_sent,
    }
}

/// What to do where this machine, and nobody else, is at fault.
fn of_system(error: &io::Error) -> Option<Remedy> {
    Some(match error.raw_os_error()? {
        faults::EMFILE => Remedy::of(
            "allow this process more open files (ulimit -n), or close what is no longer used, then call again",
            "请提高本进程的打开文件数上限（ulimit -n），或关闭不再使用的文件和连接，然后重新调用",
        ),
        faults::ENFILE => Remedy::of(
            "this machine has too many files open: raise fs.file-max, or find who opens them, then call again",
            "整台机器打开的文件过多：请提高 fs.file-max，或查明是谁打开的，然后重新调用",
        ),
        faults::ENOMEM | faults::ENOBUFS => {
            Remedy::of("free memory, or allow the container more of it, then call again", "请释放内存或提高容器的内存上限，然后重新调用")
        }
        faults::EADDRNOTAVAIL | faults::EADDRINUSE => Remedy::of(
            "this machine has no free local port or no such address: share one client instead of opening one for each call, then call again",
            "本机没有可用的本地端口或地址：请共用一个客户端，不要每次调用都新建，然后重新调用",
        ),
        faults::EACCES | faults::EPERM => Remedy::of(
            "a rule of this machine forbids the connection: check its firewall, SELinux or AppArmor, and the rules of the container",
            "本机的规则禁止该连接：请检查防火墙、SELinux 或 AppArmor 以及容器的规则",
        ),
        faults::EAFNOSUPPORT => Remedy::of(
            "this machine does not speak that version of IP: name a host with an address of the other one",
            "本机不支持该 IP 版本：请使用另一版本地址的主机",
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::libc;

    const GATEWAY: Whom<'static> = Whom::Gateway { host: "pay.test", port: 443 };

    #[test]
    fn each_cause_has_a_remedy_of_its_own() {
        let of = |number| io::Error::from_raw_os_error(number);
        for (number, en, zh) in [
            (libc::ECONNREFUSED, "nothing accepts connections", "没有服务"),
            (libc::ENETUNREACH, "has no way there", "没有到达"),
            (libc::EHOSTUNREACH, "has no way there", "没有到达"),
            (libc::ETIMEDOUT, "network and the firewall", "防火墙"),
            (faults::EMFILE, "ulimit -n", "打开文件数"),
            (faults::ENFILE, "fs.file-max", "fs.file-max"),
            (faults::ENOBUFS, "free memory", "释放内存"),
            (faults::EADDRNOTAVAIL, "share one client", "共用一个客户端"),
            (faults::EACCES, "a rule of this machine", "本机的规则"),
            (faults::EAFNOSUPPORT, "version of IP", "IP 版本"),
        ] {
            for (whom, field) in [(GATEWAY, None), (Whom::Proxy, Some("proxy"))] {
                let error = unconnected(&of(number), whom);
                let hint = error.hint();
                assert!(error.field() == field && hint.contains(en) && hint.contains(zh), "{error} {hint}");
                assert!(field.is_none() || !format!("{error} {hint}").contains("base_url"), "{error} {hint}");
            }
        }
    }

    #[test]
    fn a_name_that_is_unknown_is_told_from_a_name_server_that_is_silent() {
        for (error, en) in [
            (io::Error::other("failed to lookup address information: Name or service not known"), "spelling of the host in base_url"),
            (io::Error::other("failed to lookup address information: Temporary failure in name resolution"), "no name server answers"),
            (io::Error::other("failed to lookup address information: Name does not resolve"), "spelling"),
            (io::Error::other("failed to lookup address information: Try again"), "no name server answers"),
            (io::ErrorKind::TimedOut.into(), "no name server answers"),
            (io::Error::other("in another language"), "the host in base_url and this machine's name server"),
            (io::Error::from_raw_os_error(faults::EMFILE), "ulimit -n"),
        ] {
            let unresolved = unresolved(&error, GATEWAY);
            assert!(unresolved.hint().contains(en) && unresolved.message().contains("pay.test"), "{unresolved} {}", unresolved.hint());
        }
        let of_proxy = unresolved(&io::Error::other("not known"), Whom::Proxy);
        assert!(of_proxy.hint().contains("host in proxy") && !of_proxy.hint().contains("base_url"), "{}", of_proxy.hint());
    }

    #[test]
    fn threads_are_named() {
        for (number, en) in [(libc::EAGAIN, "ulimit -u"), (faults::EPERM, "clone3"), (faults::ENOSYS, "clone3"), (faults::ENOMEM, "memory")]
        {
            let error = no_thread(Some(&io::Error::from_raw_os_error(number)));
            assert!(
                error.message().starts_with("no thread can be started: ") && error.hint().contains(en) && error.hint().contains("线程")
            );
        }
        assert!(no_thread(None).hint().contains("pids limit"));
        assert!(no_means(&io::Error::from_raw_os_error(faults::EMFILE)).hint().contains("ulimit -n"));
    }
}

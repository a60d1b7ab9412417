//! PostgreSQL, on a server of its own: begun, killed, restarted and ended by the test.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// It ends when this is dropped, and its folder goes.
pub(crate) struct Server {
    programs: PathBuf,
    folder: PathBuf,
}

impl Server {
    /// None where PostgreSQL is not installed and need not be.
    pub(crate) fn start() -> Option<Server> {
        let Some(programs) = programs() else {
            assert!(std::env::var_os("CHEXIAO_BULK_NEEDS").is_none(), "PostgreSQL is missing: scripts/with-bulk installs it");
            eprintln!("left out, for want of PostgreSQL: scripts/with-bulk installs it");
            return None;
        };
        let folder = std::env::temp_dir().join(format!("chexiao-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let server = Server { programs, folder };
        if let Some((user, group)) = of_postgres() {
            std::fs::set_permissions(&server.folder, std::fs::Permissions::from_mode(0o700)).unwrap();
            chown(&server.folder, Some(user), Some(group)).unwrap();
        }
        server.runs("initdb", &["--auth=trust", "--username=postgres", "--no-sync", "--no-instructions", "--encoding=UTF8", "--locale=C"]);
        server.starts();
        Some(server)
    }

    /// Connections by a socket in its folder alone.
    pub(crate) fn starts(&self) {
        self.starts_with("-c listen_addresses=");
    }

    /// A crash of the machine is not tried here.
    pub(crate) fn starts_with(&self, settings: &str) {
        let settings = format!("{settings} -c fsync=off -c unix_socket_directories={}", self.folder.display());
        self.runs("pg_ctl", &["--wait", "--silent", "--log", self.log().to_str().unwrap(), "-o", &settings, "start"]);
    }

    /// As a crash of the server does, or `fast`, as a restart of the machine.
    pub(crate) fn stops(&self, mode: &str) {
        self.runs("pg_ctl", &["--wait", "--silent", "-m", mode, "stop"]);
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    fn runs(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(self.programs.join(program));
        command.args(arguments).env("PGDATA", self.folder.join("data")).current_dir(&self.folder);
        // It runs as anybody but root.
        if let Some((user, group)) = of_postgres() {
            command.uid(user).gid(group);
        }
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap();
        assert!(status.success(), "{program} {arguments:?}: {status}\n{}", std::fs::read_to_string(self.log()).unwrap_or_default());
    }

    /// What a connection by its socket is asked for with.
    pub(crate) fn address(&self) -> String {
        format!("host={} user=postgres dbname=postgres", self.folder.display())
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A file that its user may read, and nobody else.
    pub(crate) fn owns(&self, path: &Path) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
        if let Some((user, group)) = of_postgres() {
            chown(path, Some(user), Some(group)).unwrap();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stops("immediate");
        _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn programs() -> Option<PathBuf> {
    let installed = std::fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    installed.filter(|bin| bin.join("initdb").exists()).max()
}

/// The user that Debian's package makes, where we are root.
fn of_postgres() -> Option<(u32, u32)> {
    if std::fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let mut fields = users.lines().find(|line| line.starts_with("postgres:"))?.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

//! The configurations by which orders choose their account.

use chexiao::face::border;
use chexiao::{Error, Kind};
use chexiao_bulk::Account;
use chexiao_bulk::input;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Larger configurations, in bytes, are a mistake.
const MAX_CONFIG: u64 = 1 << 20;

/// Accounts, opened when an order first names them.
pub(super) struct Accounts {
    place: Place,
    /// `None`: there is no configuration of this name.
    known: BTreeMap<String, Option<Account>>,
}

enum Place {
    /// One for all orders, under the name of its file.
    File(String, PathBuf),
    /// `NAME.json` is the account NAME.
    Folder(PathBuf),
}

impl Accounts {
    /// One account, which is called as its file without the ending.
    pub(super) fn of_file(path: &Path) -> Result<Self, Error> {
        let name = path.file_stem().and_then(|name| name.to_str()).ok_or_else(|| unusable(path, "has no name in UTF-8"))?;
        Ok(Self { place: Place::File(name.into(), path.into()), known: BTreeMap::new() })
    }

    /// Those of a folder.
    pub(super) fn of_folder(path: &Path) -> Result<Self, Error> {
        match path.is_dir() {
            true => Ok(Self { place: Place::Folder(path.into()), known: BTreeMap::new() }),
            false => Err(unusable(path, "is no folder")),
        }
    }

    /// So that what is wrong with the only configuration is told before anything is read.
    pub(super) fn opens_the_one(&mut self) -> Result<(), Error> {
        let Place::File(name, path) = &self.place else { return Ok(()) };
        let account = open(name, path)?;
        self.known.insert(name.clone(), Some(account));
        Ok(())
    }

    /// How an input says whose its orders are.
    pub(super) fn chosen_by(&self, column: &str) -> input::Accounts {
        match &self.place {
            Place::File(name, _) => input::Accounts::One(name.clone()),
            Place::Folder(_) => input::Accounts::Column(column.into()),
        }
    }

    /// The account of this name, if it has a configuration.
    pub(super) fn named(&mut self, name: &str) -> Result<Option<&Account>, Error> {
        if !self.known.contains_key(name) {
            let account = self.path(name).map(|path| open(name, &path)).transpose()?;
            self.known.insert(name.into(), account);
        }
        Ok(self.known.get(name).and_then(Option::as_ref))
    }

    /// All that were named and have a configuration.
    pub(super) fn opened(&self) -> Vec<Account> {
        self.known.values().flatten().cloned().collect()
    }

    /// A name is one part of a path, and nothing that leads elsewhere.
    fn path(&self, name: &str) -> Option<PathBuf> {
        let path = match &self.place {
            Place::File(known, path) => (known == name).then(|| path.clone()),
            Place::Folder(_) if name.starts_with('.') || name.contains(['/', '\0']) => None,
            Place::Folder(folder) => Some(folder.join(format!("{name}.json"))),
        };
        path.filter(|path| path.exists())
    }
}

fn open(name: &str, path: &Path) -> Result<Account, Error> {
    let mut bytes = Vec::new();
    match File::open(path).and_then(|file| file.take(MAX_CONFIG + 1).read_to_end(&mut bytes)) {
        Ok(_) if bytes.len() as u64 > MAX_CONFIG => return Err(unusable(path, "is larger than 1 MiB")),
        Ok(_) => {}
        Err(error) => return Err(unusable(path, &format!("cannot be read: {error}"))),
    }
    let text = border::decode(&bytes).ok_or_else(|| unusable(path, "is not UTF-8"))?;
    Account::open(name, &text)
}

fn unusable(path: &Path, why: &str) -> Error {
    Error::at_border(Kind::Config, "config", format!("{} {why}", path.display()))
        .with_hint("give the configuration of one account, or a folder of NAME.json", "请给出账户的配置文件，或存放 NAME.json 的文件夹")
}

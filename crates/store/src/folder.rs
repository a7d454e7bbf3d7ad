//! A data folder: everything of one study on one machine.
//!
//! ```text
//! DIR/stillroom.toml     what this folder is: format, study, kind
//! DIR/record.sqlite      the record
//! DIR/accounts.sqlite    who signs in; not part of the record
//! DIR/checkpoint.key     signs checkpoints; readable by its owner only
//! DIR/checkpoint.pub     its public half, to give away
//! DIR/lock               held by the process that writes
//! ```

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use ed25519_dalek::{SigningKey, VerifyingKey};
use record::checkpoint::{Checkpoint, from_base64, to_base64};
use record::journal::Head;
use serde::{Deserialize, Serialize};

use crate::accounts::Accounts;
use crate::sqlite::{Sqlite, StoreError};

/// The format of the folder that this version writes.
pub const FORMAT: u32 = 1;
const MANIFEST: &str = "stillroom.toml";
const RECORD: &str = "record.sqlite";
const ACCOUNTS: &str = "accounts.sqlite";
const KEY: &str = "checkpoint.key";
const PUBLIC_KEY: &str = "checkpoint.pub";
const LOCK: &str = "lock";

/// What a folder says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub format: u32,
    pub study: String,
    /// `rehearsal` or `real`.
    pub kind: String,
}

impl Manifest {
    pub fn new(study: &str, kind: &str) -> Self {
        Self { format: FORMAT, study: study.into(), kind: kind.into() }
    }
}

/// Why a folder cannot be used. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("there is no folder `{}`; make one with `stillroom rehearse --data {}`", .0.display(), .0.display())]
    Missing(PathBuf),
    #[error("`{}` is not a folder", .0.display())]
    NotAFolder(PathBuf),
    #[error("`{}` holds no study of Stillroom (there is no `{MANIFEST}` in it); name another folder", .0.display())]
    Foreign(PathBuf),
    #[error("`{}` holds other files; name a new or an empty folder: nothing here is ever overwritten", .0.display())]
    NotEmpty(PathBuf),
    #[error("`{}` holds the {kind} `{study}` already; name a new folder: a record is never overwritten", path.display())]
    Occupied { path: PathBuf, study: String, kind: String },
    #[error("`{}` was left half-made: it has a `{MANIFEST}` and no `{RECORD}`; remove the folder and make it anew", .0.display())]
    HalfMade(PathBuf),
    #[error("`{}` cannot be read: {why}", path.display())]
    Manifest { path: PathBuf, why: String },
    #[error("`{}` was written by a newer Stillroom (format {found}, this one knows {FORMAT}): use that version", path.display())]
    Newer { path: PathBuf, found: u32 },
    #[error("`{}` is in use by another process: stop that one first, one at a time writes", .0.display())]
    InUse(PathBuf),
    #[error("`{}` lies on a network file system ({kind}), on which a record can be damaged: use a local disk", path.display())]
    Network { path: PathBuf, kind: String },
    #[error("`{}`: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An open folder; whoever holds it writes alone.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    manifest: Manifest,
    _lock: File,
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> FolderError {
    let path = path.to_path_buf();
    move |source| FolderError::Io { path, source }
}

impl Folder {
    /// Makes `path` (or takes it, if it is empty) and an empty record in it.
    pub fn create(path: &Path, manifest: Manifest) -> Result<(Self, Sqlite), FolderError> {
        if path.exists() {
            if !path.is_dir() {
                return Err(FolderError::NotAFolder(path.into()));
            }
            if path.join(MANIFEST).exists() {
                let known = read_manifest(path)?;
                return Err(FolderError::Occupied {
                    path: path.into(),
                    study: known.study,
                    kind: known.kind,
                });
            }
            if fs::read_dir(path).map_err(io(path))?.next().is_some() {
                return Err(FolderError::NotEmpty(path.into()));
            }
        } else {
            fs::create_dir_all(path).map_err(io(path))?;
        }
        refuse_network(path)?;
        let lock = lock(path)?;
        let text = toml::to_string(&manifest).expect("three plain fields make a table");
        // The manifest comes first: a folder that was cut off here is known as half-made.
        write_new(&path.join(MANIFEST), text.as_bytes(), 0o644)?;
        let mut secret = [0u8; 32];
        getrandom::fill(&mut secret).map_err(|why| FolderError::Io {
            path: path.join(KEY),
            source: std::io::Error::other(why.to_string()),
        })?;
        let key = SigningKey::from_bytes(&secret);
        write_new(&path.join(KEY), format!("{}\n", to_base64(&secret)).as_bytes(), 0o600)?;
        write_new(
            &path.join(PUBLIC_KEY),
            format!("{}\n", to_base64(key.verifying_key().as_bytes())).as_bytes(),
            0o644,
        )?;
        let record = Sqlite::create(&path.join(RECORD))?;
        Ok((Self { path: path.into(), manifest, _lock: lock }, record))
    }

    /// Opens an existing folder for writing.
    pub fn open(path: &Path) -> Result<(Self, Sqlite), FolderError> {
        let manifest = check(path)?;
        refuse_network(path)?;
        let lock = lock(path)?;
        let record = Sqlite::open(&path.join(RECORD))?;
        Ok((Self { path: path.into(), manifest, _lock: lock }, record))
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Who signs in here.
    pub fn accounts(&self) -> Result<Accounts, StoreError> {
        Accounts::open(&self.path.join(ACCOUNTS))
    }

    /// A checkpoint of `head`, signed with the folder's key.
    pub fn checkpoint(&self, head: Head) -> Result<String, FolderError> {
        let path = self.path.join(KEY);
        let text = fs::read_to_string(&path).map_err(io(&path))?;
        let bytes = from_base64(text.trim()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let bytes = bytes.ok_or_else(|| FolderError::Manifest {
            path: path.clone(),
            why: "it is not a key: expected 32 bytes in base64".into(),
        })?;
        Ok(Checkpoint::of(&self.manifest.study, head).sign(&SigningKey::from_bytes(&bytes)))
    }
}

/// Whether `path` is a folder of ours that can be read, without opening anything in it.
pub(crate) fn check(path: &Path) -> Result<Manifest, FolderError> {
    if !path.exists() {
        return Err(FolderError::Missing(path.into()));
    }
    if !path.is_dir() {
        return Err(FolderError::NotAFolder(path.into()));
    }
    if !path.join(MANIFEST).exists() {
        return Err(FolderError::Foreign(path.into()));
    }
    let manifest = read_manifest(path)?;
    if !path.join(RECORD).exists() {
        return Err(FolderError::HalfMade(path.into()));
    }
    Ok(manifest)
}

/// Where the record of a folder lies.
pub(crate) fn record_of(path: &Path) -> PathBuf {
    path.join(RECORD)
}

/// The public key that a folder gives away.
pub(crate) fn public_key(path: &Path) -> Option<VerifyingKey> {
    let text = fs::read_to_string(path.join(PUBLIC_KEY)).ok()?;
    let bytes: [u8; 32] = from_base64(text.trim())?.try_into().ok()?;
    VerifyingKey::from_bytes(&bytes).ok()
}

fn read_manifest(folder: &Path) -> Result<Manifest, FolderError> {
    let path = folder.join(MANIFEST);
    let text = fs::read_to_string(&path).map_err(io(&path))?;
    let manifest: Manifest = toml::from_str(&text)
        .map_err(|why| FolderError::Manifest { path: path.clone(), why: why.message().to_owned() })?;
    if manifest.format > FORMAT {
        return Err(FolderError::Newer { path: folder.into(), found: manifest.format });
    }
    Ok(manifest)
}

fn lock(folder: &Path) -> Result<File, FolderError> {
    let path = folder.join(LOCK);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(io(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(FolderError::InUse(folder.into())),
        Err(TryLockError::Error(source)) => Err(FolderError::Io { path, source }),
    }
}

fn write_new(path: &Path, bytes: &[u8], mode: u32) -> Result<(), FolderError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = options.open(path).map_err(io(path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(io(path))
}

/// WAL does not work across machines. Where the kernel lists its mounts, look the folder up.
fn refuse_network(folder: &Path) -> Result<(), FolderError> {
    let Ok(mounts) = fs::read_to_string("/proc/mounts") else { return Ok(()) };
    let Ok(real) = folder.canonicalize() else { return Ok(()) };
    match file_system(&mounts, &real) {
        Some(kind) if is_network(kind) => {
            Err(FolderError::Network { path: folder.into(), kind: kind.to_owned() })
        }
        _ => Ok(()),
    }
}

/// The type of the file system that holds `path`: that of the longest mount point above it.
fn file_system<'a>(mounts: &'a str, path: &Path) -> Option<&'a str> {
    mounts
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(' ').skip(1);
            Some((fields.next()?, fields.next()?))
        })
        .filter(|(point, _)| path.starts_with(point))
        .max_by_key(|(point, _)| point.len())
        .map(|(_, kind)| kind)
}

fn is_network(kind: &str) -> bool {
    kind.starts_with("nfs")
        || ["cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "lustre"].contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest::new("mapp2", "rehearsal")
    }

    #[test]
    fn a_folder_is_made_once_and_opened_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("study");
        drop(Folder::create(&path, manifest()).unwrap());
        let (folder, _) = Folder::open(&path).unwrap();
        assert_eq!(*folder.manifest(), manifest());
        assert!(matches!(Folder::create(&path, manifest()), Err(FolderError::Occupied { .. })));
        assert!(matches!(Folder::open(&path), Err(FolderError::InUse(_))));
    }

    #[test]
    fn what_is_not_ours_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path();
        assert!(matches!(Folder::open(&path.join("none")), Err(FolderError::Missing(_))));
        assert!(matches!(Folder::open(path), Err(FolderError::Foreign(_))));
        fs::write(path.join("letter.txt"), "dear").unwrap();
        assert!(matches!(Folder::create(path, manifest()), Err(FolderError::NotEmpty(_))));
        assert!(matches!(
            Folder::create(&path.join("letter.txt"), manifest()),
            Err(FolderError::NotAFolder(_))
        ));
        assert_eq!(fs::read_to_string(path.join("letter.txt")).unwrap(), "dear");
    }

    #[test]
    fn half_made_newer_and_damaged_folders_say_so() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path();
        fs::write(path.join(MANIFEST), "format = 1\nstudy = \"x\"\nkind = \"real\"\n").unwrap();
        assert!(matches!(Folder::open(path), Err(FolderError::HalfMade(_))));
        fs::write(path.join(RECORD), "this is not a database, and long enough to have a header of its own........................................................").unwrap();
        assert!(matches!(Folder::open(path), Err(FolderError::Store(StoreError::Foreign { .. }))));
        fs::write(path.join(MANIFEST), "format = 99\nstudy = \"x\"\nkind = \"real\"\n").unwrap();
        assert!(matches!(Folder::open(path), Err(FolderError::Newer { found: 99, .. })));
        fs::write(path.join(MANIFEST), "format = = 1").unwrap();
        assert!(matches!(Folder::open(path), Err(FolderError::Manifest { .. })));
    }

    #[test]
    fn the_longest_mount_point_counts() {
        let mounts = "/dev/sda1 / ext4 rw 0 0\nserver:/x /mnt nfs4 rw 0 0\n/dev/sdb /mnt/local ext4 rw 0 0\n";
        assert_eq!(file_system(mounts, Path::new("/mnt/a")), Some("nfs4"));
        assert_eq!(file_system(mounts, Path::new("/mnt/local/a")), Some("ext4"));
        assert_eq!(file_system(mounts, Path::new("/home")), Some("ext4"));
        assert!(is_network("nfs4") && is_network("cifs") && !is_network("ext4"));
    }

    #[cfg(unix)]
    #[test]
    fn the_key_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("study");
        drop(Folder::create(&path, manifest()).unwrap());
        let mode = fs::metadata(path.join(KEY)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#pragma once
// An open file as SQLite sees it: private to the VFS of the virtual disk.

#include <sqlite3.h>

#include <map>

#include "runtime/store/file_lock.hpp"
#include "runtime/store/virtual_disk.hpp"

namespace trunkline::runtime {

/// Locks are the running process's: they go with its files, not with the disk.
using FileLocks = std::map<VirtualDisk::FileId, FileLock>;

/// What the VFS puts into the memory that SQLite gives it for a file. Disk and locks are the VFS's.
struct OpenFile : sqlite3_file {
    VirtualDisk* disk = nullptr;
    FileLocks* locks = nullptr;
    VirtualDisk::FileId id{};
    LockLevel lock = LockLevel::none;
    /// A journal or log that is new: its first sync makes its name durable too, as SQLite's own VFS for Unix does. The
    /// database file itself needs none: its journal's covers it.
    bool name_is_new = false;
};

/// The functions of an open file.
const sqlite3_io_methods& open_file_methods();

/// SQLite's word for an error of the disk, where `io_error` says which operation has failed.
int sqlite_code(DiskError error, int io_error);

}  // namespace trunkline::runtime

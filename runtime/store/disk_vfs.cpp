#include "runtime/store/disk_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>
#include <string_view>

#include "protocol/base/random.hpp"
#include "runtime/store/disk_vfs_file.hpp"

namespace trunkline::runtime {

struct DiskVfsState {
    VirtualDisk& disk;
    Random random;
    WallTime now;
    std::string name;
    FileLocks locks;
    sqlite3_vfs vfs{};
};

// SQLite calls these. None may throw: want of memory ends the process.

namespace {

DiskVfsState& self(sqlite3_vfs* vfs) { return *static_cast<DiskVfsState*>(vfs->pAppData); }

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) noexcept {
    file->pMethods = nullptr;                     // tells SQLite that there is nothing to close
    if (name == nullptr) return SQLITE_CANTOPEN;  // a temporary file
    VirtualDisk& disk = self(vfs).disk;
    const bool exists = disk.exists(name);
    if (exists && (flags & SQLITE_OPEN_EXCLUSIVE) != 0) return SQLITE_CANTOPEN;
    if (!exists && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    const DiskResult<VirtualDisk::FileId> opened = exists ? disk.open(name) : disk.create(name);
    if (!opened) return sqlite_code(opened.error(), SQLITE_CANTOPEN);
    OpenFile& open = *new (file) OpenFile();
    open.pMethods = &open_file_methods();
    open.disk = &disk;
    open.locks = &self(vfs).locks;
    open.id = *opened;
    constexpr int logs = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    open.name_is_new = !exists && (flags & logs) != 0;
    if (flags_out != nullptr) *flags_out = flags;
    return SQLITE_OK;
}

int remove_file(sqlite3_vfs* vfs, const char* name, int sync_directory) noexcept {
    VirtualDisk& disk = self(vfs).disk;
    if (const auto done = disk.remove(name); !done) {
        if (done.error() == DiskError::no_such_file) return SQLITE_IOERR_DELETE_NOENT;
        return sqlite_code(done.error(), SQLITE_IOERR_DELETE);
    }
    if (sync_directory == 0) return SQLITE_OK;
    const auto done = disk.sync_directory();
    return done ? SQLITE_OK : sqlite_code(done.error(), SQLITE_IOERR_DIR_FSYNC);
}

/// A file without content counts as absent, as it does for SQLite's own VFS.
int access_file(sqlite3_vfs* vfs, const char* name, int, int* is_there) noexcept {
    VirtualDisk& disk = self(vfs).disk;
    *is_there = 0;
    const DiskResult<VirtualDisk::FileId> opened = disk.open(name);
    if (!opened) return opened.error() == DiskError::no_such_file ? SQLITE_OK : SQLITE_IOERR_ACCESS;
    *is_there = *disk.size(*opened) > 0 ? 1 : 0;
    disk.close(*opened);
    return SQLITE_OK;
}

int full_pathname(sqlite3_vfs*, const char* name, int size, char* full) noexcept {
    const std::string_view text(name);
    if (text.size() >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
    std::memcpy(full, text.data(), text.size() + 1);
    return SQLITE_OK;
}

int randomness(sqlite3_vfs* vfs, int size, char* octets) noexcept {
    for (int index = 0; index < size; ++index) octets[index] = static_cast<char>(self(vfs).random.next());
    return size;
}

int sleep_microseconds(sqlite3_vfs*, int microseconds) noexcept { return microseconds; }

/// As a Julian day: 1970-01-01T00:00:00Z is 2440587.5.
int current_time(sqlite3_vfs* vfs, double* julian_day) noexcept {
    const std::chrono::duration<double, std::ratio<86400>> days = self(vfs).now.time_since_epoch();
    *julian_day = 2440587.5 + days.count();
    return SQLITE_OK;
}

int last_error(sqlite3_vfs*, int, char*) noexcept { return 0; }

}  // namespace

DiskVfs::DiskVfs(VirtualDisk& disk, std::uint64_t seed, WallTime now)
    : state_(new DiskVfsState{disk, Random(seed, "virtual disk", "sqlite"), now, {}, {}, {}}) {
    // The registry of names is the whole process's, where runs of several seeds may go on at once; nobody sees the
    // name.
    state_->name = "virtual-disk-" + std::to_string(reinterpret_cast<std::uintptr_t>(state_.get()));
    sqlite3_vfs& vfs = state_->vfs;
    vfs.iVersion = 1;
    vfs.szOsFile = sizeof(OpenFile);
    vfs.mxPathname = 512;
    vfs.zName = state_->name.c_str();
    vfs.pAppData = state_.get();
    vfs.xOpen = open_file;
    vfs.xDelete = remove_file;
    vfs.xAccess = access_file;
    vfs.xFullPathname = full_pathname;
    vfs.xRandomness = randomness;
    vfs.xSleep = sleep_microseconds;
    vfs.xCurrentTime = current_time;
    vfs.xGetLastError = last_error;
    [[maybe_unused]] const int code = sqlite3_vfs_register(&vfs, 0);
    assert(code == SQLITE_OK);
}

DiskVfs::~DiskVfs() {
    assert(state_->locks.empty());  // no file is open
    sqlite3_vfs_unregister(&state_->vfs);
}

const std::string& DiskVfs::name() const { return state_->name; }
void DiskVfs::set_time(WallTime now) { state_->now = now; }

}  // namespace trunkline::runtime

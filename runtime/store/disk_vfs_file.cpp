#include "runtime/store/disk_vfs_file.hpp"

#include <algorithm>
#include <cassert>

namespace trunkline::runtime {

// SQLite calls these. None may throw: want of memory ends the process.

namespace {

OpenFile& self(sqlite3_file* file) { return *static_cast<OpenFile*>(file); }

int close_file(sqlite3_file* file) noexcept {
    OpenFile& open = self(file);
    FileLock& lock = (*open.locks)[open.id];
    lock.lower(open.lock, LockLevel::none);
    if (lock.is_free()) open.locks->erase(open.id);
    open.disk->close(open.id);
    std::destroy_at(&open);
    return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) noexcept {
    const std::span<std::byte> wanted(static_cast<std::byte*>(into), static_cast<std::size_t>(size));
    const auto got = self(file).disk->read(self(file).id, static_cast<std::uint64_t>(offset), wanted);
    if (!got) return sqlite_code(got.error(), SQLITE_IOERR_READ);
    if (*got == wanted.size()) return SQLITE_OK;
    // SQLite wants zeros where the file has nothing.
    std::fill(wanted.begin() + static_cast<std::ptrdiff_t>(*got), wanted.end(), std::byte{0});
    return SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) noexcept {
    const ByteView bytes(static_cast<const std::byte*>(from), static_cast<std::size_t>(size));
    const auto done = self(file).disk->write(self(file).id, static_cast<std::uint64_t>(offset), bytes);
    return done ? SQLITE_OK : sqlite_code(done.error(), SQLITE_IOERR_WRITE);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 wanted) noexcept {
    OpenFile& open = self(file);
    const auto size = open.disk->size(open.id);
    if (!size) return sqlite_code(size.error(), SQLITE_IOERR_TRUNCATE);
    if (*size < static_cast<std::uint64_t>(wanted)) return SQLITE_OK;  // "truncates" are never meant to grow a file
    const auto done = open.disk->truncate(open.id, static_cast<std::uint64_t>(wanted));
    return done ? SQLITE_OK : sqlite_code(done.error(), SQLITE_IOERR_TRUNCATE);
}

int sync_file(sqlite3_file* file, int) noexcept {
    OpenFile& open = self(file);
    if (const auto done = open.disk->sync(open.id); !done) return sqlite_code(done.error(), SQLITE_IOERR_FSYNC);
    if (!open.name_is_new) return SQLITE_OK;
    if (const auto done = open.disk->sync_directory(); !done) return sqlite_code(done.error(), SQLITE_IOERR_DIR_FSYNC);
    open.name_is_new = false;
    return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) noexcept {
    const auto got = self(file).disk->size(self(file).id);
    if (!got) return sqlite_code(got.error(), SQLITE_IOERR_FSTAT);
    *size = static_cast<sqlite3_int64>(*got);
    return SQLITE_OK;
}

int lock_file(sqlite3_file* file, int level) noexcept {
    OpenFile& open = self(file);
    return (*open.locks)[open.id].raise(open.lock, static_cast<LockLevel>(level)) ? SQLITE_OK : SQLITE_BUSY;
}

int unlock_file(sqlite3_file* file, int level) noexcept {
    OpenFile& open = self(file);
    (*open.locks)[open.id].lower(open.lock, static_cast<LockLevel>(level));
    return SQLITE_OK;
}

int check_reserved_lock(sqlite3_file* file, int* has_writer) noexcept {
    *has_writer = (*self(file).locks)[self(file).id].has_writer() ? 1 : 0;
    return SQLITE_OK;
}

int file_control(sqlite3_file*, int, void*) noexcept { return SQLITE_NOTFOUND; }

int sector_size(sqlite3_file*) noexcept { return static_cast<int>(VirtualFile::sector_size); }

/// What SQLite assumes of ordinary disks too; VirtualFile::crash() keeps to it.
int device_characteristics(sqlite3_file*) noexcept { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

constexpr sqlite3_io_methods make_methods() {
    sqlite3_io_methods methods{};
    methods.iVersion = 1;  // no shared memory, no memory mapping
    methods.xClose = close_file;
    methods.xRead = read_file;
    methods.xWrite = write_file;
    methods.xTruncate = truncate_file;
    methods.xSync = sync_file;
    methods.xFileSize = file_size;
    methods.xLock = lock_file;
    methods.xUnlock = unlock_file;
    methods.xCheckReservedLock = check_reserved_lock;
    methods.xFileControl = file_control;
    methods.xSectorSize = sector_size;
    methods.xDeviceCharacteristics = device_characteristics;
    return methods;
}
constexpr sqlite3_io_methods methods = make_methods();

}  // namespace

const sqlite3_io_methods& open_file_methods() { return methods; }

int sqlite_code(DiskError error, int io_error) { return error == DiskError::full ? SQLITE_FULL : io_error; }

}  // namespace trunkline::runtime

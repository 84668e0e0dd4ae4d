#include "runtime/store/slow_sync_vfs.hpp"

#include <sqlite3.h>

#include <cassert>
#include <new>
#include <thread>

#include "runtime/time/real_clock.hpp"

namespace trunkline::runtime {

struct SlowSyncState {
    sqlite3_vfs* system = nullptr;
    sqlite3_vfs vfs{};
    std::string name = "trunkline-slow-sync";
    Duration floor;
};

// SQLite calls these; all but the sync only pass on.

namespace {

/// In the memory that SQLite gives for a file; the system's own file stands behind it.
struct SlowFile : sqlite3_file {
    Duration floor{};
    sqlite3_file* system() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

SlowFile& slow(sqlite3_file* file) { return *static_cast<SlowFile*>(file); }
SlowSyncState& slow(sqlite3_vfs* vfs) { return *static_cast<SlowSyncState*>(vfs->pAppData); }

/// A function of a file as the system has it.
template <auto Member>
struct OfFile;
template <typename R, typename... Args, R (*sqlite3_io_methods::*Member)(sqlite3_file*, Args...)>
struct OfFile<Member> {
    static R call(sqlite3_file* file, Args... args) noexcept {
        sqlite3_file* system = slow(file).system();
        return (system->pMethods->*Member)(system, args...);
    }
};

/// A function of the VFS as the system has it.
template <auto Member>
struct OfVfs;
template <typename R, typename... Args, R (*sqlite3_vfs::*Member)(sqlite3_vfs*, Args...)>
struct OfVfs<Member> {
    static R call(sqlite3_vfs* vfs, Args... args) noexcept {
        sqlite3_vfs* system = slow(vfs).system;
        return (system->*Member)(system, args...);
    }
};

int sync_slowly(sqlite3_file* file, int flags) noexcept {
    const RealClock clock;
    const Instant earliest = clock.now() + slow(file).floor;
    const int result = OfFile<&sqlite3_io_methods::xSync>::call(file, flags);
    std::this_thread::sleep_for(earliest - clock.now());
    return result;
}

constexpr sqlite3_io_methods make_slow_methods() {
    using Methods = sqlite3_io_methods;
    Methods methods{};
    methods.iVersion = 1;  // no shared memory, no memory mapping
    methods.xClose = OfFile<&Methods::xClose>::call;
    methods.xRead = OfFile<&Methods::xRead>::call;
    methods.xWrite = OfFile<&Methods::xWrite>::call;
    methods.xTruncate = OfFile<&Methods::xTruncate>::call;
    methods.xSync = sync_slowly;
    methods.xFileSize = OfFile<&Methods::xFileSize>::call;
    methods.xLock = OfFile<&Methods::xLock>::call;
    methods.xUnlock = OfFile<&Methods::xUnlock>::call;
    methods.xCheckReservedLock = OfFile<&Methods::xCheckReservedLock>::call;
    methods.xFileControl = OfFile<&Methods::xFileControl>::call;
    methods.xSectorSize = OfFile<&Methods::xSectorSize>::call;
    methods.xDeviceCharacteristics = OfFile<&Methods::xDeviceCharacteristics>::call;
    return methods;
}
constexpr sqlite3_io_methods slow_methods = make_slow_methods();

int open_slow_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* flags_out) noexcept {
    SlowSyncState& state = slow(vfs);
    auto* opened = new (file) SlowFile();
    opened->floor = state.floor;
    opened->system()->pMethods = nullptr;
    const int result = state.system->xOpen(state.system, path, opened->system(), flags, flags_out);
    if (opened->system()->pMethods != nullptr) opened->pMethods = &slow_methods;  // SQLite closes what has them
    return result;
}

}  // namespace

SlowSyncVfs::SlowSyncVfs(Duration floor) : state_(std::make_unique<SlowSyncState>()) {
    state_->floor = floor;
    state_->system = sqlite3_vfs_find(nullptr);
    assert(state_->system != nullptr);
    sqlite3_vfs& vfs = state_->vfs;
    vfs.iVersion = 2;
    vfs.szOsFile = static_cast<int>(sizeof(SlowFile)) + state_->system->szOsFile;
    vfs.mxPathname = state_->system->mxPathname;
    vfs.zName = state_->name.c_str();
    vfs.pAppData = state_.get();
    vfs.xOpen = open_slow_file;
    vfs.xDelete = OfVfs<&sqlite3_vfs::xDelete>::call;
    vfs.xAccess = OfVfs<&sqlite3_vfs::xAccess>::call;
    vfs.xFullPathname = OfVfs<&sqlite3_vfs::xFullPathname>::call;
    vfs.xRandomness = OfVfs<&sqlite3_vfs::xRandomness>::call;
    vfs.xSleep = OfVfs<&sqlite3_vfs::xSleep>::call;
    vfs.xCurrentTime = OfVfs<&sqlite3_vfs::xCurrentTime>::call;
    vfs.xGetLastError = OfVfs<&sqlite3_vfs::xGetLastError>::call;
    vfs.xCurrentTimeInt64 = OfVfs<&sqlite3_vfs::xCurrentTimeInt64>::call;
    [[maybe_unused]] const int registered = sqlite3_vfs_register(&vfs, 0);
    assert(registered == SQLITE_OK);
}

SlowSyncVfs::~SlowSyncVfs() { sqlite3_vfs_unregister(&state_->vfs); }

const std::string& SlowSyncVfs::name() const { return state_->name; }

}  // namespace trunkline::runtime

#include "runtime/transport/file_watch.hpp"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <set>
#include <system_error>
#include <tuple>
#include <utility>

#include "runtime/transport/asio.hpp"

namespace trunkline::runtime {

namespace {

namespace fs = std::filesystem;
using Descriptor = net::posix::basic_stream_descriptor<Executor>;

constexpr std::uint32_t anything_new = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB;
// Of a file that never comes to rest, what is there after so many looks is taken.
constexpr int looks_at_most = 20;

/// What tells one content from another without reading it. Device and inode: another file has taken the place.
using Looks = std::tuple<bool, dev_t, ino_t, off_t, std::int64_t, std::int64_t>;

Looks looks_of(const fs::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return {};
    return {true, status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

}  // namespace

struct FileWatch::State {
    State(EventLoop& loop, std::vector<fs::path> files_, Duration rest_)
        : files(std::move(files_)), rest(rest_), timer(loop.io()), descriptor(loop.io()) {}

    void begin();
    void watch_directories();
    void await_events();
    void await_rest();
    void look();
    std::vector<Looks> look_at_all() const;

    std::vector<fs::path> files;
    Duration rest;
    Timer timer;
    Descriptor descriptor;  // of inotify
    std::vector<Looks> known;
    std::vector<Looks> last_look;
    int looks = 0;  // since something happened; 0: nothing has
    std::vector<fs::path> changed;
    std::string failure;
};

void FileWatch::State::begin() {
    known = look_at_all();
    const int handle = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (handle < 0) {
        failure = std::generic_category().message(errno);
        return;
    }
    descriptor.assign(handle);
    watch_directories();
    await_events();
}

/// Again after every change: a link may point somewhere else by then. What is watched already stays so.
void FileWatch::State::watch_directories() {
    std::set<fs::path> directories;
    for (const fs::path& file : files) {
        directories.insert(fs::absolute(file).parent_path());
        std::error_code gone;
        const fs::path target = fs::canonical(file, gone);
        if (!gone) directories.insert(target.parent_path());
    }
    for (const fs::path& directory : directories) {
        if (::inotify_add_watch(descriptor.native_handle(), directory.c_str(), anything_new) < 0 && errno != ENOENT)
            failure = directory.string() + ": " + std::generic_category().message(errno);
    }
}

void FileWatch::State::await_events() {
    descriptor.async_wait(Descriptor::wait_read, [this](error_code error) {
        if (error) return;  // the watch is destroyed
        std::array<std::byte, 4096> events;
        while (::read(descriptor.native_handle(), events.data(), events.size()) > 0) {}
        if (looks == 0) {
            last_look = look_at_all();
            looks = 1;
            await_rest();
        }
        await_events();
    });
}

void FileWatch::State::await_rest() {
    timer.expires_after(rest);
    timer.async_wait([this](error_code error) {
        if (!error) look();
    });
}

void FileWatch::State::look() {
    std::vector<Looks> now = look_at_all();
    if (now != last_look && looks < looks_at_most) {
        last_look = std::move(now);
        ++looks;
        return await_rest();
    }
    looks = 0;
    for (std::size_t at = 0; at < files.size(); ++at) {
        if (now[at] != known[at]) changed.push_back(files[at]);
    }
    known = std::move(now);
    watch_directories();
}

std::vector<Looks> FileWatch::State::look_at_all() const {
    std::vector<Looks> all;
    for (const fs::path& file : files) all.push_back(looks_of(file));
    return all;
}

FileWatch::FileWatch(EventLoop& loop, std::vector<fs::path> files, Duration rest)
    : state_(std::make_unique<State>(loop, std::move(files), rest)) {
    if (!state_->files.empty()) state_->begin();
}
FileWatch::~FileWatch() = default;

std::vector<fs::path> FileWatch::take_changed() { return std::exchange(state_->changed, {}); }

const std::string& FileWatch::failure() const { return state_->failure; }

}  // namespace trunkline::runtime

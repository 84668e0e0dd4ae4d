#include "runtime/transport/file_watch.hpp"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstring>
#include <deque>
#include <set>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>

#include "runtime/transport/asio.hpp"

namespace trunkline::runtime {

namespace {

namespace fs = std::filesystem;
using Descriptor = net::posix::basic_stream_descriptor<Executor>;

// In the directory where a name on the way to a file stands, and in that of the file itself.
constexpr std::uint32_t another_name = IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE;
constexpr std::uint32_t anything_new = another_name | IN_CLOSE_WRITE | IN_ATTRIB;
constexpr int links_at_most = 40;  // as the system has it
// Of a file that never comes to rest, what is there after so many looks is taken.
constexpr int looks_at_most = 20;

/// What tells one content from another without reading it. Device and inode: another file has taken the place.
using Looks = std::tuple<bool, dev_t, ino_t, off_t, std::int64_t, std::int64_t>;

Looks looks_of(const fs::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return {};
    return {true, status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

/// A name on the way to a file, and the directory in which it stands.
struct Step {
    fs::path directory;
    std::string name;
};

/// From the root on, links followed: whoever puts something else in the place of one of them has changed the file.
std::vector<Step> way_to(const fs::path& file) {
    const fs::path whole = fs::absolute(file);
    std::deque<fs::path> rest(whole.begin(), whole.end());
    std::vector<Step> steps;
    fs::path at;
    for (int links = 0; !rest.empty();) {
        const fs::path name = std::move(rest.front());
        rest.pop_front();
        if (name.is_absolute()) {
            at = name;
        } else if (name == "..") {
            at = at.parent_path();
        } else if (!name.empty() && name != ".") {
            steps.push_back({at, name.string()});
            std::error_code no_link;
            const fs::path target = fs::read_symlink(at / name, no_link);
            if (no_link || ++links > links_at_most) at /= name;
            else rest.insert(rest.begin(), target.begin(), target.end());
        }
    }
    return steps;
}

}  // namespace

struct FileWatch::State {
    State(EventLoop& loop, std::vector<fs::path> files_, Duration rest_)
        : files(std::move(files_)), rest(rest_), timer(loop.io()), descriptor(loop.io()) {}

    void begin();
    void watch_directories();
    void watch_for(const Step& step, bool is_last);
    void await_events();
    bool take_events();
    void await_rest();
    void look();
    std::vector<Looks> look_at_all() const;

    std::vector<fs::path> files;
    std::set<std::string> names;  // on the ways to them
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

/// Again at every look: a name on the way may mean something else by then. What is watched already stays so.
void FileWatch::State::watch_directories() {
    for (const fs::path& file : files) {
        const std::vector<Step> steps = way_to(file);
        for (const Step& step : steps) watch_for(step, &step == &steps.back());
    }
}

void FileWatch::State::watch_for(const Step& step, bool is_last) {
    names.insert(step.name);
    const std::uint32_t what = (is_last ? anything_new : another_name) | IN_MASK_ADD;
    if (::inotify_add_watch(descriptor.native_handle(), step.directory.c_str(), what) >= 0) return;
    // Not there yet: the step before sees it come. On the way there may be what this user walks through without
    // reading.
    if (errno == ENOENT || errno == ENOTDIR || (errno == EACCES && !is_last)) return;
    failure = step.directory.string() + ": " + std::generic_category().message(errno);
}

/// Whether any of them may be about one of the files: other names, of which a directory on the way has many, are not.
bool FileWatch::State::take_events() {
    bool is_any = false;
    std::array<char, 4096> octets;
    for (;;) {
        const ssize_t size = ::read(descriptor.native_handle(), octets.data(), octets.size());
        if (size <= 0) return is_any;
        for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
            inotify_event event{};
            std::memcpy(&event, octets.data() + at, sizeof event);
            at += sizeof event;
            // Without a name: it is about a directory itself, or events were lost.
            is_any = is_any || event.len == 0 || names.contains(octets.data() + at);
            at += event.len;
        }
    }
}

void FileWatch::State::await_events() {
    descriptor.async_wait(Descriptor::wait_read, [this](error_code error) {
        if (error) return;  // the watch is destroyed
        if (take_events() && looks == 0) {
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
    watch_directories();  // first: what happens behind this is told
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

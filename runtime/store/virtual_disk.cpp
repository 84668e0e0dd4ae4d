#include "runtime/store/virtual_disk.hpp"

#include <algorithm>
#include <cassert>
#include <set>

namespace trunkline::runtime {

DiskResult<VirtualDisk::FileId> VirtualDisk::open(std::string_view name) {
    if (is_stopped_) return Failure{DiskError::stopped};
    const auto found = names_.find(name);
    if (found == names_.end()) return Failure{DiskError::no_such_file};
    ++nodes_.at(found->second).open;
    return found->second;
}

DiskResult<VirtualDisk::FileId> VirtualDisk::create(std::string_view name) {
    assert(!exists(name));
    if (const auto error = begin_change()) return Failure{*error};
    const FileId id{++last_id_};
    nodes_.emplace(id, Node{VirtualFile(std::string(name)), 0});
    change_name(name, id);
    if (const auto done = end_change(); !done) return Failure{done.error()};
    ++nodes_.at(id).open;
    return id;
}

void VirtualDisk::close(FileId id) {
    --nodes_.at(id).open;
    forget_unnamed();
}

DiskResult<void> VirtualDisk::remove(std::string_view name) {
    if (!is_stopped_ && !exists(name)) return Failure{DiskError::no_such_file};
    if (const auto error = begin_change()) return Failure{*error};
    change_name(name, std::nullopt);
    return end_change();
}

DiskResult<std::size_t> VirtualDisk::read(FileId id, std::uint64_t offset, std::span<std::byte> into) {
    if (is_stopped_) return Failure{DiskError::stopped};
    ++counters_.reads;
    return file(id).read(offset, into);
}

DiskResult<void> VirtualDisk::write(FileId id, std::uint64_t offset, ByteView bytes) {
    if (const auto error = begin_change()) return Failure{*error};
    const std::uint64_t end = offset + bytes.size();
    const std::uint64_t size = file(id).size();
    if (capacity_ && end > size && used_bytes() + (end - size) > *capacity_) return Failure{DiskError::full};
    ++counters_.writes;
    counters_.bytes_written += bytes.size();
    file(id).write(offset, bytes, changes_);
    return end_change();
}

DiskResult<void> VirtualDisk::truncate(FileId id, std::uint64_t size) {
    if (const auto error = begin_change()) return Failure{*error};
    file(id).truncate(size, changes_);
    return end_change();
}

DiskResult<std::uint64_t> VirtualDisk::size(FileId id) const {
    if (is_stopped_) return Failure{DiskError::stopped};
    return nodes_.at(id).file.size();
}

DiskResult<void> VirtualDisk::sync(FileId id) {
    if (const auto error = begin_change()) {
        if (*error != DiskError::stopped) file(id).sync_failed();
        return Failure{*error};
    }
    if (const auto done = end_change(); !done) return done;
    ++counters_.syncs;
    file(id).sync();
    return {};
}

DiskResult<void> VirtualDisk::sync_directory() {
    if (const auto error = begin_change()) return Failure{*error};
    if (const auto done = end_change(); !done) return done;
    for (const NameChange& change : unsynced_names_) apply(change, durable_names_);
    unsynced_names_.clear();
    forget_unnamed();
    return {};
}

void VirtualDisk::kill() {
    assert(std::all_of(nodes_.begin(), nodes_.end(), [](const auto& node) { return node.second.open == 0; }));
    is_stopped_ = false;
    heal();
}

void VirtualDisk::crash(std::uint64_t seed) {
    kill();
    Random of_crash(seed, "virtual disk", "survival");
    const CrashLuck luck{seed, static_cast<double>(of_crash.below(5)) / 4};
    for (const NameChange& change : unsynced_names_) {
        Random of_change(seed, change.name, "name " + std::to_string(change.number));
        if (of_change.chance(luck.survival)) apply(change, durable_names_);
    }
    unsynced_names_.clear();
    names_ = durable_names_;
    forget_unnamed();
    for (auto& [id, node] : nodes_) node.file.crash(luck);
}

void VirtualDisk::heal() {
    fault_.reset();
    capacity_.reset();
    stop_at_.reset();
}

std::optional<DiskError> VirtualDisk::begin_change() {
    if (is_stopped_) return DiskError::stopped;
    ++changes_;
    if (fault_ && changes_ >= fault_->first && changes_ <= fault_->last) return fault_->error;
    return std::nullopt;
}

DiskResult<void> VirtualDisk::end_change() {
    if (changes_ != stop_at_) return {};
    is_stopped_ = true;
    return Failure{DiskError::stopped};
}

void VirtualDisk::change_name(std::string_view name, std::optional<FileId> file) {
    unsynced_names_.push_back({changes_, std::string(name), file});
    apply(unsynced_names_.back(), names_);
}

void VirtualDisk::apply(const NameChange& change, Names& names) {
    if (change.file) {
        names.insert_or_assign(change.name, *change.file);
    } else {
        names.erase(change.name);
    }
}

/// A file lives as long as somebody has it open, or the directory names it or may name it after a crash.
void VirtualDisk::forget_unnamed() {
    std::set<FileId> named;
    for (const auto& [name, id] : names_) named.insert(id);
    for (const auto& [name, id] : durable_names_) named.insert(id);
    for (const NameChange& change : unsynced_names_) {
        if (change.file) named.insert(*change.file);
    }
    std::erase_if(nodes_, [&](const auto& node) { return node.second.open == 0 && !named.contains(node.first); });
}

std::uint64_t VirtualDisk::used_bytes() const {
    std::uint64_t bytes = 0;
    for (const auto& [id, node] : nodes_) bytes += node.file.size();
    return bytes;
}

}  // namespace trunkline::runtime

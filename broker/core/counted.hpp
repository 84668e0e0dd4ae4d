#pragma once
// Shared ownership within one thread.

#include <utility>

namespace trunkline::broker {

/// Intrusive pointer to something immutable that counts its owners: `T` has a `mutable` member `references_` and a
/// static destroy(const T*). The count is not atomic: all owners belong to the thread that owns the core. The storage
/// thread may read what a batch holds, as long as the core's thread keeps the batch alive.
template <typename T>
class Counted {
public:
    Counted() = default;
    explicit Counted(const T* object) : object_(object) { acquire(); }
    Counted(const Counted& other) : object_(other.object_) { acquire(); }
    Counted(Counted&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Counted& operator=(Counted other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Counted() {
        if (object_ != nullptr && --object_->references_ == 0) T::destroy(object_);
    }

    const T& operator*() const { return *object_; }
    const T* operator->() const { return object_; }
    explicit operator bool() const { return object_ != nullptr; }

private:
    void acquire() const {
        if (object_ != nullptr) ++object_->references_;
    }

    const T* object_ = nullptr;
};

}  // namespace trunkline::broker

#pragma once
// Values that nearly every object of a kind does without.

#include <concepts>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace trunkline {

/// An optional for what is so seldom there that no room is kept for it: as large as a pointer, and on the heap if it is
/// there. Copied and compared by value.
template <typename Value>
class Seldom {
public:
    Seldom() = default;
    Seldom(std::nullopt_t) {}
    template <typename From>
        requires(std::convertible_to<From, Value> && !std::same_as<std::remove_cvref_t<From>, Seldom>)
    Seldom(From&& from) : value_(std::make_unique<Value>(std::forward<From>(from))) {}
    Seldom(std::optional<Value> value) {
        if (value) emplace(*std::move(value));
    }
    Seldom(const Seldom& other) : value_(other ? std::make_unique<Value>(*other) : nullptr) {}
    Seldom(Seldom&&) noexcept = default;
    Seldom& operator=(Seldom other) noexcept {
        value_ = std::move(other.value_);
        return *this;
    }
    ~Seldom() = default;

    bool has_value() const { return value_ != nullptr; }
    explicit operator bool() const { return has_value(); }
    // Require that it is there.
    Value& operator*() { return *value_; }
    const Value& operator*() const { return *value_; }
    Value* operator->() { return value_.get(); }
    const Value* operator->() const { return value_.get(); }

    template <typename... Arguments>
    Value& emplace(Arguments&&... arguments) {
        value_ = std::make_unique<Value>(std::forward<Arguments>(arguments)...);
        return *value_;
    }
    /// Made as it is by default if it is not there.
    Value& get() { return has_value() ? *value_ : emplace(); }
    void reset() { value_.reset(); }

    /// Of nothing else, or an optional would compare what it holds.
    template <std::same_as<Seldom> Same>
    friend bool operator==(const Same& one, const Same& other) {
        return one && other ? *one == *other : !one && !other;
    }

private:
    std::unique_ptr<Value> value_;
};

}  // namespace trunkline

#pragma once
// A value or the reason why there is none, with the names of std::expected (which g++ 12 has in C++23 only).

#include <cassert>
#include <utility>
#include <variant>

namespace trunkline {

/// Wraps an error so that Result<T, E> is unambiguous even when T and E convert into each other.
template <typename E>
struct Failure {
    E error;
};
template <typename E>
Failure(E) -> Failure<E>;

/// Holds a T or an E. Reading the wrong one is our own mistake, hence an assert.
template <typename T, typename E>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Failure<E> failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    T& value() & { return get<0>(*this); }
    const T& value() const& { return get<0>(*this); }
    T&& value() && { return std::move(get<0>(*this)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    const E& error() const { return get<1>(*this); }

private:
    template <std::size_t Index, typename Self>
    static auto& get(Self& self) {
        auto* held = std::get_if<Index>(&self.state_);
        assert(held != nullptr);
        return *held;
    }

    std::variant<T, E> state_;
};

/// Success without a value.
template <typename E>
class [[nodiscard]] Result<void, E> {
public:
    Result() = default;
    Result(Failure<E> failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }
    const E& error() const {
        const E* held = std::get_if<1>(&state_);
        assert(held != nullptr);
        return *held;
    }

private:
    std::variant<std::monostate, E> state_;
};

}  // namespace trunkline

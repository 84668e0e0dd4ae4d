#pragma once
// Texts as keys of a FlatTable: with their hash, so that nearly only equal ones are compared octet by octet.

#include <cstddef>
#include <functional>
#include <string_view>

namespace trunkline {

/// Not stable over programs: for look-ups only. The text outlives it.
struct HashedText {
    HashedText() = default;
    explicit HashedText(std::string_view its_text) : hash(std::hash<std::string_view>()(its_text)), text(its_text) {}

    std::size_t hash = 0;
    std::string_view text;

    friend bool operator==(const HashedText& a, const HashedText& b) { return a.hash == b.hash && a.text == b.text; }
};

struct HashedTextHash {
    std::size_t operator()(const HashedText& key) const { return key.hash; }
};

}  // namespace trunkline

#include "tests/support/packet_notation.hpp"

#include <cstdio>
#include <cstdlib>

namespace trunkline::test {

namespace {

[[noreturn]] void unreadable(std::string_view rest) {
    std::fprintf(stderr, "octets_of: cannot read: %.*s\n", static_cast<int>(rest.size()), rest.data());
    std::abort();
}

unsigned digit(char character, std::string_view rest) {
    if (character >= '0' && character <= '9') return static_cast<unsigned>(character - '0');
    if (character >= 'a' && character <= 'f') return static_cast<unsigned>(character - 'a') + 10;
    unreadable(rest);
}

std::vector<std::byte> length_in_front(char bracket, std::size_t length) {
    if (bracket == '[') return {static_cast<std::byte>(length >> 8U), static_cast<std::byte>(length & 0xffU)};
    std::vector<std::byte> octets;
    for (; length >= 128; length >>= 7U) octets.push_back(static_cast<std::byte>(length | 0x80U));
    octets.push_back(static_cast<std::byte>(length));
    return octets;
}

/// Up to the end, or to the bracket that closes this group.
std::vector<std::byte> read_group(std::string_view& rest, char closing) {
    std::vector<std::byte> octets;
    while (!rest.empty()) {
        const char first = rest.front();
        if (first == closing) return octets;
        if (first == ' ') {
            rest.remove_prefix(1);
        } else if (first == '[' || first == '{') {
            rest.remove_prefix(1);
            const std::vector<std::byte> inner = read_group(rest, first == '[' ? ']' : '}');
            if (rest.empty()) unreadable("a bracket that nothing closes");
            rest.remove_prefix(1);
            const std::vector<std::byte> length = length_in_front(first, inner.size());
            octets.insert(octets.end(), length.begin(), length.end());
            octets.insert(octets.end(), inner.begin(), inner.end());
        } else if (first == '\'') {
            const std::size_t end = rest.find('\'', 1);
            if (end == std::string_view::npos) unreadable(rest);
            for (const char character : rest.substr(1, end - 1)) octets.push_back(static_cast<std::byte>(character));
            rest.remove_prefix(end + 1);
        } else {
            if (rest.size() < 2) unreadable(rest);
            octets.push_back(static_cast<std::byte>(digit(rest[0], rest) << 4U | digit(rest[1], rest)));
            rest.remove_prefix(2);
        }
    }
    return octets;
}

}  // namespace

std::vector<std::byte> octets_of(std::string_view notation) { return read_group(notation, '\0'); }

}  // namespace trunkline::test

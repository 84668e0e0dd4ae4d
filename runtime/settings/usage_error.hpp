#pragma once
// What the user wrote cannot be meant: exit status 2.

#include <stdexcept>
#include <string>
#include <string_view>

namespace trunkline::runtime {

/// One line for the user: the place ("--listen", "broker.json:4: /listen/0"), what is wrong, what would be right. What
/// it repeats of a file may have control characters: they are shown as \x0A.
class UsageError : public std::runtime_error {
public:
    explicit UsageError(const std::string& line) : std::runtime_error(printable(line)) {}

private:
    static std::string printable(std::string_view line) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        std::string text;
        for (const char character : line) {
            const auto octet = static_cast<unsigned char>(character);
            if (octet >= 0x20 && octet != 0x7f) text += character;
            else text.append("\\x").append({digits[octet >> 4U], digits[octet & 0x0fU]});
        }
        return text;
    }
};

}  // namespace trunkline::runtime

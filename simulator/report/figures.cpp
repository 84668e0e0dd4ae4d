#include "simulator/report/figures.hpp"

#include <charconv>

#include "simulator/plan/durations.hpp"

namespace trunkline::sim {

std::string counted(std::uint64_t number, std::string_view one) {
    return grouped(number) + ' ' + std::string(one) + (number == 1 ? "" : "s");
}

std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, 1, ',');
    }
    return digits;
}

std::string decimal(double number, int decimals) {
    char digits[64];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number, std::chars_format::fixed, decimals);
    return error == std::errc() ? std::string(digits, end) : shortest(number);
}

std::string shortest(double number) {
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

std::string share(std::uint64_t part, std::uint64_t whole) {
    if (whole == 0) return "–";
    if (part == whole) return "100 %";
    // Rounded down: 99.996 % must not read as all.
    const double basis_points = static_cast<double>(part) / static_cast<double>(whole) * 10'000.0;
    return decimal(static_cast<double>(static_cast<std::uint64_t>(basis_points)) / 100.0, 2) + " %";
}

std::string latency_text(Duration duration) {
    const double seconds = std::chrono::duration<double>(duration).count();
    if (seconds < 0.1) return decimal(seconds * 1000.0, 1) + " ms";
    if (seconds < 1.0) return decimal(seconds * 1000.0, 0) + " ms";
    if (seconds < 60.0) return decimal(seconds, 1) + " s";
    return duration_text(std::chrono::floor<std::chrono::seconds>(duration));
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

double milliseconds(Duration duration) {
    return static_cast<double>(std::chrono::floor<std::chrono::microseconds>(duration).count()) / 1000.0;
}

}  // namespace trunkline::sim

#pragma once
// What a callable writes to standard error.

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace trunkline::test {

template <typename Callable>
std::string standard_error_of(Callable write) {
    std::FILE* file = std::tmpfile();
    REQUIRE(file != nullptr);
    const int before = ::dup(STDERR_FILENO);
    ::dup2(::fileno(file), STDERR_FILENO);
    write();
    ::dup2(before, STDERR_FILENO);
    ::close(before);
    std::rewind(file);
    std::string text;
    for (int octet = std::fgetc(file); octet != EOF; octet = std::fgetc(file)) text += static_cast<char>(octet);
    std::fclose(file);
    return text;
}

}  // namespace trunkline::test

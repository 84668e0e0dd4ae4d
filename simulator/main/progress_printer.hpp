#pragma once
// Progress on standard error: on a terminal one line that changes, elsewhere a line every few seconds.

#include <string_view>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

class ProgressPrinter {
public:
    /// `started`: real time, as all times here.
    ProgressPrinter(bool is_quiet, Instant started);

    /// Whether show() would print now; saves making the line.
    bool is_due(Instant now) const;
    void show(std::string_view line, Instant now);
    /// Wipes the changing line, so that what follows starts clean.
    void done();

private:
    bool is_quiet_;
    bool is_terminal_;
    bool line_stands_ = false;
    Instant due_;
};

/// Whether standard output is a terminal that shows colours (NO_COLOR and TERM=dumb are heeded).
bool wants_colours();

}  // namespace trunkline::sim
